/** Numbers for people. A share never rounds to "none" or "all" when it is not. */

const whole = new Intl.NumberFormat('en')

/** `4,100` */
export function formatCount(count: number): string {
  return whole.format(count)
}

/** `1 request`, `4,100 requests` */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`
}

/** `1.3%`, of a share between 0 and 1. */
export function formatShare(share: number): string {
  if (share <= 0) return '0%'
  if (share >= 1) return '100%'
  const percent = share * 100
  if (percent < 0.01) return '<0.01%'
  if (percent > 99.9) return '>99.9%'
  return `${percent.toFixed(percent < 1 ? 2 : 1)}%`
}

/** `0.8 ms`, `12 ms`, `1.25 s` */
export function formatMs(ms: number): string {
  if (ms >= 999.5) return `${(ms / 1000).toFixed(ms < 9995 ? 2 : 1)} s`
  return `${ms.toFixed(ms < 9.95 ? 1 : 0)} ms`
}

/** `0 bytes`, `812 bytes`, `1.2 MB` */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return plural(bytes, 'byte')
  if (bytes < 1_000_000) return `${(bytes / 1000).toFixed(1)} kB`
  return `${(bytes / 1_000_000).toFixed(1)} MB`
}
