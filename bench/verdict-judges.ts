/** Who judges the simulated rollouts: our verdict, and the ways in which others decide. */

import { logIncompleteBeta } from '../src/core/statistics-special.ts'
import { judgeRun } from '../src/core/verdict.ts'
import { countUncompared } from '../src/core/verdict-coverage.ts'
import type { RunEvidence } from '../src/core/verdict-evidence.ts'
import { failAlpha, MIN_BREAKING, type VerdictLimits } from '../src/core/verdict-limits.ts'
import type { RawCounts } from './verdict-rollout.ts'

/** What a judge says at one reading. */
export type Opinion = 'pass' | 'fail' | 'inconclusive'

/** What a judge may look at. */
export interface Reading {
  readonly evidence: RunEvidence
  readonly limits: VerdictLimits
  readonly raw: readonly RawCounts[]
}

/** Somebody who decides. */
export interface Judge {
  readonly name: string
  judge(reading: Reading): Opinion
}

/** Requests after which the plan of a test that looks once is fulfilled: 0.1 % at 95 % needs 2,995. */
const PLANNED = 3000

/** All of them, ours first. */
export const JUDGES: readonly Judge[] = [
  { name: 'shadowdiff', judge: ({ evidence, limits }) => judgeRun(evidence, limits).verdict },
  {
    name: `fixed-sample tests, once at ${PLANNED.toLocaleString('en-US')}`,
    // The rollouts advance in steps, and not every request is compared.
    judge: (reading) =>
      reading.evidence.samples >= PLANNED && reading.evidence.samples < PLANNED + 100
        ? judgeFixed(reading)
        : 'inconclusive',
  },
  { name: 'fixed-sample tests, at every poll', judge: judgeFixed },
  { name: 'relative 20 %, absolute 0.03 %', judge: judgeClassic },
]

/** The same rules as ours, each with the exact test for a sample whose size was fixed before. */
function judgeFixed({ evidence, limits }: Reading): Opinion {
  const { samples, divergent, failing, failures, divergences, latency, breaker } = evidence
  const alpha = failAlpha(limits)
  const measured = divergences.filter(({ control }) => (control?.measured ?? 0) > 0)
  const isWorse = (b: number, c: number, members = 1) => atLeast(b, b + c, 0.5) <= alpha / members
  const ratios = latency?.ratios ?? []
  const timed = ratios.reduce((sum, [, count]) => sum + count, 0)
  const limit = Math.log(limits.maxLatencyRatio ?? Infinity)
  const slower = ratios.reduce((sum, [bin, count]) => sum + (bin / 100 > limit ? count : 0), 0)
  const isFail =
    divergences.some(
      (one) =>
        one.class === 'divergence' && one.severity === 'breaking' && one.exchanges >= MIN_BREAKING,
    ) ||
    (measured.length === 0 &&
      atLeast(divergent - failing, samples - failing, limits.maxDivergence) <= alpha) ||
    isWorse(failures.errors.shadowOnly, failures.errors.primaryOnly) ||
    isWorse(failures.unavailable.shadowOnly, failures.unavailable.primaryOnly) ||
    measured.some(({ severity, control: { shadowOnly = 0, controlOnly = 0 } = {} }) => {
      const allowed = severity === 'breaking' ? 0 : limits.maxDivergence * evidence.measured
      return shadowOnly - controlOnly > allowed && isWorse(shadowOnly, controlOnly, measured.length)
    }) ||
    (timed > 0 && atLeast(slower, timed, 0.5) <= alpha)
  if (isFail) return 'fail'
  const error = 1 - limits.confidence
  const isPass =
    samples >= limits.minRequests &&
    atMost(divergent, samples, limits.maxDivergence) <= error &&
    (timed === 0 || atMost(slower, timed, 0.5) <= error) &&
    countUncompared(evidence).rate <= limits.maxUncompared &&
    Object.values(breaker).every((state) => state === 'closed')
  return isPass ? 'pass' : 'inconclusive'
}

/**
 * A field is wrong when it differs more often than in the repeat, by more than 20 % of both and by more than
 * 0.03 % of the requests: the rule of diffing proxies, as a gate after `minRequests`.
 */
function judgeClassic({ evidence, limits, raw }: Reading): Opinion {
  const isWrong = raw.some(
    (field) =>
      field.raw > field.noise &&
      (field.raw - field.noise) / (field.raw + field.noise) > 0.2 &&
      (field.raw - field.noise) / field.total > 0.0003,
  )
  if (isWrong) return 'fail'
  return evidence.samples >= limits.minRequests ? 'pass' : 'inconclusive'
}

/** How probable `hits` or more of `trials` are at this rate. */
function atLeast(hits: number, trials: number, rate: number): number {
  return hits <= 0 ? 1 : Math.exp(logIncompleteBeta(rate, hits, trials - hits + 1))
}

/** How probable `hits` or fewer of `trials` are at this rate. */
function atMost(hits: number, trials: number, rate: number): number {
  return hits >= trials ? 1 : Math.exp(logIncompleteBeta(1 - rate, trials - hits, hits + 1))
}
