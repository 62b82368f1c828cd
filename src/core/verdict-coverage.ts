/**
 * The rules about how much was seen. Nothing passes on few requests, nor on those that happened to survive: what
 * should have been compared and was not counts against the run, whoever is to blame.
 */

import { lowerRate, upperRate } from './statistics-rates.ts'
import type { RunEvidence } from './verdict-evidence.ts'
import type { VerdictLimits } from './verdict-limits.ts'
import type { EndpointReading, LatencyReading, RuleReading } from './verdict-reading.ts'
import {
  formatCount,
  formatCountOf,
  formatDuration,
  formatList,
  formatShare,
} from './verdict-words.ts'

/** What was not compared by somebody's decision, or because primary gave nothing to compare with. */
const NOT_ELIGIBLE: ReadonlySet<string> = new Set([
  'not-sampled',
  'method',
  'upgrade',
  'client-aborted',
  'paused',
  'bad-request',
  'no-shadow',
  'primary-failed',
  'both-failed',
])

/** Requests that should have been compared and were not. */
export interface Uncompared {
  readonly count: number
  /** Share of the requests that should have been compared; 0 when there were none. */
  readonly rate: number
  /** Most frequent first. */
  readonly reasons: readonly (readonly [reason: string, count: number])[]
}

/** Counts what should have been compared and was not; a reason that is not known here counts. */
export function countUncompared(evidence: RunEvidence): Uncompared {
  const { incomparable, unmirrored, lost, failures, samples } = evidence
  const reasons = [incomparable, unmirrored, lost]
    .flatMap((counts) => Object.entries(counts))
    .filter(([reason, count]) => count > 0 && !NOT_ELIGIBLE.has(reason))
  const missing = reasons.reduce((sum, [, count]) => sum + count, 0)
  // Unanswered copies are among the samples, as divergent; they still showed nothing of the answers.
  const unanswered = Math.min(failures.unanswered, samples)
  const count = missing + unanswered
  const eligible = samples + missing
  return {
    count,
    rate: eligible === 0 ? 0 : count / eligible,
    reasons: [...reasons, ...(unanswered > 0 ? [['no answer', unanswered] as const] : [])].sort(
      ([, a], [, b]) => b - a,
    ),
  }
}

/** Whether few enough requests went uncompared. */
export function judgeUncompared(
  { samples, uncounted = false }: RunEvidence,
  { count, rate, reasons }: Uncompared,
  { maxUncompared: limit }: VerdictLimits,
): RuleReading {
  const base = { rule: 'uncompared', limit, measured: rate, evidence: [] } as const
  if (uncounted && rate <= limit) {
    return {
      ...base,
      status: 'undecided',
      words: 'how many requests went uncompared is not known: an older shadowdiff recorded them',
      change: 'a new run',
    }
  }
  if (count === 0) return { ...base, status: 'pass', words: 'every eligible request was compared' }
  const named = formatList(reasons.map(([reason, times]) => `${reason} ${formatCount(times)}`))
  const words = `${formatCount(count)} of the requests that should have been compared were not (${formatShare(rate)}: ${named})`
  if (rate <= limit) return { ...base, status: 'pass', words }
  const undecided = {
    ...base,
    status: 'undecided',
    words: `${words}; ${formatShare(limit)} is allowed`,
  } as const
  if (limit <= 0) return { ...undecided, change: 'a new run in which every request is compared' }
  const needed = Math.ceil(count / limit - count / rate)
  return {
    ...undecided,
    needed,
    change: `${formatCountOf(needed, 'more request')} of which every one is compared (${formatCount(samples)} so far)`,
  }
}

/** Whether the shadow is reachable by the proxy's own measure. */
export function judgeBreaker({ breaker }: RunEvidence): RuleReading {
  const open = Object.entries(breaker).flatMap(([route, state]) =>
    state === 'closed' ? [] : [route],
  )
  const base = { rule: 'breaker', limit: 0, measured: open.length, evidence: open } as const
  return open.length === 0
    ? { ...base, status: 'pass', words: 'no breaker is open' }
    : {
        ...base,
        status: 'undecided',
        words: `the breaker of ${formatList(open)} is open: shadow does not answer there`,
        change: 'a shadow that answers again',
      }
}

