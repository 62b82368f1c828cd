/** Durations as Kubernetes writes them (`1m30s`, `0.5s`) and as they are written here. */

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }

/** Milliseconds of a text such as `1h30m`; undefined when it is none. */
export function readGoDuration(text: string): number | undefined {
  if (text === '0') return 0
  if (!/^(?:\d{1,9}(?:\.\d{1,9})?(?:ms|[smh])){1,4}$/.test(text)) return undefined
  let total = 0
  for (const [, number, unit = ''] of text.matchAll(/(\d+(?:\.\d+)?)(ms|[smh])/g)) {
    total += Number(number) * (UNITS[unit] ?? 0)
  }
  return Math.round(total)
}

/** The shortest spelling that is exact. */
export function writeDuration(ms: number): string {
  return ms % 1000 === 0 ? `${ms / 1000}s` : `${ms}ms`
}
