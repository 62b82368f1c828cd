/** Durations on their way into histograms: as bins at once, because one exchange is counted in many of them. */

import { addToBins, decodeBins, encodeBins } from '../../core/bin-codec.ts'
import type { Exchange } from '../../core/exchange.ts'
import { latencyBin } from '../../core/latency-sketch.ts'
import { ratioBin } from '../../core/statistics-ratios.ts'
import type { SqlValue } from './database.ts'

/** How long one exchange took on both sides. */
export interface PairBins {
  readonly primary: number
  readonly shadow: number
  readonly ratio: number
}

/** Of an exchange that both upstreams answered below 500, and in which nobody cut a body short. */
export function pairBinsOf({ primary, shadow }: Exchange): PairBins | undefined {
  if (primary?.kind !== 'response' || shadow?.kind !== 'response') return undefined
  if (primary.status >= 500 || shadow.status >= 500) return undefined
  // What was cut says nothing about how long it takes.
  const isCut = primary.body.incomplete !== undefined || shadow.body.incomplete !== undefined
  if (isCut) return undefined
  return {
    primary: latencyBin(primary.durationMs),
    shadow: latencyBin(shadow.durationMs),
    ratio: ratioBin(primary.durationMs, shadow.durationMs),
  }
}

/** A stored histogram with these bins counted once more each. */
export function histogramWith(bins: readonly number[], stored: Buffer | undefined): Buffer {
  if (bins.length === 0) return stored ?? EMPTY
  return addToBins(stored ?? EMPTY, bins)
}

/** One histogram of all that these stored ones count; what is none counts nothing. */
export function mergedHistogram(stored: readonly (SqlValue | undefined)[]): Buffer {
  const bins = new Map<number, number>()
  for (const encoded of stored) {
    if (!Buffer.isBuffer(encoded)) continue
    decodeBins(encoded, (bin, count) => {
      bins.set(bin, (bins.get(bin) ?? 0) + count)
    })
  }
  return encodeBins([...bins].sort(([a], [b]) => a - b))
}

const EMPTY = Buffer.alloc(0)
