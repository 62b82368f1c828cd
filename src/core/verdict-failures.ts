/**
 * The rules about answers that never were: primary and shadow got the same requests, so whoever fails more often
 * alone is worse, and what hits both cancels. Errors are counted by exchange. Unavailability comes in bursts (a
 * restart is one event, however many requests it hits), so there a window of time is one occasion.
 */

import { logEvidenceExcess } from './statistics-pairs.ts'
import { OUTAGE_WINDOW_MS, type Pairs, type RunEvidence } from './verdict-evidence.ts'
import { failAlpha, memberAlpha, type VerdictLimits } from './verdict-limits.ts'
import type { RuleReading } from './verdict-reading.ts'
import { formatCount, formatCountOf, formatDuration, formatList } from './verdict-words.ts'

/** Whether shadow answers with errors of its own more often than primary, in the run or at one endpoint. */
export function judgeErrors(
  { failures, endpoints }: RunEvidence,
  limits: VerdictLimits,
): RuleReading {
  const alpha = failAlpha(limits) / 2
  const { shadowOnly, primaryOnly } = failures.errors
  const base = { rule: 'errors', limit: 0, measured: shadowOnly - primaryOnly } as const
  // An endpoint that breaks must not hide behind one at which primary is flaky.
  const seen = endpoints.filter(({ errors }) => errors.shadowOnly + errors.primaryOnly > 0)
  const worse = seen
    .filter(({ errors }) => isWorse(errors, memberAlpha(alpha, seen.length)))
    .sort((a, b) => b.errors.shadowOnly - a.errors.shadowOnly)
  const change = 'errors that primary shows as well'
  const [worst] = worse
  if (worst !== undefined) {
    return {
      ...base,
      status: 'fail',
      words: `${formatList(worse.map(({ endpoint }) => endpoint))}: ${describeErrors(worst.errors)}${worse.length > 1 ? ` at ${worst.endpoint}` : ''}`,
      change,
      evidence: worse.slice(0, MAX_EVIDENCE).map(({ endpoint }) => endpoint),
    }
  }
  if (isWorse(failures.errors, alpha)) {
    return { ...base, status: 'fail', words: describeErrors(failures.errors), change, evidence: [] }
  }
  return shadowOnly + primaryOnly === 0
    ? { ...base, status: 'pass', words: 'neither side answered with an error alone', evidence: [] }
    : {
        ...base,
        status: 'pass',
        words: `${describeErrors(failures.errors)}, no more than chance allows`,
        evidence: seen.slice(0, MAX_EVIDENCE).map(({ endpoint }) => endpoint),
      }
}

/** Whether shadow is unavailable more often than primary. */
export function judgeOutages({ failures }: RunEvidence, limits: VerdictLimits): RuleReading {
  const { outages, unavailable } = failures
  const base = {
    rule: 'outages',
    limit: 0,
    measured: outages.shadowOnly - outages.primaryOnly,
    evidence: [],
  } as const
  if (outages.shadowOnly + outages.primaryOnly + unavailable.shadowOnly === 0) {
    return { ...base, status: 'pass', words: 'shadow was always available' }
  }
  const windows = `${formatCountOf(outages.shadowOnly, 'window')} of ${formatDuration(OUTAGE_WINDOW_MS)}`
  const words = `shadow was unavailable to ${formatCountOf(unavailable.shadowOnly, 'request')} that primary answered, in ${windows} (primary alone in ${formatCount(outages.primaryOnly)})`
  return isWorse(outages, failAlpha(limits))
    ? { ...base, status: 'fail', words, change: 'a new run with a shadow that stays up' }
    : { ...base, status: 'pass', words: `${words}, no more than restarts explain` }
}

/** Exchangeable sides fail alone equally often: a fair coin for each occasion on which only one did. */
function isWorse({ shadowOnly, primaryOnly }: Pairs, alpha: number): boolean {
  return logEvidenceExcess(shadowOnly, primaryOnly) >= -Math.log(alpha)
}

function describeErrors({ shadowOnly, primaryOnly }: Pairs): string {
  return `shadow alone answered with an error ${formatCountOf(shadowOnly, 'time')}, primary alone ${formatCountOf(primaryOnly, 'time')}`
}

const MAX_EVIDENCE = 20
