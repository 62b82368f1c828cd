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
import type { BreakerState, ServiceReading } from './service-reading.ts'

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
  /** Primary's or shadow's status. */
  readonly status?: number | undefined
  readonly requestId?: string | undefined
  /** A part of path, endpoint, location or request id, whichever the list has. */
  readonly q?: string | undefined
  readonly divergence?: string | undefined
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
  readonly differences: readonly (Difference & { readonly divergence: string })[]
  /** How many differences there really are, when the list was cut at its bound. */
  readonly differencesTotal: number
  readonly suppressed: readonly SuppressedDifference[]
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
  /** What a person noted when the state was set. */
  readonly note?: string
  /** When an expected divergence opens again. */
  readonly until?: string
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
  readonly primaryLatency?: LatencyView
  readonly shadowLatency?: LatencyView
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
