/**
 * The rule about the share of requests that differ: at most `maxDivergence`, shown by a bound that holds at every
 * reading, and what that costs in requests.
 */

import {
  fixedTrialsNeeded,
  hitsAllowed,
  lowerRate,
  trialsNeeded,
  upperRate,
} from './statistics-rates.ts'
import { isCounted, type DivergenceEvidence, type RunEvidence } from './verdict-evidence.ts'
import { failAlpha, type VerdictLimits } from './verdict-limits.ts'
import type { RequestArithmetic, RuleReading } from './verdict-reading.ts'
import { formatCount, formatCountOf, formatShare } from './verdict-words.ts'

/** The rate of differing requests against its limit. */
export function judgeRate(evidence: RunEvidence, limits: VerdictLimits): RuleReading {
  const { samples, divergent, failing } = evidence
  const limit = limits.maxDivergence
  const alpha = 1 - limits.confidence
  const base = { rule: 'divergence', limit, evidence: worstOf(evidence.divergences) } as const
  if (samples === 0) {
    const words = 'no request has been compared yet'
    const needed = neededInAll(limits, 0)
    if (needed === undefined) return { ...base, status: 'undecided', words }
    const change = `${formatCountOf(needed, 'request')} without a difference`
    return { ...base, status: 'undecided', words, needed, change }
  }
  const upper = upperRate(divergent, samples, alpha)
  const proven = countProven(evidence)
  const lower = lowerRate(proven, samples - failing, failAlpha(limits))
  const read = { ...base, measured: divergent / samples, interval: { lower, upper } }
  const count =
    `${formatCount(divergent)} of ${formatCountOf(samples, 'request')} ${divergent === 1 ? 'differs' : 'differ'}` +
    alwaysCountedText(evidence.alwaysCounted)
  const confidence = `${formatShare(limits.confidence)} confidence`
  if (lower > limit || (limit === 0 && proven > 0)) {
    return {
      ...read,
      status: 'fail',
      words: `${count}, which shows a rate above ${formatShare(lower, 'down')}; ${formatShare(limit)} is allowed`,
      change: `marking divergences as expected, or more than ${formatShare(limit)} allowed`,
    }
  }
  if (upper <= limit || (limit === 0 && divergent === 0)) {
    const left = Math.max(0, hitsAllowed(samples, limit, alpha) - divergent) + 1
    return {
      ...read,
      status: 'pass',
      words: `at most ${formatShare(upper, 'up')} of requests differ (${confidence}, ${formatCountOf(samples, 'request')})`,
      ...(limit < 1 && {
        change: `${formatCountOf(left, 'more differing request')} would end the pass`,
      }),
    }
  }
  const inAll = neededInAll(limits, divergent)
  const shown = `${count}, which shows at most ${formatShare(upper, 'up')} (${confidence}); ${formatShare(limit)} is allowed`
  if (inAll === undefined) return { ...read, status: 'undecided', words: shown }
  const needed = Math.max(1, inAll - samples)
  const change = `${formatCountOf(needed, 'more request')} without another difference`
  return { ...read, status: 'undecided', words: shown, needed, change }
}

function alwaysCountedText(exchanges: number | undefined): string {
  if (exchanges === undefined) return ''
  return ` (${formatCount(exchanges)} of them whatever is marked as expected: in too many combinations, or forgotten since)`
}

/**
 * At least how many exchanges differ for sure. What failed outright is judged in pairs, with restarts in mind, and
 * what control measures against control, with noise in mind that has not shown yet: as a rate both only keep a
 * run from passing. An exchange may show several divergences, so this is a bound from their counts.
 */
function countProven({ divergent, failing, divergences }: RunEvidence): number {
  const counted = divergences.filter((one) => one.class === 'divergence' && isCounted(one))
  const measured = counted.filter(({ control }) => (control?.measured ?? 0) > 0)
  const inMeasured = measured.reduce((sum, { exchanges }) => sum + exchanges, 0)
  const largest = new Map<string, number>()
  for (const { endpoint, exchanges, control } of counted) {
    if ((control?.measured ?? 0) > 0) continue
    largest.set(endpoint, Math.max(largest.get(endpoint) ?? 0, exchanges))
  }
  const byEndpoint = [...largest.values()].reduce((sum, exchanges) => sum + exchanges, 0)
  return Math.max(divergent - failing - inMeasured, Math.min(byEndpoint, divergent - failing), 0)
}

/** What the limit costs in requests; undefined where no number of requests helps, or none is needed. */
export function requestArithmetic(
  { divergent }: RunEvidence,
  limits: VerdictLimits,
): RequestArithmetic | undefined {
  const inAll = neededInAll(limits, divergent)
  const anyTime = neededInAll(limits, 0)
  if (inAll === undefined || anyTime === undefined) return undefined
  return {
    oneLook: fixedTrialsNeeded(limits.maxDivergence, 1 - limits.confidence),
    anyTime,
    inAll,
  }
}

function neededInAll(limits: VerdictLimits, divergent: number): number | undefined {
  const { maxDivergence: limit, confidence } = limits
  return limit <= 0 || limit >= 1 ? undefined : trialsNeeded(divergent, limit, 1 - confidence)
}

function worstOf(divergences: readonly DivergenceEvidence[]): string[] {
  return divergences
    .filter((one) => one.class === 'divergence' && isCounted(one))
    .sort((a, b) => b.exchanges - a.exchanges)
    .slice(0, MAX_EVIDENCE)
    .map(({ id }) => id)
}

const MAX_EVIDENCE = 20
