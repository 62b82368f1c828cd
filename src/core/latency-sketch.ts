/**
 * Latency histograms that can be added up and stored: DDSketches of one percent relative error, as counts by bin.
 */

import { DDSketch } from '@datadog/sketches-js'
import { decodeBins, encodeBins, type BinCounts } from './bin-codec.ts'
import type { LatencyView } from './report.ts'

const RELATIVE_ACCURACY = 0.01
/** Shorter durations are one bin: nobody judges nanoseconds. */
const SHORTEST_MS = 0.001

const { mapping } = new DDSketch({ relativeAccuracy: RELATIVE_ACCURACY })

/** The bin of a duration in milliseconds. */
export function latencyBin(durationMs: number): number {
  return mapping.key(Math.max(durationMs, SHORTEST_MS))
}

/** Durations of one upstream, by bin. */
export class LatencySketch {
  readonly #sketch = new DDSketch({ relativeAccuracy: RELATIVE_ACCURACY })

  /** How many durations it holds. */
  get count(): number {
    return this.#sketch.count
  }

  /** Adds one duration in milliseconds. */
  add(durationMs: number): void {
    this.#sketch.accept(Math.max(durationMs, SHORTEST_MS))
  }

  /** Adds everything that encoded counts of {@link latencyBin} hold. */
  merge(encoded: Uint8Array): void {
    decodeBins(encoded, (bin, count) => {
      this.#sketch.store.add(bin, count)
      this.#sketch.count += count
    })
  }

  /** The sketch as bytes for {@link merge}; empty when it holds nothing. */
  encode(): Buffer {
    return encodeBins(this.#counts())
  }

  /** The quantiles that people read; absent when nothing was added. */
  view(): LatencyView | undefined {
    if (this.count === 0) return undefined
    const at = (quantile: number) =>
      Number(this.#sketch.getValueAtQuantile(quantile).toPrecision(4))
    return { p50: at(0.5), p95: at(0.95), p99: at(0.99) }
  }

  #counts(): BinCounts {
    const { bins, offset, count } = this.#sketch.store
    if (count === 0) return []
    return bins.flatMap((inBin, index) => (inBin > 0 ? [[index + offset, inBin]] : []))
  }
}
