/**
 * Latency histograms that can be added up and stored: DDSketches of one percent relative error, as counts by bin.
 * The library tells the bins; the counts are an array of their own, because lists add up thousands of them.
 */

import { DDSketch } from '@datadog/sketches-js'
import { decodeBins } from './bin-codec.ts'
import type { LatencyView } from './run-report.ts'

/** Shorter durations are one bin: nobody judges nanoseconds. */
const SHORTEST_MS = 0.001
/** Longer ones are one bin too: twelve days. */
const LONGEST_MS = 1e9

const { mapping } = new DDSketch({ relativeAccuracy: 0.01 })
const FIRST_BIN = mapping.key(SHORTEST_MS)
const BINS = mapping.key(LONGEST_MS) - FIRST_BIN + 1

/** The bin of a duration in milliseconds. */
export function latencyBin(durationMs: number): number {
  return mapping.key(Math.min(Math.max(durationMs, SHORTEST_MS), LONGEST_MS))
}

/** Durations of one upstream, by bin. */
export class LatencySketch {
  readonly #counts = new Float64Array(BINS)
  #count = 0

  /** How many durations it holds. */
  get count(): number {
    return this.#count
  }

  /** Adds everything that encoded counts of {@link latencyBin} hold. */
  merge(encoded: Uint8Array): void {
    decodeBins(encoded, (bin, count) => {
      this.#counts[bin - FIRST_BIN] = (this.#counts[bin - FIRST_BIN] ?? 0) + count
      this.#count += count
    })
  }

  /** The quantiles that people read; absent when nothing was added. */
  view(): LatencyView | undefined {
    if (this.#count === 0) return undefined
    return { p50: this.#at(0.5), p95: this.#at(0.95), p99: this.#at(0.99) }
  }

  #at(quantile: number): number {
    const rank = quantile * (this.#count - 1)
    let index = 0
    for (let passed = this.#counts[0] ?? 0; passed <= rank; passed += this.#counts[index] ?? 0) {
      index++
    }
    return Number(mapping.value(index + FIRST_BIN).toPrecision(4))
  }
}
