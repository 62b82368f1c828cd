/** Milliseconds since a `performance.now()`, to the microsecond: the clock's further digits are noise. */
export function elapsedMs(since: number): number {
  return Math.round((performance.now() - since) * 1000) / 1000
}
