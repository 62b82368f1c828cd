/**
 * Rollups by day are added up from those by hour when the day is over: recording pays for none of them, and a
 * database from before gets its own in the same way. An endpoint's `days_before` tells how far that went; whoever
 * changes hours of days before it changes the days as well, in the same transaction.
 */

import { execute, rowsOf, type Database } from './database.ts'
import { mergedHistogram } from './durations.ts'
import { ENDPOINT_ROLLUPS, HOUR_MS } from './rollups.ts'
import { hoursOf } from './windows.ts'

const HOURS = ENDPOINT_ROLLUPS.day.ms / HOUR_MS
/** Endpoints looked at in one step. */
const STEP_ENDPOINTS = 20
/** Days with something in them that are added up in one step, of all its endpoints together. */
const STEP_DAYS = 20

interface SqlHour {
  readonly day: number
  readonly run_id: number
  readonly source: string
  readonly match: number
  readonly divergent: number
  readonly incomparable: number
  readonly unmirrored: number
  readonly primary_latency: Buffer
  readonly shadow_latency: Buffer
  readonly ratios: Buffer
}

/** Adds up the days of one database that are over. Over is what the data says, not the clock: imports are old. */
export class DayFolder {
  readonly #db: Database

  constructor(db: Database) {
    this.#db = db
  }

  /** Does one step; tells whether there is nothing more to do. */
  step(): boolean {
    const [, newest] = hoursOf(this.#db)
    const today = Math.floor(newest / HOURS)
    const waiting = rowsOf<{ id: number; days_before: number }>(
      this.#db,
      `SELECT id, days_before FROM endpoints WHERE heir_id IS NULL AND days_before < ?
       ORDER BY days_before LIMIT ${STEP_ENDPOINTS}`,
      [today],
    )
    if (waiting.length === 0) return true
    let room = STEP_DAYS
    this.#db
      .transaction(() => {
        for (const { id, days_before } of waiting) {
          if (room > 0) room -= foldDays(this.#db, id, days_before, today, room)
        }
      })
      .immediate()
    return room > 0 && waiting.length < STEP_ENDPOINTS
  }
}

/** Adds the days of an endpoint up anew whose hours have just become another's too; as far as either of them had been. */
export function refoldDays(db: Database, heirId: number, mergedId: number): void {
  const [row] = rowsOf<{ before: number }>(
    db,
    'SELECT max(days_before) AS before FROM endpoints WHERE id IN (?, ?)',
    [heirId, mergedId],
  )
  execute(db, 'DELETE FROM endpoint_days WHERE endpoint_id IN (?, ?)', [heirId, mergedId])
  foldDays(db, heirId, 0, row?.before ?? 0, Infinity)
}

/** Adds up an endpoint's days from one on up to before another, at most so many with something in them; tells how many. */
function foldDays(db: Database, id: number, from: number, before: number, limit: number): number {
  let folded = 0
  let day = dayWithHours(db, id, from, before)
  for (; day !== undefined && folded < limit; folded++) {
    foldDay(db, id, day)
    day = dayWithHours(db, id, day + 1, before)
  }
  execute(db, 'UPDATE endpoints SET days_before = ? WHERE id = ?', [day ?? before, id])
  return folded
}

/** The first day from this one on up to before another in which the endpoint was seen. */
function dayWithHours(db: Database, id: number, from: number, before: number): number | undefined {
  const [row] = rowsOf<{ hour: number }>(
    db,
    `SELECT hour FROM endpoint_hours WHERE endpoint_id = ? AND hour >= ? AND hour < ?
     ORDER BY hour LIMIT 1`,
    [id, from * HOURS, before * HOURS],
  )
  return row && Math.floor(row.hour / HOURS)
}

function foldDay(db: Database, id: number, day: number): void {
  const parts = new Map<string, SqlHour[]>()
  const hours = rowsOf<SqlHour>(
    db,
    `SELECT run_id, source, match, divergent, incomparable, unmirrored, primary_latency, shadow_latency, ratios
     FROM endpoint_hours WHERE endpoint_id = ? AND hour >= ? AND hour < ?`,
    [id, day * HOURS, (day + 1) * HOURS],
  )
  for (const hour of hours) {
    const key = `${hour.run_id} ${hour.source}`
    const known = parts.get(key)
    if (known === undefined) parts.set(key, [hour])
    else known.push(hour)
  }
  for (const part of parts.values()) {
    const [first] = part
    if (first === undefined) continue
    const sum = (pick: (hour: SqlHour) => number) =>
      part.reduce((total, hour) => total + pick(hour), 0)
    execute(
      db,
      `INSERT INTO endpoint_days (endpoint_id, day, run_id, source, match, divergent, incomparable, unmirrored,
         primary_latency, shadow_latency, ratios) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      [
        ...[id, day, first.run_id, first.source],
        sum(({ match }) => match),
        sum(({ divergent }) => divergent),
        sum(({ incomparable }) => incomparable),
        sum(({ unmirrored }) => unmirrored),
        mergedHistogram(part.map(({ primary_latency }) => primary_latency)),
        mergedHistogram(part.map(({ shadow_latency }) => shadow_latency)),
        mergedHistogram(part.map(({ ratios }) => ratios)),
      ],
    )
  }
}
