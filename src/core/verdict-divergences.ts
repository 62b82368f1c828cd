/**
 * The rules about single divergences.
 *
 * Breaking differences on a deterministic field are facts, not samples, and fail at once. Deterministic is what
 * control never measured, or measured often and never saw vary.
 *
 * Where control measures, shadow must not differ more often than control does in the same exchanges: known noise
 * cancels, and so does noise that has not shown yet. Values may exceed by what `maxDivergence` allows.
 */

import { logEvidenceExcess } from './statistics-pairs.ts'
import { isCounted, type DivergenceEvidence, type RunEvidence } from './verdict-evidence.ts'
import {
  failAlpha,
  memberAlpha,
  MIN_BREAKING,
  MIN_CONTROL,
  type VerdictLimits,
} from './verdict-limits.ts'
import type { Regression, RuleReading } from './verdict-reading.ts'
import { formatCount, formatCountOf } from './verdict-words.ts'

/** What the divergences say by themselves: regressions, and the readings of the rules that found them. */
export interface DivergenceReading {
  readonly regressions: readonly Regression[]
  readonly breaking: RuleReading
  readonly control: RuleReading
}

/** Judges every divergence by itself. */
export function judgeDivergences(evidence: RunEvidence, limits: VerdictLimits): DivergenceReading {
  const counted = evidence.divergences.filter(isCounted)
  const broken = counted.filter(
    (one) =>
      one.severity === 'breaking' && one.exchanges >= MIN_BREAKING && varies(one) === 'never',
  )
  const measured = counted.filter(isMeasured)
  const excess = new Map(
    measured.map((one) => [one, logExcess(one, evidence.measured, limits)] as const),
  )
  const shows = (alpha: number) => (one: DivergenceEvidence) =>
    (excess.get(one) ?? 0) >= -Math.log(alpha)
  const exceeding = measured.filter(
    shows(memberAlpha(failAlpha(limits), Math.max(1, measured.length))),
  )
  const suspect = measured.filter(shows(SUSPICIOUS))
  const facts = new Set(broken)
  const byBreaking = worstFirst(broken).map((one) => toRegression(one, 'breaking'))
  const byControl = worstFirst(exceeding).map((one) => toRegression(one, 'control'))
  const onlyControl = worstFirst(exceeding.filter((one) => !facts.has(one)))
  const failed = new Set([...broken, ...exceeding])
  return {
    regressions: [...byBreaking, ...onlyControl.map((one) => toRegression(one, 'control'))],
    breaking: readBreaking(
      byBreaking,
      counted.filter((one) => !failed.has(one)),
      evidence.forgotten ?? 0,
    ),
    control: withUncounted(readControl(byControl, suspect, measured), evidence),
  }
}

/** Whether the place varies by itself, as far as control knows. */
function varies({ class: known, control }: DivergenceEvidence): 'yes' | 'never' | 'unknown' {
  if (known === 'noise' || (control?.differed ?? 0) > 0) return 'yes'
  const measured = control?.measured ?? 0
  return measured === 0 || measured >= MIN_CONTROL ? 'never' : 'unknown'
}

function isMeasured({ control }: DivergenceEvidence): boolean {
  return (control?.measured ?? 0) > 0
}

function logExcess(
  { control, severity }: DivergenceEvidence,
  measured: number,
  limits: VerdictLimits,
): number {
  if (control === undefined) return 0
  // A member that comes and goes more often than before is broken, however rarely.
  const allowed = severity === 'breaking' ? 0 : limits.maxDivergence
  return logEvidenceExcess(control.shadowOnly, control.controlOnly, measured, allowed)
}

function readBreaking(
  found: readonly Regression[],
  others: readonly DivergenceEvidence[],
  forgotten: number,
): RuleReading {
  const base = { rule: 'breaking', limit: 0, measured: found.length } as const
  const [worst] = found
  if (worst !== undefined) {
    return {
      ...base,
      status: 'fail',
      words: withMore(worst.words, found.length - 1, 'more breaking divergence'),
      change:
        found.length > 1
          ? `marking all ${formatCount(found.length)} breaking divergences as expected`
          : `marking divergence ${worst.id} as expected`,
      evidence: idsOf(found),
    }
  }
  const breaking = others.filter(({ severity, exchanges }) => {
    return severity === 'breaking' && exchanges > 0
  })
  const waiting = breaking.filter(
    (one) => varies(one) === 'unknown' && one.exchanges >= MIN_BREAKING,
  )
  const [suspect] = worstFirst(waiting)
  if (suspect !== undefined) {
    const measured = suspect.control?.measured ?? 0
    return {
      ...base,
      status: 'undecided',
      words: `${describe(suspect)}, but control has measured the endpoint only ${formatCountOf(measured, 'time')}`,
      change: `${formatCountOf(MIN_CONTROL - measured, 'more measurement')} of ${suspect.endpoint} by control`,
      evidence: idsOf(waiting),
    }
  }
  if (forgotten >= MIN_BREAKING) {
    return {
      ...base,
      status: 'undecided',
      words: `${formatCountOf(forgotten, 'exchange')} had breaking differences that were forgotten since`,
      change: 'a new run',
      evidence: [],
    }
  }
  const [single] = breaking.filter((one) => varies(one) !== 'yes')
  if (single === undefined) {
    return { ...base, status: 'pass', words: 'no breaking difference', evidence: [] }
  }
  return {
    ...base,
    status: 'pass',
    words: `${describe(single)} only`,
    change: `one more exchange that shows divergence ${single.id} fails it`,
    evidence: [single.id],
  }
}

