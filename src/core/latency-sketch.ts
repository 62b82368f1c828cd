/**
 * Latency histograms that can be added up and stored: DDSketches of one percent relative error.
 */

import { DDSketch } from '@datadog/sketches-js'
import { decodeBins, encodeBins } from './bin-codec.ts'
import type { LatencyView } from './report.ts'

const RELATIVE_ACCURACY = 0.01
/** Shorter durations are one bin: nobody judges nanoseconds. */
const SHORTEST_MS = 0.001

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

  /** Adds everything that an encoded sketch holds. */
  merge(encoded: Uint8Array): void {
    decodeBins(encoded, (key, count) => {
      this.#sketch.store.add(key, count)
      this.#sketch.count += count
    })
  }

  /** The sketch as bytes for {@link merge}; empty when it holds nothing. */
  encode(): Buffer {
    return encodeBins(this.#bins())
  }

  /** The quantiles that people read; absent when nothing was added. */
  view(): LatencyView | undefined {
    if (this.count === 0) return undefined
    const at = (quantile: number) =>
      Number(this.#sketch.getValueAtQuantile(quantile).toPrecision(4))
    return { p50: at(0.5), p95: at(0.95), p99: at(0.99) }
  }

  *#bins(): Generator<readonly [number, number]> {
    const { bins, offset, minKey, maxKey, count } = this.#sketch.store
    for (let key = minKey; count > 0 && key <= maxKey; key++) {
      const inBin = bins[key - offset] ?? 0
      if (inBin > 0) yield [key, inBin]
    }
  }
}
