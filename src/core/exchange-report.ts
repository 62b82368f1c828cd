/**
 * Exchanges as people read them: in the API, the CSV and the dashboard. Times are RFC 3339 strings here
 * (the store keeps epoch milliseconds), durations are milliseconds, absent means absent.
 */

import type { Description } from './describe.ts'
import type { DivergenceClass } from './divergence-report.ts'
import type { HeaderList, Source } from './exchange.ts'
import type { Difference, Outcome, SuppressedDifference } from './judgement.ts'

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

/** A difference with what many exchanges say of it. */
export interface DifferenceView extends Difference {
  /** Of its divergence at this moment; absent where nothing was counted: sent again, or in a document of its own. */
  readonly class?: DivergenceClass
  /** The id of its divergence. */
  readonly divergence: string
}

/** One exchange in full. */
export interface ExchangeDetail extends Omit<ExchangeRow, 'differences'> {
  readonly request: RequestView
  readonly primary?: ObservationView
  readonly shadow?: ObservationView
  readonly control?: ObservationView
  readonly differences: readonly DifferenceView[]
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
