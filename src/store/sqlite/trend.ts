/**
 * When something was seen, as counts in equal buckets of time: few bytes, however long it goes on. A bucket is a
 * minute at first, and twice as long whenever there would be too many.
 */

import { decodeBins, encodeBins } from '../../core/bin-codec.ts'
import type { TrendPoint } from '../../core/divergence-report.ts'

const SHORTEST_MS = 60_000
const MAX_BUCKETS = 48

/** Counts over time that can be added up and stored. */
export class Trend {
  /** A bucket is `SHORTEST_MS * 2 ** #doublings` long. */
  #doublings = 0
  #buckets = new Map<number, number>()

  /** Counts one occasion at this time, or so many. */
  add(at: number, count = 1): void {
    this.#count(Math.floor(at / this.#widthMs), count)
    this.#shorten()
  }

  /** Adds everything that an encoded trend holds. */
  merge(encoded: Uint8Array): void {
    const doublings = encoded[0]
    if (doublings === undefined) return
    while (this.#doublings < doublings) this.#double()
    const scale = 2 ** (this.#doublings - doublings)
    decodeBins(encoded.subarray(1), (bucket, count) => {
      this.#count(Math.floor(bucket / scale), count)
    })
    this.#shorten()
  }

  /** The trend as bytes for {@link merge}. */
  encode(): Buffer {
    const buckets = [...this.#buckets].filter(([, count]) => count > 0).sort(([a], [b]) => a - b)
    return Buffer.concat([Buffer.of(this.#doublings), encodeBins(buckets)])
  }

  /** Every bucket from the first to the last one that has something, oldest first. */
  points(): readonly TrendPoint[] {
    if (this.#buckets.size === 0) return []
    const [first, last] = this.#ends()
    return Array.from({ length: last - first + 1 }, (_, n) => ({
      time: new Date((first + n) * this.#widthMs).toISOString(),
      exchanges: this.#buckets.get(first + n) ?? 0,
    }))
  }

  get #widthMs(): number {
    return SHORTEST_MS * 2 ** this.#doublings
  }

  #ends(): readonly [first: number, last: number] {
    const buckets = [...this.#buckets.keys()]
    return [Math.min(...buckets), Math.max(...buckets)]
  }

  #shorten(): void {
    for (
      let [first, last] = this.#ends();
      last - first >= MAX_BUCKETS;
      [first, last] = this.#ends()
    ) {
      this.#double()
    }
  }

  #double(): void {
    const buckets = this.#buckets
    this.#buckets = new Map()
    this.#doublings++
    for (const [bucket, count] of buckets) this.#count(Math.floor(bucket / 2), count)
  }

  #count(bucket: number, count: number): void {
    this.#buckets.set(bucket, (this.#buckets.get(bucket) ?? 0) + count)
  }
}
