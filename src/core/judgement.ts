/** What comparing says about one exchange: its differences, what was suppressed and by whom, its outcome. */

/** How a location differs; `missing` is what shadow lacks, `extra` what primary lacks. */
export type DifferenceKind = 'value' | 'type' | 'missing' | 'extra' | 'order' | 'length' | 'failure'

/** `breaking`: status class, body member missing or of another type, failure, a protected header lost. */
export type Severity = 'breaking' | 'changed' | 'added'

/** One changed location in one exchange. */
export interface Difference {
  readonly kind: DifferenceKind
  /** `status`, `header:content-type`, `trailer:grpc-status`, `body:` or `body:/items/3/price` (RFC 6901), `failure:timeout`. */
  readonly location: string
  /** The location with `*` for every array index: what divergences are grouped by. */
  readonly pattern: string
  readonly severity: Severity
  /** Primary's value as JSON text; absent where primary has none. Long values are shortened and say so. */
  readonly primary?: string
  /** Shadow's value as JSON text; absent where shadow has none. */
  readonly shadow?: string
}

/** A difference that must not count, with the id of the rule that says so (`builtin:date`). */
export interface SuppressedDifference extends Difference {
  readonly by: string
}

/** Why two observations could not be compared. */
export type IncomparableReason =
  | 'primary-failed'
  | 'both-failed'
  | 'truncated'
  | 'undecodable'
  | 'too-large'
  | 'client-aborted'
  | 'shutdown'
  | 'comparer-failed'

/** An exchange's outcome (glossary in the README). */
export type Outcome = 'match' | 'divergent' | 'incomparable' | 'unmirrored'

/** How control's answer differs from primary's at one place. */
export interface ControlDifference {
  readonly kind: DifferenceKind
  readonly pattern: string
  /**
   * Shadow shows the same kind there, but its value keeps the form of primary's and control's does not: by this
   * measure control differs alone. Where shadow's alone leaves the form, control's difference is not told.
   */
  readonly beyond?: true
}

/** What primary and control, two answers of one version, do not agree on: what varies by itself. */
export interface ControlJudgement {
  /**
   * Each kind at each location pattern once, judged as shadow's differences are: what a rule suppresses is in
   * neither, else control would seem to vary more than shadow.
   */
  readonly differences: readonly ControlDifference[]
}

/** The comparer's word on one exchange. */
export interface Judgement {
  readonly outcome: Outcome
  /** Present when `incomparable` (an {@link IncomparableReason}) or `unmirrored` (why no copy was sent). */
  readonly reason?: string
  readonly differences: readonly Difference[]
  readonly suppressed: readonly SuppressedDifference[]
  /** How many differences there really are, when `differences` was cut at its bound. */
  readonly differencesTotal: number
  /** How many suppressed ones there really are; present when `suppressed` was cut at its bound. */
  readonly suppressedTotal?: number
  /** Present when primary, shadow and control answered below 500 and could be compared. */
  readonly control?: ControlJudgement
}
