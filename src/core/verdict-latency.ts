/**
 * The rule about latency: the median of shadow's duration over primary's in the same exchange. It fails only when
 * the lower end of the interval passes the limit, and passes only when the upper end is within it.
 */

import { countRatios, medianRatio } from './statistics-ratios.ts'
import type { EndpointEvidence, LatencyEvidence, RunEvidence } from './verdict-evidence.ts'
import { failAlpha, memberAlpha, type VerdictLimits } from './verdict-limits.ts'
import type { LatencyReading, RuleReading } from './verdict-reading.ts'
import { formatCountOf, formatList, formatRatio } from './verdict-words.ts'

/** The run's latency; undefined when nothing was timed. */
export function readRunLatency(
  { latency }: RunEvidence,
  limits: VerdictLimits,
): LatencyReading | undefined {
  return latency && read(latency, failAlpha(limits) / 2, 1 - limits.confidence)
}

/** Each endpoint's latency, by the same rule as the run's; endpoints below their minimum are not judged. */
export function readEndpointLatencies(
  { endpoints }: RunEvidence,
  limits: VerdictLimits,
): ReadonlyMap<string, LatencyReading> {
  const timed = endpoints.filter(
    (one): one is EndpointEvidence & { latency: LatencyEvidence } =>
      one.latency !== undefined && one.samples >= limits.endpoints.minRequests,
  )
  const alpha = memberAlpha(failAlpha(limits) / 2, Math.max(1, timed.length))
  return new Map(
    timed.flatMap(({ endpoint, latency }) => {
      const reading = read(latency, alpha, 1 - limits.confidence)
      return reading === undefined ? [] : [[endpoint, reading] as const]
    }),
  )
}

/** Whether shadow is slower than the limit allows, in the run or at one endpoint. */
export function judgeLatency(
  latency: LatencyReading | undefined,
  byEndpoint: ReadonlyMap<string, LatencyReading>,
  { maxLatencyRatio: limit }: VerdictLimits,
): RuleReading {
  const base = { rule: 'latency', evidence: [], ...(limit !== undefined && { limit }) } as const
  if (latency === undefined) {
    const words = 'no exchange was timed on both sides'
    return { ...base, status: limit === undefined ? 'no-data' : 'undecided', words }
  }
  const { ratio, lower, upper } = latency
  const measured = {
    ...base,
    measured: ratio,
    interval: { lower, ...(upper !== undefined && { upper }) },
  }
  if (limit === undefined) {
    return { ...measured, status: 'not-judged', words: describe(latency) }
  }
  const allowed = `${formatRatio(limit)} is allowed`
  if (lower > limit) {
    const words = `${describe(latency)}; ${allowed}`
    return { ...measured, status: 'fail', words, change: `a faster shadow, or a higher limit` }
  }
  const slow = [...byEndpoint]
    .filter(([, reading]) => reading.lower > limit)
    .sort(([, a], [, b]) => b.lower - a.lower)
  const [slowest] = slow
  if (slowest !== undefined) {
    const names = slow.map(([endpoint]) => endpoint)
    return {
      ...measured,
      status: 'fail',
      words: `${formatList(names)}: ${describe(slowest[1])}${slow.length > 1 ? ` at ${slowest[0]}` : ''}; ${allowed}`,
      change: `a faster shadow, or a higher limit`,
      evidence: names.slice(0, MAX_EVIDENCE),
    }
  }
  return upper !== undefined && upper <= limit
    ? { ...measured, status: 'pass', words: describe(latency) }
    : {
        ...measured,
        status: 'undecided',
        words: `${describe(latency)}; ${allowed}`,
        change: 'more timed requests, until the interval lies on one side of the limit',
      }
}

function read(
  { ratios, primary, shadow }: LatencyEvidence,
  alphaLower: number,
  alphaUpper: number,
): LatencyReading | undefined {
  const median = medianRatio(ratios, alphaLower, alphaUpper)
  if (median === undefined) return undefined
  const { ratio, lower, upper } = median
  return {
    ratio,
    lower,
    ...(upper < Infinity && { upper }),
    pairs: countRatios(ratios),
    primary,
    shadow,
  }
}

function describe({ ratio, lower, upper, pairs }: LatencyReading): string {
  const interval =
    upper === undefined
      ? `at least ${formatRatio(lower)}`
      : `${formatRatio(lower)} to ${formatRatio(upper)}`
  return `shadow takes ${formatRatio(ratio)} times as long as primary in the median (${interval}, ${formatCountOf(pairs, 'pair')})`
}

const MAX_EVIDENCE = 20
