/**
 * How many times longer shadow takes than primary, from pairs: each exchange gives one ratio, so that what
 * makes requests slow in general falls out. Ratios are counted in bins of one percent, which add up over
 * endpoints, minutes and processes and are all that the median and its interval need.
 *
 * The interval is a sign test that may be read at any time: if the median is below x, at most half of the ratios
 * lie above x, and statistics-rates.ts tells when that is refuted (S. R. Howard, A. Ramdas, Bernoulli 28 (2022)
 * 1704: one quantile, fixed in advance). No distribution is assumed, and outliers weigh as much as others.
 */

import { hitsNeeded } from './statistics-rates.ts'

/** How many ratios fell into each bin of {@link ratioBin}; ascending, each bin once. */
export type RatioCounts = readonly (readonly [bin: number, count: number])[]

/** A median with the ends of its interval; the ends are independent statements. */
export interface MedianRatio {
  readonly ratio: number
  /** The median is shown to be at least this; 0 when nothing is shown. */
  readonly lower: number
  /** The median is shown to be at most this; infinite when nothing is shown. */
  readonly upper: number
}

/** Width of a bin in ln(ratio). */
const WIDTH = 0.01

/** The bin of ratios beyond e^±10 = 22,000, which nobody reads as numbers; its negative is the other end's. */
export const LAST_RATIO_BIN = 1000

/** Durations below a microsecond are clock noise. */
const SHORTEST_MS = 0.001

/** The bin of one pair of durations; bin 0 is "the same", within half a percent. */
export function ratioBin(primaryMs: number, shadowMs: number): number {
  const ratio = Math.max(shadowMs, SHORTEST_MS) / Math.max(primaryMs, SHORTEST_MS)
  const bin = Math.round(Math.log(ratio) / WIDTH)
  // -0 would be a second key for the same bin.
  return Math.max(-LAST_RATIO_BIN, Math.min(LAST_RATIO_BIN, bin)) + 0
}

/** How many ratios were counted. */
export function countRatios(counts: RatioCounts): number {
  return counts.reduce((sum, [, count]) => sum + count, 0)
}

/** The median ratio; the lower end errs with probability `alphaLower` over all readings, the upper with `alphaUpper`. */
export function medianRatio(
  counts: RatioCounts,
  alphaLower: number,
  alphaUpper: number,
): MedianRatio | undefined {
  const total = countRatios(counts)
  if (total === 0) return undefined
  const above = hitsNeeded(total, 0.5, alphaLower)
  const below = hitsNeeded(total, 0.5, alphaUpper)
  let lower = 0
  let upper = Infinity
  let passed = 0
  for (const [bin, count] of counts) {
    if (total - passed >= above && bin > -LAST_RATIO_BIN) lower = edge(bin - 0.5)
    passed += count
    if (upper === Infinity && passed >= below && bin < LAST_RATIO_BIN) upper = edge(bin + 0.5)
  }
  return { ratio: middleRatio(counts) ?? 1, lower, upper }
}

/** The median ratio alone; absent when none was counted. */
export function middleRatio(counts: RatioCounts): number | undefined {
  const total = countRatios(counts)
  let passed = 0
  const middle = counts.find(([, count]) => (passed += count) * 2 >= total)
  return middle && edge(middle[0])
}

function edge(position: number): number {
  return Math.exp(position * WIDTH)
}
