/**
 * What people read: the rows of the API, the CSV and the dashboard. Times are RFC 3339 strings here
 * (the store keeps epoch milliseconds), durations are milliseconds, absent means absent.
 */

import type { Counters } from './counters.ts'
import type { Description } from './describe.ts'
import type { HeaderList, Source } from './exchange.ts'
import type {
  Difference,
  DifferenceKind,
  Outcome,
  Severity,
  SuppressedDifference,
} from './judgement.ts'
import type { Rule } from './rule.ts'
import type { BreakerState, ServiceReading } from './service-reading.ts'
import type { VerdictLimits } from './verdict-limits.ts'
import type { Verdict } from './verdict-reading.ts'

/** One page of a list; `next` is absent at the end. */
export interface Page<T> {
  readonly items: readonly T[]
  readonly next?: string
}

/** Where to go on, and how many rows to give. */
export interface PageRequest {
  readonly cursor?: string | undefined
  readonly limit: number
}

/** The filters of lists and exports; each list uses those that make sense for it. */
export interface Filter {
  readonly run?: string | undefined
  readonly route?: string | undefined
  readonly endpoint?: string | undefined
  readonly method?: string | undefined
  readonly outcome?: Outcome | undefined
  readonly kind?: DifferenceKind | undefined
  readonly severity?: Severity | undefined
  /** Of divergences. */
  readonly class?: DivergenceClass | undefined
  /** Of divergences. */
  readonly state?: DivergenceState | undefined
  /** Primary's or shadow's status. */
  readonly status?: number | undefined
  readonly requestId?: string | undefined
  /** A part of path, endpoint, location or request id, whichever the list has. */
  readonly q?: string | undefined
  readonly divergence?: string | undefined
  readonly source?: Source | undefined
  /** Epoch milliseconds, inclusive. */
  readonly since?: number | undefined
  /** Epoch milliseconds, exclusive. */
  readonly until?: number | undefined
}

/** One exchange as a row of a list; field order is the CSV's column order. */
export interface ExchangeRow {
  readonly id: string
  readonly requestId: string
  readonly time: string
  readonly run: string
  readonly source: Source
  readonly route: string
  readonly method: string
  readonly path: string
  readonly endpoint: string
  readonly outcome: Outcome
  readonly reason?: string
  readonly primaryStatus?: number
  readonly shadowStatus?: number
  readonly primaryMs?: number
  readonly shadowMs?: number
  readonly shadowWaitMs?: number
  readonly differences: number
}

/** A stored body as it is shown: text where it is text, else base64. */
export interface BodyView {
  /** Bytes on the wire. */
  readonly length: number
  /** Of the whole body as it was stored; empty when nothing of it was kept. */
  readonly sha256: string
  /** `text` and `base64` hold less than the whole body. */
  readonly truncated: boolean
  /** Why the body ended early, if it did. */
  readonly incomplete?: string
  /** The content codings that were undone for showing (`gzip`), if any. */
  readonly decoded?: string
  /** The body as text, when it is valid UTF-8 without control bytes. */
  readonly text?: string
  /** The body as base64 when it is not text. */
  readonly base64?: string
}

/** The request of an exchange, in full. */
export interface RequestView {
  readonly method: string
  readonly target: string
  readonly headers: HeaderList
  readonly body: BodyView
}

/** What one upstream did, in full. */
export type ObservationView =
  | {
      readonly kind: 'response'
      readonly status: number
      readonly reason: string
      readonly headers: HeaderList
      readonly trailers: HeaderList
      readonly body: BodyView
      readonly durationMs: number
      readonly sentHeaders: HeaderList
    }
  | {
      readonly kind: 'failure'
      readonly reason: string
      readonly message: string
      readonly durationMs: number
      readonly sentHeaders: HeaderList
    }

/** One exchange in full. */
export interface ExchangeDetail extends Omit<ExchangeRow, 'differences'> {
  readonly request: RequestView
  readonly primary?: ObservationView
  readonly shadow?: ObservationView
  readonly control?: ObservationView
  readonly differences: readonly (Difference & { readonly divergence: string })[]
  /** How many differences there really are, when the list was cut at its bound. */
  readonly differencesTotal: number
  readonly suppressed: readonly SuppressedDifference[]
  /** How many suppressed ones there really are, when the list was cut at its bound. */
  readonly suppressedTotal?: number
}

