/** Ratios of durations by bin, added up from what is stored. */

import { decodeBins } from './bin-codec.ts'
import { LAST_RATIO_BIN, type RatioCounts } from './statistics-ratios.ts'

/** How many pairs of durations fell into each bin of `ratioBin`. */
export class RatioSketch {
  readonly #counts = new Float64Array(2 * LAST_RATIO_BIN + 1)

  /** Adds everything that encoded counts of `ratioBin` hold. */
  merge(encoded: Uint8Array): void {
    decodeBins(encoded, (bin, count) => {
      const index = bin + LAST_RATIO_BIN
      this.#counts[index] = (this.#counts[index] ?? 0) + count
    })
  }

  /** As the statistics take them. */
  counts(): RatioCounts {
    const counts: [bin: number, count: number][] = []
    // Most bins are empty, and an iterator would make a pair of each.
    this.#counts.forEach((count, index) => {
      if (count > 0) counts.push([index - LAST_RATIO_BIN, count])
    })
    return counts
  }
}
