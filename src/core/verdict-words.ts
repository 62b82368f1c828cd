/** Numbers as the sentences of a verdict print them. */

/** `8,123`. */
export function formatCount(count: number): string {
  return String(count).replace(/\B(?=(?:\d{3})+$)/g, ',')
}

/** `1 request`, `8,123 requests`. */
export function formatCountOf(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`
}

/**
 * `0.12 %` of a share between 0 and 1. A bound is rounded to the side on which it stays true; other shares to
 * the nearest.
 */
export function formatShare(
  share: number,
  rounding: 'up' | 'down' | 'nearest' = 'nearest',
): string {
  const percent = share * 100
  if (percent === 0) return '0 %'
  const digits = rounding === 'nearest' ? 3 : 2
  const decimals = Math.max(0, digits - 1 - Math.floor(Math.log10(percent) + DUST))
  const scaled = percent * 10 ** decimals
  const rounded =
    rounding === 'up'
      ? Math.ceil(scaled * (1 - DUST))
      : rounding === 'down'
        ? Math.floor(scaled * (1 + DUST))
        : Math.round(scaled)
  const text = (rounded / 10 ** decimals).toFixed(Math.min(decimals, 100))
  return `${text.includes('.') ? text.replace(/\.?0+$/, '') : text} %`
}

/** `1.25`, a ratio with two decimals. */
export function formatRatio(ratio: number): string {
  return ratio.toFixed(2)
}

/** `40 seconds`, `7 minutes`, `3 hours`. */
export function formatDuration(durationMs: number): string {
  const seconds = durationMs / 1000
  if (seconds < 100) return formatCountOf(Math.round(seconds), 'second')
  if (seconds < 6000) return formatCountOf(Math.round(seconds / 60), 'minute')
  return formatCountOf(Math.round(seconds / 3600), 'hour')
}

/** `a, b and 3 more`. */
export function formatList(items: readonly string[], shown = 3): string {
  const rest = items.length - shown
  const head = rest > 0 ? [...items.slice(0, shown), `${formatCount(rest)} more`] : items
  return head.length < 2
    ? (head[0] ?? '')
    : `${head.slice(0, -1).join(', ')} and ${head.at(-1) ?? ''}`
}

/** What decimal fractions lose in binary: 0.001 * 100 is not quite 0.1. */
const DUST = 1e-9
