/**
 * The verdict: what one run's evidence says about replacing primary by shadow. A pure function, so that the gate,
 * the API and a test ask the same question.
 *
 * Valid at every reading: each statistical statement is a confidence sequence or an e-process (statistics-rates.ts),
 * so asking every second errs no more often than asking once. What a fail claims holds with the confidence over all
 * rules together; so does the bound that a pass prints. Breaking differences are no statistics: they are taken for
 * facts where nothing is known to vary.
 */

import {
  countUncompared,
  judgeBreaker,
  judgeEndpoints,
  judgeRequests,
  judgeTraffic,
  judgeUncompared,
  readEndpoints,
} from './verdict-coverage.ts'
import { judgeDivergences } from './verdict-divergences.ts'
import type { RunEvidence } from './verdict-evidence.ts'
import { judgeErrors, judgeOutages } from './verdict-failures.ts'
import { judgeLatency, readEndpointLatencies, readRunLatency } from './verdict-latency.ts'
import { MIN_BREAKING, type VerdictLimits } from './verdict-limits.ts'
import { judgeRate, requestArithmetic } from './verdict-rate.ts'
import type { RuleReading, Verdict } from './verdict-reading.ts'

/** Judges a run by what is known of it. */
export function judgeRun(evidence: RunEvidence, limits: VerdictLimits): Verdict {
  const { regressions, breaking, control } = judgeDivergences(evidence, limits)
  const rate = judgeRate(evidence, limits)
  const latency = readRunLatency(evidence, limits)
  const latencies = readEndpointLatencies(evidence, limits)
  const uncompared = countUncompared(evidence)
  const judged: RuleReading[] = [
    breaking,
    judgeErrors(evidence, limits),
    control,
    rate,
    judgeOutages(evidence, limits),
    judgeLatency(latency, latencies, limits),
    judgeRequests(evidence, limits),
    judgeBreaker(evidence),
    judgeUncompared(evidence, uncompared, limits),
    judgeEndpoints(evidence, limits),
  ]
  const needed = Math.max(0, ...judged.map((reading) => reading.needed ?? 0))
  const reasons = [...judged, judgeTraffic(evidence, needed)]
  const verdict = decide(judged)
  const isKnown = judged.every(
    ({ status, needed: more }) => status !== 'undecided' || more !== undefined,
  )
  const arithmetic = requestArithmetic(evidence, limits)
  return {
    verdict,
    settled: verdict !== 'inconclusive' || evidence.traffic.ended,
    reason: REASONS[verdict](reasons),
    run: evidence.run,
    rulesVersion: evidence.rulesVersion,
    samples: evidence.samples,
    divergent: evidence.divergent,
    ...(evidence.alwaysCounted !== undefined && { alwaysCounted: evidence.alwaysCounted }),
    ...(rate.measured !== undefined && { divergenceRate: rate.measured }),
    divergenceRateUpper: rate.interval?.upper ?? 1,
    confidence: limits.confidence,
    uncompared: uncompared.count,
    uncomparedRate: uncompared.rate,
    ...(verdict !== 'inconclusive' ? { needed: 0 } : isKnown && { needed }),
    ...(arithmetic !== undefined && { arithmetic }),
    regressions: regressions.slice(0, MAX_REGRESSIONS),
    ...(latency !== undefined && { latency }),
    endpoints: readEndpoints(evidence, limits, latencies),
    reasons,
    whatWouldChangeIt: changesOf(verdict, reasons),
  }
}

/** Regressions that are listed; their number is in the rule's words. */
const MAX_REGRESSIONS = 100

function decide(readings: readonly RuleReading[]): Verdict['verdict'] {
  if (readings.some(({ status }) => status === 'fail')) return 'fail'
  return readings.some(({ status }) => status === 'undecided') ? 'inconclusive' : 'pass'
}

const REASONS: Record<Verdict['verdict'], (reasons: readonly RuleReading[]) => string> = {
  fail: (reasons) => {
    const [first, ...others] = withStatus(reasons, 'fail')
    const also = others.map(({ rule }) => rule).join(', ')
    return `${first?.words ?? ''}${also === '' ? '' : `; also failed: ${also}`}`
  },
  pass: (reasons) => {
    const rate = wordsOf(reasons, 'divergence')
    const latency = reasons.find(({ rule, status }) => rule === 'latency' && status === 'pass')
    return [rate, wordsOf(reasons, 'endpoints'), latency?.words].filter(Boolean).join('; ')
  },
  inconclusive: (reasons) => {
    const undecided = withStatus(reasons, 'undecided')
    // The rate's sentence says how many were compared as well.
    const isTold = undecided.some(({ rule }) => rule === 'divergence')
    const told = undecided.filter(({ rule }) => rule !== 'requests' || !isTold)
    return told.map(({ words }) => words).join('; ')
  },
}

function withStatus(reasons: readonly RuleReading[], status: RuleReading['status']): RuleReading[] {
  return reasons.filter((reading) => reading.status === status)
}

function wordsOf(reasons: readonly RuleReading[], rule: RuleReading['rule']): string {
  return reasons.find((reading) => reading.rule === rule)?.words ?? ''
}

function changesOf(verdict: Verdict['verdict'], reasons: readonly RuleReading[]): string[] {
  const status = verdict === 'inconclusive' ? 'undecided' : verdict
  const changes = withStatus(reasons, status).flatMap(({ change }) => change ?? [])
  return verdict === 'fail'
    ? changes
    : [
        ...changes,
        `a breaking difference on a deterministic field in ${MIN_BREAKING} exchanges fails it`,
      ]
}
