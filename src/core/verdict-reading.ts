/** What a verdict says, and every rule's part in it: the answer of the API, the gate and the dashboard. */

import type { DifferenceKind, Severity } from './judgement.ts'
import type { LatencyView } from './run-report.ts'

/** What `judgeRun` looks at, in the order in which it names reasons. */
export type RuleName =
  | 'breaking'
  | 'errors'
  | 'control'
  | 'divergence'
  | 'outages'
  | 'latency'
  | 'requests'
  | 'breaker'
  | 'uncompared'
  | 'endpoints'
  | 'traffic'

/**
 * `undecided` blocks a pass; `no-data` and `not-judged` (no limit was given) do not.
 */
export type RuleStatus = 'pass' | 'fail' | 'undecided' | 'no-data' | 'not-judged'

/** Between which values something lies. Each end is a statement of its own. */
export interface Interval {
  readonly lower: number
  /** Absent when there is no upper end. */
  readonly upper?: number
}

/** What one rule makes of the evidence. */
export interface RuleReading {
  readonly rule: RuleName
  readonly status: RuleStatus
  /** One clause for people, fit to stand in a sentence. */
  readonly words: string
  readonly limit?: number
  readonly measured?: number
  readonly interval?: Interval
  /** Further requests until the rule can pass, if nothing bad happens in them; absent when requests do not help. */
  readonly needed?: number
  /** What would change the status, as a sentence without a period. */
  readonly change?: string
  /** Ids of divergences and names of endpoints and routes that it rests on, worst first, at most 20. */
  readonly evidence: readonly string[]
}

/** A divergence that fails the run by itself. */
export interface Regression {
  /** The divergence's id. */
  readonly id: string
  readonly endpoint: string
  readonly kind: DifferenceKind
  readonly location: string
  readonly severity: Severity
  /** `breaking`: on a deterministic field; `control`: more often than control shows it. */
  readonly rule: 'breaking' | 'control'
  /** Exchanges that show it and in which both upstreams answered below 500. */
  readonly exchanges: number
  readonly words: string
  /** Ids of exchanges that show it. */
  readonly examples: readonly string[]
}

/** How shadow's latency compares with primary's. */
export interface LatencyReading {
  /** Median of shadow's duration over primary's in the same exchange. */
  readonly ratio: number
  /** The median ratio is at least this; 0 when nothing is shown. */
  readonly lower: number
  /** The median ratio is at most this; absent when nothing is shown. */
  readonly upper?: number
  /** Exchanges that were timed on both sides. */
  readonly pairs: number
  readonly primary: LatencyView
  readonly shadow: LatencyView
}

/** One endpoint's part of the evidence. */
export interface EndpointReading {
  readonly endpoint: string
  readonly samples: number
  readonly divergent: number
  /** Absent when nothing was compared. */
  readonly divergenceRate?: number
  readonly divergenceRateLower: number
  readonly divergenceRateUpper: number
  /** Whether it has as many samples as `endpoints.minRequests` asks for. */
  readonly covered: boolean
  readonly required: boolean
  /** Differences of control that are in no count: it differs in more places than are kept. Absent without any. */
  readonly uncountedControl?: number
  readonly latency?: LatencyReading
}

/** How many requests the divergence limit costs. */
export interface RequestArithmetic {
  /** Without a divergence, for a test that looks once, at the end. */
  readonly oneLook: number
  /** Without a divergence, for a verdict that may be asked for at any time. */
  readonly anyTime: number
  /** With the divergences that were seen and no more, in all. */
  readonly inAll: number
}

/** Whether shadow may replace primary, as far as one run shows. */
export interface Verdict {
  readonly verdict: 'pass' | 'fail' | 'inconclusive'
  /** Whether waiting longer is no use: it has passed or failed, or the run has ended and nothing more will come. */
  readonly settled: boolean
  /** One sentence. */
  readonly reason: string
  readonly run: string
  readonly rulesVersion: string
  /** Compared requests. */
  readonly samples: number
  /** Of the samples, those that count as different. */
  readonly divergent: number
  /** Of these, the ones that marking a divergence as expected does not take out any more. Absent without any. */
  readonly alwaysCounted?: number
  /** Absent when nothing was compared. */
  readonly divergenceRate?: number
  /** The rate is at most this, with `confidence`, at every reading. */
  readonly divergenceRateUpper: number
  readonly confidence: number
  /** Requests that should have been compared and were not. */
  readonly uncompared: number
  /** The same as a share of the requests that should have been compared. */
  readonly uncomparedRate: number
  /** Further requests until it can pass, if nothing bad happens in them; 0 after pass and fail, absent when unknown. */
  readonly needed?: number
  /** Absent when the limit is 0 (no number of requests shows that) or 1. */
  readonly arithmetic?: RequestArithmetic
  /** Worst first, at most 100. */
  readonly regressions: readonly Regression[]
  /** Absent when nothing was timed. */
  readonly latency?: LatencyReading
  readonly endpoints: readonly EndpointReading[]
  readonly reasons: readonly RuleReading[]
  readonly whatWouldChangeIt: readonly string[]
}