/** A stored request sent again: the new exchange, which is not stored. */
export interface ReplayView extends ExchangeDetail {
  /** Places whose recorded values were not kept and so were left out: `header:authorization`. */
  readonly unsent: readonly string[]
}

/** What changed between the two bodies of an exchange as they came, before any rule, in words. */
export interface ChangesView extends Description {
  /** Why there are no sentences; absent when both bodies could be read. */
  readonly reason?: string
}

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
  /** A rule that would fit, because both values are of one class that varies by itself; never in force by itself. */
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

/** Requests and latencies over time, at most 400 points. */
export interface TrafficView {
  /** How long each point is: a minute, an hour, or several. */
  readonly resolutionMs: number
  /** Oldest first; points without any exchange are left out. */
  readonly points: readonly TrafficPoint[]
}

/** What came in one bucket of time; latencies are absent where nobody answered. */
export interface TrafficPoint {
  readonly time: string
  readonly match: number
  readonly divergent: number
  readonly incomparable: number
  readonly unmirrored: number
  readonly primaryP50?: number
  readonly primaryP95?: number
  readonly shadowP50?: number
  readonly shadowP95?: number
}

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

/** One rule in force, wherever it comes from; `origin` `file` and `builtin` are read-only. */
export interface RuleRow {
  readonly id: string
  readonly origin: 'builtin' | 'file' | 'console'
  /** Absent for builtin rules: what those do is in the program, not in a statement. */
  readonly rule?: Rule
  /** What it says, for people. */
  readonly sentence: string
  /** Builtin rules may be switched off by the file. */
  readonly disabled: boolean
  /** Raised by each change; the entity tag of the API. */
  readonly version: number
  /** Differences that it hid, in all runs. */
  readonly hidden: number
  /** Exchanges in which it hid something. */
  readonly exchanges: number
  readonly lastHit?: string
  /** It has hidden nothing although at least 1,000 exchanges were compared since it was made, or last hit. */
  readonly idle: boolean
}

/** What a rule would hide among stored exchanges, before it is saved. */
export interface RulePreview {
  /** Exchanges that were judged again: the newest ones in the rule's scope. */
  readonly examined: number
  /** Of those, the ones that could not be judged again (redacted, truncated), by reason. */
  readonly skipped: Readonly<Record<string, number>>
  /** Differences that would be hidden. */
  readonly hidden: number
  /** Exchanges that would become a match. */
  readonly matching: number
  /** Divergences that would lose differences, worst first, at most 50. */
  readonly divergences: readonly {
    readonly id: string
    readonly endpoint: string
    readonly kind: DifferenceKind
    readonly location: string
    readonly severity: Severity
    readonly hidden: number
    readonly of: number
    /** Ids of exchanges in which it would be hidden. */
    readonly examples: readonly string[]
  }[]
  /** Sentences to read before saving: breaking severity among what is hidden, everything hidden, nothing matched. */
  readonly warnings: readonly string[]
}

/** Long work in the recorder. */
export interface JobView {
  readonly id: number
  readonly kind: 'recompare'
  readonly state: 'running' | 'done' | 'failed' | 'cancelled'
  /** Exchanges looked at, and how many there are in all. */
  readonly done: number
  readonly total: number
  /** Exchanges whose outcome or differences are others now. */
  readonly changed: number
  /** Exchanges that could not be judged again, by reason; they keep their first judgement. */
  readonly skipped: Readonly<Record<string, number>>
  readonly rulesVersion: string
  readonly startedAt: string
  readonly endedAt?: string
  readonly actor: string
  /** Why it failed. */
  readonly message?: string
}

/** Who did what and when. */
export interface AuditRow {
  readonly id: number
  readonly time: string
  readonly actor: string
  readonly role: string
  /** A command's name, `login`, or `login-failed`. */
  readonly action: string
  /** What it was done to: a divergence's id, a rule's id, a route. */
  readonly subject: string
  /** The command's content as JSON text, without secrets. */
  readonly detail: string
}

