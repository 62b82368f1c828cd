/**
 * What lists and verdicts add up: counts, reasons and latencies by endpoint, run and source, of the whole
 * run and by minute. A transaction gathers them in memory and adds each touched row once.
 */

import type { Statement } from 'better-sqlite3'
import type { Exchange, Observation, Source } from '../../core/exchange.ts'
import type { Judgement, Outcome } from '../../core/judgement.ts'
import { LatencySketch } from '../../core/latency-sketch.ts'
import type { Database } from './database.ts'

/** Milliseconds of a rollup. */
export const MINUTE_MS = 60_000

interface Totals {
  readonly endpointId: number
  readonly source: Source
  /** Absent for the totals of the run. */
  readonly minute?: number
  readonly outcomes: Record<Outcome, number>
  firstSeen: number
  lastSeen: number
  readonly primary: LatencySketch
  readonly shadow: LatencySketch
}

interface Reason {
  readonly endpointId: number
  readonly source: Source
  readonly outcome: Outcome
  readonly reason: string
  exchanges: number
}

interface StoredLatencies {
  readonly primary_latency: Buffer
  readonly shadow_latency: Buffer
}

/** The aggregates of one writer. */
export class RollupTable {
  readonly #findRun: Statement<[number, number, string], StoredLatencies>
  readonly #findMinute: Statement<[number, number, number, string], StoredLatencies>
  readonly #addRun: Statement
  readonly #addMinute: Statement
  readonly #addReason: Statement
  readonly #totals = new Map<string, Totals>()
  readonly #reasons = new Map<string, Reason>()

  constructor(db: Database) {
    this.#findRun = db.prepare(
      `SELECT primary_latency, shadow_latency FROM endpoint_runs
       WHERE endpoint_id = ? AND run_id = ? AND source = ?`,
    )
    this.#findMinute = db.prepare(
      `SELECT primary_latency, shadow_latency FROM rollups
       WHERE endpoint_id = ? AND minute = ? AND run_id = ? AND source = ?`,
    )
    const addCounts = `match = match + excluded.match, divergent = divergent + excluded.divergent,
      incomparable = incomparable + excluded.incomparable, unmirrored = unmirrored + excluded.unmirrored,
      primary_latency = excluded.primary_latency, shadow_latency = excluded.shadow_latency`
    this.#addRun = db.prepare(
      `INSERT INTO endpoint_runs (endpoint_id, run_id, source, match, divergent, incomparable, unmirrored,
         primary_latency, shadow_latency, first_seen, last_seen)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET ${addCounts},
         first_seen = min(first_seen, excluded.first_seen), last_seen = max(last_seen, excluded.last_seen)`,
    )
    this.#addMinute = db.prepare(
      `INSERT INTO rollups (endpoint_id, run_id, source, match, divergent, incomparable, unmirrored,
         primary_latency, shadow_latency, minute)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET ${addCounts}`,
    )
    this.#addReason = db.prepare(
      `INSERT INTO endpoint_reasons (endpoint_id, run_id, source, outcome, reason, exchanges)
       VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET exchanges = exchanges + excluded.exchanges`,
    )
  }

  /** Forgets what a transaction that failed had gathered. */
  begin(): void {
    this.#totals.clear()
    this.#reasons.clear()
  }

  /** Gathers one exchange. */
  add(endpointId: number, exchange: Exchange, { outcome, reason }: Judgement): void {
    const { source, startedAt } = exchange
    const minute = Math.floor(startedAt / MINUTE_MS)
    this.#count(`${endpointId} ${source}`, { endpointId, source }, exchange, outcome)
    this.#count(
      `${endpointId} ${source} ${minute}`,
      { endpointId, source, minute },
      exchange,
      outcome,
    )
    if (reason === undefined) return
    const key = `${endpointId} ${source} ${outcome} ${reason}`
    const known = this.#reasons.get(key)
    if (known !== undefined) known.exchanges++
    else this.#reasons.set(key, { endpointId, source, outcome, reason, exchanges: 1 })
  }

  /** Writes what was gathered to this run. */
  flush(runId: number): void {
    for (const totals of this.#totals.values()) this.#flushTotals(runId, totals)
    for (const { endpointId, source, outcome, reason, exchanges } of this.#reasons.values()) {
      this.#addReason.run(endpointId, runId, source, outcome, reason, exchanges)
    }
    this.begin()
  }

  #count(
    key: string,
    place: Pick<Totals, 'endpointId' | 'source' | 'minute'>,
    { startedAt, primary, shadow }: Exchange,
    outcome: Outcome,
  ): void {
    let totals = this.#totals.get(key)
    if (totals === undefined) {
      totals = {
        ...place,
        outcomes: { match: 0, divergent: 0, incomparable: 0, unmirrored: 0 },
        firstSeen: startedAt,
        lastSeen: startedAt,
        primary: new LatencySketch(),
        shadow: new LatencySketch(),
      }
      this.#totals.set(key, totals)
    }
    totals.outcomes[outcome]++
    totals.firstSeen = Math.min(totals.firstSeen, startedAt)
    totals.lastSeen = Math.max(totals.lastSeen, startedAt)
    addLatency(totals.primary, primary)
    addLatency(totals.shadow, shadow)
  }

  #flushTotals(runId: number, totals: Totals): void {
    const { endpointId, source, minute, outcomes, primary, shadow } = totals
    const stored =
      minute === undefined
        ? this.#findRun.get(endpointId, runId, source)
        : this.#findMinute.get(endpointId, minute, runId, source)
    if (stored !== undefined) {
      primary.merge(stored.primary_latency)
      shadow.merge(stored.shadow_latency)
    }
    const { match, divergent, incomparable, unmirrored } = outcomes
    const counts = [match, divergent, incomparable, unmirrored]
    const row = [endpointId, runId, source, ...counts, primary.encode(), shadow.encode()]
    if (minute === undefined) this.#addRun.run(...row, totals.firstSeen, totals.lastSeen)
    else this.#addMinute.run(...row, minute)
  }
}

function addLatency(sketch: LatencySketch, observation: Observation | undefined): void {
  if (observation?.kind === 'response') sketch.add(observation.durationMs)
}
