/**
 * What a verdict is computed from: the totals of one run, all of which a store can keep as counters while
 * exchanges arrive. Nothing here needs the exchanges themselves.
 *
 * Exchanges of one source only ever meet here: the live ones of a live run.
 */

import type { Observation } from './exchange.ts'
import type { DifferenceKind, Severity } from './judgement.ts'
import type { BreakerState } from './service-reading.ts'
import type { DivergenceClass, DivergenceState } from './divergence-report.ts'
import type { LatencyView } from './run-report.ts'
import type { RatioCounts } from './statistics-ratios.ts'

/** The totals of one run. */
export interface RunEvidence {
  /** Name of the run. */
  readonly run: string
  /** Hash of the rules under which its exchanges were judged. */
  readonly rulesVersion: string
  /**
   * Compared exchanges, `match` and `divergent`; without the divergent ones whose primary answered 5xx, because
   * a primary failure is no regression of the shadow and shows nothing else.
   */
  readonly samples: number
  /** Of `samples`, those with a difference of class `divergence` that nobody marked as expected. */
  readonly divergent: number
  /** Of `samples`, those that control measured too. */
  readonly measured: number
  /** Of `divergent`, those in which shadow failed or answered 5xx: judged in pairs, not as differing content. */
  readonly failing: number
  /** Of `divergent`, those with a breaking difference that was forgotten since: nobody can tell which. */
  readonly forgotten?: number
  /**
   * Of `divergent`, those that count whatever is said of divergences: they showed more different sets of them than a
   * store keeps, or some that were forgotten. Absent without any.
   */
  readonly alwaysCounted?: number
  /** Exchanges that could not be compared, by reason. */
  readonly incomparable: Readonly<Record<string, number>>
  /** Requests of which no copy was sent, by reason. */
  readonly unmirrored: Readonly<Record<string, number>>
  /** Exchanges whose copy was attempted and that never became a row, by reason. */
  readonly lost: Readonly<Record<string, number>>
  /** True for a run, or the beginning of one, whose requests that never became a row nobody counted. */
  readonly uncounted?: boolean
  readonly failures: FailureEvidence
  /** Every divergence of the run, whatever its class and state. */
  readonly divergences: readonly DivergenceEvidence[]
  /** Every endpoint of the run. */
  readonly endpoints: readonly EndpointEvidence[]
  /** Of all endpoints together; absent when no pair was timed. */
  readonly latency?: LatencyEvidence
  /** State of the shadow's breaker by route; empty when nothing runs any more. */
  readonly breaker: Readonly<Record<string, BreakerState>>
  readonly traffic: TrafficEvidence
}

/** On how many occasions exactly one of the two failed; what failed on both sides says nothing. */
export interface Pairs {
  readonly shadowOnly: number
  readonly primaryOnly: number
}

/** Failures of the two sides, paired by {@link failurePairOf}. */
export interface FailureEvidence {
  /** Exchanges in which one side answered with an error of its own. */
  readonly errors: Pairs
  /**
   * Windows of {@link OUTAGE_WINDOW_MS} in which one side was unavailable in more exchanges than the other;
   * complete windows only.
   */
  readonly outages: Pairs
  /** Exchanges in which one side was unavailable. */
  readonly unavailable: Pairs
  /** Exchanges in which primary answered below 500 and shadow not at all: `divergent`, but nothing was compared. */
  readonly unanswered: number
}

/** One divergence. */
export interface DivergenceEvidence {
  readonly id: string
  readonly endpoint: string
  readonly kind: DifferenceKind
  readonly location: string
  readonly severity: Severity
  readonly class: DivergenceClass
  readonly state: DivergenceState
  /** Exchanges that show it and in which both upstreams answered below 500: those that speak of content. */
  readonly exchanges: number
  /** Absent when control never measured the endpoint. */
  readonly control?: ControlEvidence
  /** Ids of a few exchanges that show it, newest first. */
  readonly examples?: readonly string[]
}

/**
 * What control says of a divergence: over exchanges of its endpoint in which primary, shadow and control
 * answered below 500 and were compared. Differing means differing from primary by this kind at this location.
 * Counted from the run's first exchange, also before shadow showed the difference: else what both show by chance
 * would look like shadow's.
 */
export interface ControlEvidence {
  readonly measured: number
  /** Exchanges in which control differed, whatever shadow did. */
  readonly differed: number
  readonly shadowOnly: number
  readonly controlOnly: number
}

/** Whether a divergence counts against the shadow, unless control explains it: nobody expects it. */
export function isCounted({ class: known, state }: DivergenceEvidence): boolean {
  return known !== 'expected' && state !== 'expected'
}

/** One endpoint. */
export interface EndpointEvidence {
  readonly endpoint: string
  /** As in {@link RunEvidence}. */
  readonly samples: number
  /** As in {@link RunEvidence}. */
  readonly divergent: number
  /** As in {@link FailureEvidence}. */
  readonly errors: Pairs
  /**
   * Differences of control at more places than a store keeps of one endpoint: no divergence's {@link ControlEvidence}
   * knows them. Absent without any.
   */
  readonly uncountedControl?: number
  readonly latency?: LatencyEvidence
}

/** Durations of exchanges in which both upstreams answered below 500. */
export interface LatencyEvidence {
  readonly ratios: RatioCounts
  readonly primary: LatencyView
  readonly shadow: LatencyView
}

/** When the requests came. */
export interface TrafficEvidence {
  /** From the run's first request to its last; milliseconds. */
  readonly durationMs: number
  /** From the last request to this reading; milliseconds. */
  readonly idleMs: number
  /** Whether no further request can belong to the run. */
  readonly ended: boolean
}

/** A restart touches a few of these windows, a shadow that keeps failing touches all. */
export const OUTAGE_WINDOW_MS = 30_000

/** Which side failed alone, and how. */
export interface FailurePair {
  readonly side: 'shadow' | 'primary'
  /** `unavailable`: no answer, 502, 503 or 504, as while something restarts; `error`: any other 5xx. */
  readonly how: 'error' | 'unavailable'
}

/** The status of an answer; absent without one, and when the upstream itself broke it off. */
export function statusOfAnswer(observation: Observation | undefined): number | undefined {
  if (observation?.kind !== 'response') return undefined
  const { incomplete } = observation.body
  const isWhole =
    incomplete === undefined ||
    incomplete === 'too-long' ||
    incomplete === 'client-aborted' ||
    incomplete === 'shutdown'
  return isWhole ? observation.status : undefined
}

/** Pairs the two sides of an exchange by their statuses (absent: no answer); undefined unless exactly one failed. */
export function failurePairOf(primary?: number, shadow?: number): FailurePair | undefined {
  const ofPrimary = failureOf(primary)
  const ofShadow = failureOf(shadow)
  if (ofPrimary === undefined && ofShadow !== undefined) return { side: 'shadow', how: ofShadow }
  if (ofPrimary !== undefined && ofShadow === undefined) return { side: 'primary', how: ofPrimary }
  return undefined
}

function failureOf(status: number | undefined): FailurePair['how'] | undefined {
  if (status === undefined || (status >= 502 && status <= 504)) return 'unavailable'
  return status >= 500 ? 'error' : undefined
}