/** Whether enough was compared at all. */
export function judgeRequests(
  { samples }: RunEvidence,
  { minRequests: limit }: VerdictLimits,
): RuleReading {
  const base = { rule: 'requests', limit, measured: samples, evidence: [] } as const
  const words = `${formatCountOf(samples, 'request')} compared`
  if (samples >= limit) return { ...base, status: 'pass', words }
  const needed = limit - samples
  return {
    ...base,
    status: 'undecided',
    words: `${words}; ${formatCount(limit)} are the minimum`,
    needed,
    change: formatCountOf(needed, 'more request'),
  }
}

/** Every endpoint with its own interval: evidence, judged only for latency and for being there. */
export function readEndpoints(
  { endpoints }: RunEvidence,
  limits: VerdictLimits,
  latencies: ReadonlyMap<string, LatencyReading>,
): EndpointReading[] {
  const { minRequests, required } = limits.endpoints
  const alpha = (1 - limits.confidence) / 2
  return endpoints.map(({ endpoint, samples, divergent, uncountedControl }) => {
    const latency = latencies.get(endpoint)
    return {
      endpoint,
      samples,
      divergent,
      ...(samples > 0 && { divergenceRate: divergent / samples }),
      divergenceRateLower: lowerRate(divergent, samples, alpha),
      divergenceRateUpper: upperRate(divergent, samples, alpha),
      covered: samples >= minRequests,
      required: required.includes(endpoint),
      ...(uncountedControl !== undefined && { uncountedControl }),
      ...(latency !== undefined && { latency }),
    }
  })
}

/** Whether the required endpoints were seen often enough. */
export function judgeEndpoints(
  evidence: RunEvidence,
  { endpoints: { minRequests, required } }: VerdictLimits,
): RuleReading {
  const seen = new Map(evidence.endpoints.map(({ endpoint, samples }) => [endpoint, samples]))
  const covered = [...seen.values()].filter((samples) => samples >= minRequests).length
  const base = { rule: 'endpoints', limit: minRequests, measured: covered } as const
  const words = `${formatCount(covered)} of ${formatCountOf(seen.size, 'endpoint')} covered`
  const missing = required.filter((endpoint) => (seen.get(endpoint) ?? 0) < minRequests)
  if (missing.length === 0) return { ...base, status: 'pass', words, evidence: [] }
  const named = missing.map(
    (endpoint) => `${endpoint} with ${formatCount(seen.get(endpoint) ?? 0)}`,
  )
  return {
    ...base,
    status: 'undecided',
    words: `${words}; ${formatCount(minRequests)} requests each are required of ${formatList(named)}`,
    ...neededOf(missing, minRequests, seen, evidence.samples),
    change: `${formatCount(minRequests)} requests of ${formatList(missing)}`,
    evidence: missing.slice(0, MAX_EVIDENCE),
  }
}

/** Requests of the run until these endpoints are covered, at their share so far; unknown while one was never seen. */
function neededOf(
  missing: readonly string[],
  minRequests: number,
  seen: ReadonlyMap<string, number>,
  total: number,
): { needed?: number } {
  const each = missing.map((endpoint) => {
    const samples = seen.get(endpoint) ?? 0
    return ((minRequests - samples) * total) / samples
  })
  const needed = Math.ceil(Math.max(...each))
  return Number.isFinite(needed) ? { needed } : {}
}

/** Whether the requests that are still needed can be expected to come. */
export function judgeTraffic({ traffic, samples }: RunEvidence, needed: number): RuleReading {
  const { durationMs, idleMs, ended } = traffic
  const base = { rule: 'traffic', measured: idleMs, evidence: [] } as const
  const perRequestMs = durationMs / Math.max(1, samples)
  if (needed > 0 && ended) {
    return {
      ...base,
      status: 'undecided',
      words: 'the run has ended',
      change: 'a longer run',
    }
  }
  if (needed > 0 && idleMs > Math.max(DRY_AFTER_MS, DRY_AFTER_GAPS * perRequestMs)) {
    return {
      ...base,
      status: 'undecided',
      words: `no request has come for ${formatDuration(idleMs)}`,
      change: 'traffic',
    }
  }
  if (needed === 0 || samples < 2)
    return { ...base, status: 'pass', words: 'no request is missing' }
  return {
    ...base,
    status: 'pass',
    words: `about ${formatDuration(needed * perRequestMs)} more at the pace so far`,
  }
}

/** Traffic that pauses for less than this has not dried up. */
const DRY_AFTER_MS = 60_000

/** Nor has slow traffic, within this many times its mean distance. */
const DRY_AFTER_GAPS = 10

const MAX_EVIDENCE = 20
