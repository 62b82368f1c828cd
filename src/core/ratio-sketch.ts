/** Ratios of durations by bin, added up from what is stored. */

import { decodeBins } from './bin-codec.ts'
import type { RatioCounts } from './statistics-ratios.ts'

/** How many pairs of durations fell into each bin of `ratioBin`. */
export class RatioSketch {
  readonly #bins = new Map<number, number>()

  /** Adds everything that encoded counts of `ratioBin` hold. */
  merge(encoded: Uint8Array): void {
    decodeBins(encoded, (bin, count) => {
      this.#bins.set(bin, (this.#bins.get(bin) ?? 0) + count)
    })
  }

  /** As the statistics take them. */
  counts(): RatioCounts {
    return [...this.#bins].sort(([a], [b]) => a - b)
  }
}
