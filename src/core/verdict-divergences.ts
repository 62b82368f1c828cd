/**
 * The rules about single divergences. A location that control never saw vary is deterministic: breaking
 * differences there are facts, not samples, and fail at once. A location that control saw vary is noisy: there
 * shadow must differ more often than control. What is neither counts in the rate (verdict-rate.ts).
 */

import { logEvidenceAbove } from './statistics-rates.ts'
import type { DivergenceEvidence, RunEvidence } from './verdict-evidence.ts'
import {
  failAlpha,
  memberAlpha,
  MIN_BREAKING,
  MIN_CONTROL,
  type VerdictLimits,
} from './verdict-limits.ts'
import type { Regression, RuleReading } from './verdict-reading.ts'
import { formatCount, formatCountOf } from './verdict-words.ts'

/** The divergences by what can be said of them; acknowledged ones are in none. */
interface Sorted {
  /** Control never measured the place, or often enough and it never varied. */
  readonly deterministic: readonly DivergenceEvidence[]
  /** Control measured the place a few times and it did not vary. */
  readonly unsettled: readonly DivergenceEvidence[]
  readonly noisy: readonly DivergenceEvidence[]
  /** All that control may speak of: it grows only, which is what keeps the test's error (memberAlpha). */
  readonly measured: number
}

/** What the divergences say by themselves: regressions, and the readings of the rules that found them. */
export interface ContentReading {
  readonly regressions: readonly Regression[]
  readonly breaking: RuleReading
  readonly noise: RuleReading
}

/** Judges every divergence by itself. */
export function judgeDivergences(evidence: RunEvidence, limits: VerdictLimits): ContentReading {
  const sorted = sort(evidence.divergences)
  const byNoise = noiseRegressions(sorted, limits)
  const failed = new Set(byNoise.map(({ id }) => id))
  const byBreaking = sorted.deterministic
    .filter(({ severity, exchanges }) => severity === 'breaking' && exchanges >= MIN_BREAKING)
    .map((one) => toRegression(one, 'breaking', `${describe(one)} in ${countExchanges(one)}`))
  const worstFirst = (a: Regression, b: Regression) => b.exchanges - a.exchanges
  return {
    regressions: [...byBreaking.sort(worstFirst), ...byNoise.sort(worstFirst)],
    breaking: readBreaking(byBreaking, sorted, failed),
    noise: readNoise(byNoise, sorted),
  }
}

function sort(divergences: readonly DivergenceEvidence[]): Sorted {
  const counting = divergences.filter((one) => one.class !== 'expected' && one.state !== 'expected')
  const isNoisy = (one: DivergenceEvidence) =>
    one.class === 'noise' || (one.control?.differed ?? 0) > 0
  const isSettled = ({ control }: DivergenceEvidence) =>
    control === undefined || control.measured === 0 || control.measured >= MIN_CONTROL
  const still = counting.filter((one) => !isNoisy(one))
  return {
    deterministic: still.filter(isSettled),
    unsettled: still.filter((one) => !isSettled(one)),
    noisy: counting.filter(isNoisy),
    measured: counting.filter(({ control }) => (control?.measured ?? 0) > 0).length,
  }
}

/** Where shadow alone differs from primary more often than control alone does. */
function noiseRegressions(
  { noisy, unsettled, measured: members }: Sorted,
  limits: VerdictLimits,
): Regression[] {
  const needed = -Math.log(memberAlpha(failAlpha(limits), Math.max(1, members)))
  // A break that shows all the time need not wait until control has settled what is deterministic.
  const breaks = unsettled.filter(({ severity }) => severity === 'breaking')
  return [...noisy, ...breaks].flatMap((one) => {
    const { shadowOnly = 0, controlOnly = 0, measured = 0 } = one.control ?? {}
    if (logEvidenceAbove(shadowOnly, shadowOnly + controlOnly, 0.5) < needed) return []
    // A field may vary more in v2 as far as values may differ at all; members must not come and go.
    const isTolerated = shadowOnly - controlOnly <= limits.maxDivergence * measured
    if (one.severity !== 'breaking' && isTolerated) return []
    const words = `${describe(one)}: shadow alone differs from primary in ${formatCount(shadowOnly)} of ${formatCountOf(measured, 'exchange')} that control measured, control alone in ${formatCount(controlOnly)}`
    return [toRegression(one, 'noise', words)]
  })
}

