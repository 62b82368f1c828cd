/** Ratios of durations by bin, kept as bytes and added up again. */

import { decodeBins, encodeBins } from './bin-codec.ts'
import { ratioBin, type RatioCounts } from './statistics-ratios.ts'

/** How many pairs of durations fell into each bin of `ratioBin`. */
export class RatioSketch {
  readonly #bins = new Map<number, number>()

  /** Adds one pair of durations in milliseconds. */
  add(primaryMs: number, shadowMs: number): void {
    this.#count(ratioBin(primaryMs, shadowMs), 1)
  }

  /** Adds everything that an encoded sketch holds. */
  merge(encoded: Uint8Array): void {
    decodeBins(encoded, (bin, count) => {
      this.#count(bin, count)
    })
  }

  /** The sketch as bytes for {@link merge}; empty when it holds nothing. */
  encode(): Buffer {
    return encodeBins(this.counts())
  }

  /** As the statistics take them. */
  counts(): RatioCounts {
    return [...this.#bins].sort(([a], [b]) => a - b)
  }

  #count(bin: number, count: number): void {
    this.#bins.set(bin, (this.#bins.get(bin) ?? 0) + count)
  }
}