/** What of the mirroring people changed at run time, and what holds because of it. */
export interface MirrorView {
  readonly routes: readonly {
    readonly route: string
    /** What the configuration says, 0 to 100. */
    readonly configured: number
    /** What holds: 0 while paused, else the smaller of configured and override. */
    readonly effective: number
    readonly paused: boolean
    readonly percent?: number
    /** Whose change that is: one of this route alone, one of all routes, or both; absent: nothing is changed. */
    readonly changed?: 'route' | 'all' | 'both'
    /** Who changed it last, and when. */
    readonly by?: string
    readonly at?: string
  }[]
}

/** Two runs beside each other; each list at most 500, worst first. */
export interface RunComparison {
  readonly before: RunRow
  readonly after: RunRow
  /** In `after` only. */
  readonly appeared: readonly DivergenceRow[]
  /** In `before` only, although `after` compared the endpoint. */
  readonly gone: readonly DivergenceRow[]
  readonly persisting: readonly DivergenceRow[]
  /** In `before` only, and `after` never compared the endpoint: nothing is known. */
  readonly untested: readonly DivergenceRow[]
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

/** Latency of one upstream at one endpoint; milliseconds. */
export interface LatencyView {
  readonly p50: number
  readonly p95: number
  readonly p99: number
}

/** One endpoint with what was seen of it. */
export interface EndpointRow {
  readonly endpoint: string
  readonly exchanges: number
  readonly match: number
  readonly divergent: number
  readonly incomparable: number
  readonly unmirrored: number
  /** Divergent among the compared (match + divergent); 0 to 1; absent when none was compared. */
  readonly divergenceRate?: number
  readonly divergences: number
  /** 95 % confidence interval of the rate (Wilson); absent when none was compared. */
  readonly divergenceRateLower?: number
  readonly divergenceRateUpper?: number
  readonly primaryLatency?: LatencyView
  readonly shadowLatency?: LatencyView
  /** Median of shadow's duration over primary's in the same exchange. */
  readonly latencyRatio?: number
  /** Exchanges a minute over the last 30 minutes with traffic, oldest first. */
  readonly sparkline: readonly {
    readonly time: string
    readonly exchanges: number
    readonly divergent: number
  }[]
  readonly lastSeen: string
}

/** One verification. */
export interface RunRow {
  readonly id: number
  readonly name: string
  readonly primaryVersion: string
  readonly shadowVersion: string
  readonly startedAt: string
  readonly endedAt?: string
  readonly exchanges: number
  readonly match: number
  readonly divergent: number
  readonly incomparable: number
  readonly unmirrored: number
}

/** One row of the `differences` export: a difference with its exchange. */
export interface DifferenceRow {
  readonly exchange: ExchangeRow
  readonly difference: Difference
  readonly class: DivergenceClass
  readonly divergence: string
}

/** `GET /api/v1/status`. */
export interface StatusView {
  readonly version: string
  readonly run: string
  readonly upstreams: readonly {
    readonly route: string
    readonly primary: string
    readonly shadow?: string
    /** 0 to 100. */
    readonly percent?: number
    readonly methods?: 'all' | 'safe' | readonly string[]
  }[]
  /** State of the shadow's breaker by route name. */
  readonly breaker: Readonly<Record<string, BreakerState>>
  readonly counters: Counters
  readonly proxy: ServiceReading['proxy']
  readonly recorder: ServiceReading['recorder']
  /** The address clients talk to. */
  readonly listen: string
  /** Path of the database file. */
  readonly store: string
}

/** `GET /api/v1/verdict`: whether shadow may replace primary, and by what that was judged. */
export interface VerdictView extends Verdict {
  readonly limits: VerdictLimits
  /** Until `needed` more requests are compared, at the rate of the run so far; absent when nothing comes. */
  readonly etaMs?: number
}

/** `GET /api/v1/me`: who asks. */
export interface MeView {
  readonly name: string
  readonly role: 'viewer' | 'operator' | 'gate'
  /** Whether the console asks for a token at all. */
  readonly authRequired: boolean
}