function readBreaking(
  found: readonly Regression[],
  { deterministic, unsettled }: Sorted,
  failed: ReadonlySet<string>,
): RuleReading {
  const base = { rule: 'breaking', limit: 0, measured: found.length } as const
  const [worst] = found
  if (worst !== undefined) {
    return {
      ...base,
      status: 'fail',
      words: `${worst.words}${found.length > 1 ? `, and ${formatCountOf(found.length - 1, 'more breaking divergence')}` : ''}`,
      change:
        found.length > 1
          ? `marking all ${formatCount(found.length)} breaking divergences as expected`
          : `marking divergence ${worst.id} as expected`,
      evidence: idsOf(found),
    }
  }
  const waiting = unsettled.filter(
    ({ id, severity, exchanges }) =>
      severity === 'breaking' && exchanges >= MIN_BREAKING && !failed.has(id),
  )
  const [suspect] = waiting
  if (suspect !== undefined) {
    const measured = suspect.control?.measured ?? 0
    return {
      ...base,
      status: 'undecided',
      words: `${describe(suspect)} in ${countExchanges(suspect)}, but control has measured it only ${formatCountOf(measured, 'time')}`,
      change: `${formatCountOf(MIN_CONTROL - measured, 'more measurement')} of ${suspect.endpoint} by control`,
      evidence: idsOf(waiting),
    }
  }
  const [single] = deterministic.filter(({ severity }) => severity === 'breaking')
  return single === undefined || single.exchanges === 0
    ? { ...base, status: 'pass', words: 'no breaking difference', evidence: [] }
    : {
        ...base,
        status: 'pass',
        words: `${describe(single)} in a single exchange`,
        change: `one more exchange that shows divergence ${single.id} fails it`,
        evidence: [single.id],
      }
}

function readNoise(found: readonly Regression[], { noisy }: Sorted): RuleReading {
  const base = { rule: 'noise', limit: 0, measured: found.length } as const
  const [worst] = found
  if (worst !== undefined) {
    return {
      ...base,
      status: 'fail',
      words: `${worst.words}${found.length > 1 ? `; the same holds for ${formatCountOf(found.length - 1, 'more field')}` : ''}`,
      change: `marking divergence ${worst.id} as expected, or a rule for ${worst.location}`,
      evidence: idsOf(found),
    }
  }
  return noisy.length === 0
    ? { ...base, status: 'no-data', words: 'no field is known to vary by itself', evidence: [] }
    : {
        ...base,
        status: 'pass',
        words: `${formatCountOf(noisy.length, 'field')} that vary by themselves vary no more in shadow than in control`,
        evidence: idsOf(noisy),
      }
}

function toRegression(
  { id, endpoint, kind, location, severity, exchanges, examples = [] }: DivergenceEvidence,
  rule: Regression['rule'],
  words: string,
): Regression {
  return { id, endpoint, kind, location, severity, rule, exchanges, words, examples }
}

/** `GET /items/{id}: body:/price is missing`. */
function describe({ endpoint, kind, location }: DivergenceEvidence): string {
  return `${endpoint}: ${location} ${KIND_WORDS[kind]}`
}

const KIND_WORDS = {
  value: 'has another value',
  type: 'has another type',
  missing: 'is missing',
  extra: 'is new',
  order: 'is in another order',
  length: 'has another length',
  failure: 'is a failure',
} as const

function countExchanges({ exchanges }: DivergenceEvidence): string {
  return formatCountOf(exchanges, 'exchange')
}

function idsOf(items: readonly { readonly id: string }[]): string[] {
  return items.slice(0, MAX_EVIDENCE).map(({ id }) => id)
}

const MAX_EVIDENCE = 20
