/**
 * Latency histograms that can be added up and stored: DDSketches of one percent relative error, written as
 * pairs of varints (distance to the last bin, count), because most bins are empty.
 */

import { DDSketch } from '@datadog/sketches-js'
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
    let at = 0
    const next = () => {
      let value = 0
      let scale = 1
      for (;;) {
        const byte = encoded[at++] ?? 0
        value += (byte & 0x7f) * scale
        if (byte < 0x80) return value
        scale *= 0x80
      }
    }
    let key = 0
    while (at < encoded.length) {
      const distance = next()
      const count = next()
      key += distance % 2 === 0 ? distance / 2 : -(distance + 1) / 2
      this.#sketch.store.add(key, count)
      this.#sketch.count += count
    }
  }

  /** The sketch as bytes for {@link merge}; empty when it holds nothing. */
  encode(): Buffer {
    const { bins, offset, minKey, maxKey, count } = this.#sketch.store
    const bytes: number[] = []
    const put = (value: number) => {
      let rest = value
      for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) | 0x80)
      bytes.push(rest)
    }
    let last = 0
    for (let key = minKey; count > 0 && key <= maxKey; key++) {
      const inBin = bins[key - offset] ?? 0
      if (inBin === 0) continue
      const distance = key - last
      put(distance >= 0 ? distance * 2 : -distance * 2 - 1)
      put(inBin)
      last = key
    }
    return Buffer.from(bytes)
  }

  /** The quantiles that people read; absent when nothing was added. */
  view(): LatencyView | undefined {
    if (this.count === 0) return undefined
    const at = (quantile: number) =>
      Number(this.#sketch.getValueAtQuantile(quantile).toPrecision(4))
    return { p50: at(0.5), p95: at(0.95), p99: at(0.99) }
  }
}