function readControl(
  found: readonly Regression[],
  suspect: readonly DivergenceEvidence[],
  measured: readonly DivergenceEvidence[],
): RuleReading {
  const base = { rule: 'control', limit: 0, measured: found.length } as const
  const [worst] = found
  if (worst !== undefined) {
    return {
      ...base,
      status: 'fail',
      words: withMore(worst.words, found.length - 1, 'more divergence'),
      change: `marking divergence ${worst.id} as expected, or a rule for ${worst.location}`,
      evidence: idsOf(found),
    }
  }
  const [first] = worstFirst(suspect)
  if (first !== undefined) {
    return {
      ...base,
      status: 'undecided',
      words: `${describeExcess(first)}, which may be chance`,
      change: `more exchanges of ${first.endpoint} that control measures`,
      evidence: idsOf(suspect),
    }
  }
  if (measured.length === 0) {
    return { ...base, status: 'no-data', words: 'control saw no difference', evidence: [] }
  }
  const words = `no difference shows more often in shadow than in control (${formatCountOf(measured.length, 'place')})`
  return { ...base, status: 'pass', words, evidence: idsOf(measured) }
}

/** Says which of control's differences the reading does not know. */
function withUncounted(reading: RuleReading, { endpoints }: RunEvidence): RuleReading {
  const beyond = endpoints
    .filter(({ uncountedControl = 0 }) => uncountedControl > 0)
    .toSorted((a, b) => (b.uncountedControl ?? 0) - (a.uncountedControl ?? 0))
  const [worst] = beyond
  if (worst === undefined) return reading
  const total = beyond.reduce((sum, { uncountedControl = 0 }) => sum + uncountedControl, 0)
  const others = beyond.length - 1
  const also = others > 0 ? ` and ${formatCountOf(others, 'more endpoint')}` : ''
  const words =
    `${reading.words}; at ${worst.endpoint}${also} control differs in more places than are kept: ` +
    `${formatCountOf(total, 'difference')} of control not counted`
  return { ...reading, words }
}

function toRegression(one: DivergenceEvidence, rule: Regression['rule']): Regression {
  const { id, endpoint, kind, location, severity, exchanges, examples = [] } = one
  const words = rule === 'breaking' ? describe(one) : describeExcess(one)
  return { id, endpoint, kind, location, severity, rule, exchanges, words, examples }
}

/** `GET /items/{id}: body:/price is missing in 7 exchanges`. */
function describe({ endpoint, kind, location, exchanges }: DivergenceEvidence): string {
  return `${endpoint}: ${location} ${KIND_WORDS[kind]} in ${formatCountOf(exchanges, 'exchange')}`
}

function describeExcess(one: DivergenceEvidence): string {
  const { shadowOnly = 0, controlOnly = 0, measured = 0 } = one.control ?? {}
  return `${one.endpoint}: ${one.location} ${KIND_WORDS[one.kind]} in shadow alone ${formatCountOf(shadowOnly, 'time')}, in control alone ${formatCountOf(controlOnly, 'time')} (${formatCountOf(measured, 'measured exchange')})`
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

function withMore(words: string, more: number, noun: string): string {
  return more > 0 ? `${words}; and ${formatCountOf(more, noun)}` : words
}

function worstFirst(divergences: readonly DivergenceEvidence[]): DivergenceEvidence[] {
  return divergences.toSorted((a, b) => b.exchanges - a.exchanges)
}

function idsOf(items: readonly { readonly id: string }[]): string[] {
  return items.slice(0, MAX_EVIDENCE).map(({ id }) => id)
}

/**
 * Evidence of three to one that shadow exceeds control blocks a pass. Without an excess it is rare and goes away with
 * more exchanges; with one it fills the time until the evidence is enough to fail.
 */
const SUSPICIOUS = 1 / 3

const MAX_EVIDENCE = 20
