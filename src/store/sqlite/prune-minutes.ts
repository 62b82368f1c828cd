/**
 * Rollups by minute go after some days, because those by hour tell the same: minutes would grow without end. Some
 * days are those of the data, not of the clock, so that an import of old traffic can be looked at as well.
 */

import { execute, rowsOf, type Database } from './database.ts'
import { hoursOf, keptSince } from './windows.ts'

const MINUTES_PER_HOUR = 60
/** Minutes that are kept: three days. */
const KEPT_MINUTES = 3 * 24 * MINUTES_PER_HOUR
/** The newest minutes of an endpoint, which are kept however old they are: what its sparkline shows, twice. */
const KEPT_OF_ENDPOINT = 60
/** Endpoints or runs looked at in one step. */
const STEP_ROWS = 20

/** Prunes the minutes of one database, a round whenever an hour more is too old. */
export class MinutePruner {
  readonly #db: Database
  /** The endpoint and the run after which the round goes on; absent when none goes on. */
  #round: { before: number; endpoint: number; run: number } | undefined

  constructor(db: Database) {
    this.#db = db
  }

  /** Does one step; tells whether there is nothing more to do. */
  step(): boolean {
    this.#round ??= this.#begin()
    const round = this.#round
    if (round === undefined) return true
    const isDone = this.#db
      .transaction(() => this.#pruneEndpoints(round) && this.#pruneRuns(round))
      .immediate()
    if (isDone) this.#round = undefined
    return isDone
  }

  #begin() {
    const [, newest] = hoursOf(this.#db)
    const before = newest * MINUTES_PER_HOUR - KEPT_MINUTES
    if (before <= keptSince(this.#db)) return undefined
    // First, so that nobody takes what is left in the middle of the round for the whole.
    execute(
      this.#db,
      `INSERT INTO pruned_minutes (id, before) VALUES (1, ?)
       ON CONFLICT DO UPDATE SET before = excluded.before`,
      [before],
    )
    return { before, endpoint: 0, run: 0 }
  }

  /** Tells whether all endpoints are done. */
  #pruneEndpoints(round: { readonly before: number; endpoint: number }): boolean {
    const ids = this.#next('endpoints', round.endpoint)
    for (const id of ids) {
      execute(
        this.#db,
        `DELETE FROM rollups WHERE endpoint_id = ? AND minute < min(?, coalesce(
           (SELECT minute FROM rollups WHERE endpoint_id = ? ORDER BY minute DESC
            LIMIT 1 OFFSET ${KEPT_OF_ENDPOINT}), 0))`,
        [id, round.before, id],
      )
      round.endpoint = id
    }
    return ids.length < STEP_ROWS
  }

  /** Tells whether all runs are done. */
  #pruneRuns(round: { readonly before: number; run: number }): boolean {
    const ids = this.#next('runs', round.run)
    for (const id of ids) {
      execute(this.#db, 'DELETE FROM run_minutes WHERE run_id = ? AND minute < ?', [
        id,
        round.before,
      ])
      round.run = id
    }
    return ids.length < STEP_ROWS
  }

  #next(table: 'endpoints' | 'runs', after: number): readonly number[] {
    return rowsOf<{ id: number }>(
      this.#db,
      `SELECT id FROM ${table} WHERE id > ? ORDER BY id LIMIT ${STEP_ROWS}`,
      [after],
    ).map(({ id }) => id)
  }
}
