/**
 * What lists and verdicts add up: counts, reasons and latencies by endpoint, run and source, of the whole
 * run and by minute. A transaction gathers them in memory and adds each touched row once.
 */

import type { Statement } from 'better-sqlite3'
import type { Exchange, Source } from '../../core/exchange.ts'
import type { Judgement, Outcome } from '../../core/judgement.ts'
import { LatencySketch } from '../../core/latency-sketch.ts'
import type { Database } from './database.ts'

/** Milliseconds of a rollup. */
export const MINUTE_MS = 60_000

/** One endpoint's part of one minute, as far as the transaction that is open has it. */
interface Gathered {
  readonly endpointId: number
  readonly source: Source
  readonly minute: number
  readonly outcomes: Record<Outcome, number>
  firstSeen: number
  lastSeen: number
  readonly primaryMs: number[]
  readonly shadowMs: number[]
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
  readonly #gathered = new Map<string, Gathered>()
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
    this.#gathered.clear()
    this.#reasons.clear()
  }

  /** Gathers one exchange. */
  add(endpointId: number, exchange: Exchange, { outcome, reason }: Judgement): void {
    const { source, startedAt, primary, shadow } = exchange
    const gathered = this.#gather(endpointId, source, Math.floor(startedAt / MINUTE_MS), startedAt)
    gathered.outcomes[outcome]++
    gathered.firstSeen = Math.min(gathered.firstSeen, startedAt)
    gathered.lastSeen = Math.max(gathered.lastSeen, startedAt)
    if (primary?.kind === 'response') gathered.primaryMs.push(primary.durationMs)
    if (shadow?.kind === 'response') gathered.shadowMs.push(shadow.durationMs)
    if (reason === undefined) return
    const key = `${endpointId} ${source} ${outcome} ${reason}`
    const known = this.#reasons.get(key)
    if (known !== undefined) known.exchanges++
    else this.#reasons.set(key, { endpointId, source, outcome, reason, exchanges: 1 })
  }

  /** Writes what was gathered to this run. */
  flush(runId: number): void {
    for (const gathered of this.#gathered.values()) {
      const { endpointId, source, minute, firstSeen, lastSeen } = gathered
      const place = [endpointId, runId, source] as const
      const inMinute = this.#findMinute.get(endpointId, minute, runId, source)
      this.#addMinute.run(...place, ...columnsOf(gathered, inMinute), minute)
      const inRun = this.#findRun.get(...place)
      this.#addRun.run(...place, ...columnsOf(gathered, inRun), firstSeen, lastSeen)
    }
    for (const { endpointId, source, outcome, reason, exchanges } of this.#reasons.values()) {
      this.#addReason.run(endpointId, runId, source, outcome, reason, exchanges)
    }
    this.begin()
  }

  #gather(endpointId: number, source: Source, minute: number, startedAt: number): Gathered {
    const key = `${endpointId} ${minute} ${source}`
    const known = this.#gathered.get(key)
    if (known !== undefined) return known
    const gathered: Gathered = {
      endpointId,
      source,
      minute,
      outcomes: { match: 0, divergent: 0, incomparable: 0, unmirrored: 0 },
      firstSeen: startedAt,
      lastSeen: startedAt,
      primaryMs: [],
      shadowMs: [],
    }
    this.#gathered.set(key, gathered)
    return gathered
  }
}

function columnsOf(
  { outcomes, primaryMs, shadowMs }: Gathered,
  stored: StoredLatencies | undefined,
) {
  const { match, divergent, incomparable, unmirrored } = outcomes
  const primary = addAll(primaryMs, stored?.primary_latency)
  const shadow = addAll(shadowMs, stored?.shadow_latency)
  return [match, divergent, incomparable, unmirrored, primary, shadow] as const
}

function addAll(durations: readonly number[], stored: Buffer | undefined): Buffer {
  const sketch = new LatencySketch()
  if (stored !== undefined) sketch.merge(stored)
  for (const duration of durations) sketch.add(duration)
  return sketch.encode()
}
