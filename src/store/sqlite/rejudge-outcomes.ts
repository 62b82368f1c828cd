/** Counts of outcomes that move from one to another, in every table that adds them up. */

import type { Source } from '../../core/exchange.ts'
import type { Judgement, Outcome } from '../../core/judgement.ts'
import { execute, type Database, type SqlValue } from './database.ts'
import { ENDPOINT_ROLLUPS, HOUR_MS, MINUTE_MS } from './rollups.ts'

/** Where an exchange is counted. */
export interface CountedAt {
  readonly runId: number
  readonly endpointId: number
  readonly source: Source
  readonly startedAt: number
}

/** What moves in one row. */
interface Move {
  readonly table: string
  readonly where: string
  readonly place: readonly SqlValue[]
  readonly outcomes: Record<Outcome, number>
}

interface ReasonMove {
  readonly place: readonly [endpointId: number, runId: number, source: Source]
  readonly outcome: Outcome
  readonly reason: string
  exchanges: number
}

/** The moves of one transaction, gathered in memory. */
export class OutcomeMoves {
  readonly #db: Database
  readonly #moves = new Map<string, Move>()
  readonly #reasons = new Map<string, ReasonMove>()

  constructor(db: Database) {
    this.#db = db
  }

  /** Forgets what a transaction that failed had gathered. */
  begin(): void {
    this.#moves.clear()
    this.#reasons.clear()
  }

  /** Gathers an exchange that had one outcome and has another now. */
  add(at: CountedAt, before: Judgement, after: Judgement): void {
    if (before.outcome !== after.outcome) {
      for (const move of this.#rowsOf(at)) {
        move.outcomes[before.outcome]--
        move.outcomes[after.outcome]++
      }
    }
    if (before.outcome === after.outcome && before.reason === after.reason) return
    this.#addReason(at, before, -1)
    this.#addReason(at, after, 1)
  }

  /** Writes what was gathered. */
  flush(): void {
    for (const { table, where, place, outcomes } of this.#moves.values()) {
      const { match, divergent, incomparable, unmirrored } = outcomes
      execute(
        this.#db,
        `UPDATE ${table} SET match = match + ?, divergent = divergent + ?,
           incomparable = incomparable + ?, unmirrored = unmirrored + ? WHERE ${where}`,
        [match, divergent, incomparable, unmirrored, ...place],
      )
    }
    for (const { place, outcome, reason, exchanges } of this.#reasons.values()) {
      if (exchanges === 0) continue
      execute(
        this.#db,
        `INSERT INTO endpoint_reasons (endpoint_id, run_id, source, outcome, reason, exchanges)
         VALUES (?, ?, ?, ?, ?, ?)
         ON CONFLICT DO UPDATE SET exchanges = exchanges + excluded.exchanges`,
        [...place, outcome, reason, exchanges],
      )
      execute(
        this.#db,
        `DELETE FROM endpoint_reasons WHERE endpoint_id = ? AND run_id = ? AND source = ?
           AND outcome = ? AND reason = ? AND exchanges <= 0`,
        [...place, outcome, reason],
      )
    }
    this.begin()
  }

  /** The rows that count an exchange. */
  #rowsOf({ runId, endpointId, source, startedAt }: CountedAt): readonly Move[] {
    const minute = Math.floor(startedAt / MINUTE_MS)
    const hour = Math.floor(startedAt / HOUR_MS)
    const ofEndpoint = 'endpoint_id = ? AND run_id = ? AND source = ?'
    const ofRun = 'run_id = ? AND source = ?'
    const endpoint = [endpointId, runId, source]
    return [
      this.#move('endpoint_runs', ofEndpoint, endpoint),
      // A day that is not added up yet has no row to be changed.
      ...Object.entries(ENDPOINT_ROLLUPS).map(([unit, { table, ms }]) =>
        this.#move(table, `${ofEndpoint} AND ${unit} = ?`, [
          ...endpoint,
          Math.floor(startedAt / ms),
        ]),
      ),
      this.#move('run_minutes', `${ofRun} AND minute = ?`, [runId, source, minute]),
      this.#move('run_hours', `${ofRun} AND hour = ?`, [runId, source, hour]),
    ]
  }

  #move(table: string, where: string, place: readonly SqlValue[]): Move {
    const key = `${table} ${place.join(' ')}`
    const known = this.#moves.get(key)
    if (known !== undefined) return known
    const outcomes = { match: 0, divergent: 0, incomparable: 0, unmirrored: 0 }
    const move = { table, where, place, outcomes }
    this.#moves.set(key, move)
    return move
  }

  #addReason(at: CountedAt, { outcome, reason }: Judgement, sign: 1 | -1): void {
    if (reason === undefined) return
    const place = [at.endpointId, at.runId, at.source] as const
    const key = `${place.join(' ')} ${outcome} ${reason}`
    const known = this.#reasons.get(key)
    if (known !== undefined) known.exchanges += sign
    else this.#reasons.set(key, { place, outcome, reason, exchanges: sign })
  }
}
