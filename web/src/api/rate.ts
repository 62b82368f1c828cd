/** How many requests a second arrive, from readings of a counter that only grows. */

const windowMs = 10_000
const shortestMs = 1_500

/** Takes readings and tells the rate of the last seconds; undefined until it can be told. */
export class Rate {
  #readings: readonly { readonly count: number; readonly at: number }[] = []

  /** Adds a reading; a counter that went back began anew. */
  add(count: number, at: number): number | undefined {
    const last = this.#readings.at(-1)
    const recent = this.#readings.filter((reading) => at - reading.at <= windowMs)
    this.#readings = [...(last !== undefined && count < last.count ? [] : recent), { count, at }]
    const first = this.#readings[0]
    if (first === undefined || at - first.at < shortestMs) return undefined
    return ((count - first.count) * 1000) / (at - first.at)
  }
}
