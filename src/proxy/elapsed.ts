/** Milliseconds since a `performance.now()`, to the microsecond: the clock's further digits are noise. */
export function elapsedMs(since: number, now = performance.now()): number {
  return Math.round((now - since) * 1000) / 1000
}
