/** Runs as people read them: what came, how it was answered, and whether shadow may go live. */

import type { DivergenceRow } from './divergence-report.ts'
import type { VerdictLimits } from './verdict-limits.ts'
import type { Verdict } from './verdict-reading.ts'

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

/** Latency of one upstream at one endpoint; milliseconds. */
export interface LatencyView {
  readonly p50: number
  readonly p95: number
  readonly p99: number
}

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

/** `GET /api/v1/verdict`: whether shadow may replace primary, and by what that was judged. */
export interface VerdictView extends Verdict {
  readonly limits: VerdictLimits
  /** Until `needed` more requests are compared, at the rate of the run so far; absent when nothing comes. */
  readonly etaMs?: number
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
