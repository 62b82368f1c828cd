/** Divergences as people read and triage them. Times are RFC 3339 strings, absent means absent. */

import type { ExchangeRow } from './exchange-report.ts'
import type { Difference, DifferenceKind, Severity } from './judgement.ts'
import type { Rule } from './rule.ts'

/** The life of a divergence. */
export type DivergenceState = 'open' | 'expected' | 'fixed'

/** `noise` and `expected` ones are weighed differently by the verdict. */
export type DivergenceClass = 'divergence' | 'noise' | 'expected'

/** The same difference over many exchanges of an endpoint. */
export interface DivergenceRow {
  readonly id: string
  readonly endpoint: string
  readonly kind: DifferenceKind
  readonly location: string
  readonly severity: Severity
  readonly class: DivergenceClass
  /** Differences counted: several in one exchange when an array holds it several times. */
  readonly count: number
  /** Exchanges that show it. */
  readonly exchanges: number
  readonly firstSeen: string
  readonly lastSeen: string
  readonly state: DivergenceState
  /** Primary's value in the newest example, as JSON text. */
  readonly primaryValue?: string
  /** Shadow's value in the newest example, as JSON text. */
  readonly shadowValue?: string
  /** Compared exchanges of the endpoint: what `exchanges` is a share of. */
  readonly endpointExchanges: number
  /** What control says of it; absent when control never measured the endpoint. */
  readonly control?: ControlView
  /** When it was seen, in equal buckets of time, oldest first: at most 48. */
  readonly trend?: readonly TrendPoint[]
  /** A rule that would fit what the examples show; never in force by itself. */
  readonly suggestion?: RuleSuggestion
  /** What a person noted when the state was set. */
  readonly note?: string
  /** When an expected divergence opens again. */
  readonly until?: string
  /** Above which share of the endpoint's exchanges an expected divergence opens again. */
  readonly rate?: number
}

/** Exchanges in one bucket of time. */
export interface TrendPoint {
  /** When the bucket begins. */
  readonly time: string
  readonly exchanges: number
}

/** How many divergences there are of each class. */
export type DivergenceCounts = Readonly<Record<DivergenceClass, number>>

/** How often primary's own version differs from itself at a divergence's location, in the same way. */
export interface ControlView {
  /** Exchanges of the endpoint in which primary, shadow and control were compared. */
  readonly measured: number
  /** Of those, the ones in which control differed from primary. */
  readonly differed: number
  readonly shadowOnly: number
  readonly controlOnly: number
}

/** A rule that the evidence suggests. */
export interface RuleSuggestion {
  readonly rule: Rule
  /** One sentence: what was seen, in how many examples. */
  readonly evidence: string
}

/** The divergence that was seen for the first time last. */
export interface NewestDivergence extends Pick<
  DivergenceRow,
  'id' | 'endpoint' | 'kind' | 'location' | 'severity'
> {
  /** How many there are with it, in all runs. */
  readonly total: number
}

/** One exchange in which a divergence shows. */
export interface DivergenceExample {
  readonly exchange: ExchangeRow
  /** Where in this exchange, array indexes included. */
  readonly location: string
  readonly primaryValue?: string
  readonly shadowValue?: string
}

/** A divergence with its newest examples. */
export interface DivergenceDetail extends DivergenceRow {
  readonly examples: readonly DivergenceExample[]
}

/** One row of the `differences` export: a difference with its exchange. */
export interface DifferenceRow {
  readonly exchange: ExchangeRow
  readonly difference: Difference
  readonly class: DivergenceClass
  readonly divergence: string
}
