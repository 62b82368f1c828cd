/**
 * Where the totals of a window of time are read from. Minutes are exact and are kept for some days; hours make
 * long windows quick. A window has whole hours in the middle and minutes at its ends; where the minutes are gone,
 * and where nobody sees them among so many hours, it is widened to whole hours.
 */

import { rowsOf, type Database } from './database.ts'
import { HOUR_MS, MINUTE_MS } from './rollups.ts'

/** Rows of one kind, from one number on up to before another. */
export interface Range {
  readonly unit: 'minute' | 'hour'
  readonly from: number
  readonly to: number
}

/** A window is read by minutes up to this. */
const MAX_MINUTES = 180
const MINUTES = HOUR_MS / MINUTE_MS
/** A window of more than two days needs no minutes. */
const MANY_MINUTES = 2 * 24 * MINUTES

/** The ranges of a window, oldest first. */
export function rangesOf(
  db: Database,
  since = 0,
  until = Number.MAX_SAFE_INTEGER,
): readonly Range[] {
  const [oldest, newest] = hoursOf(db)
  const from = Math.max(Math.floor(since / MINUTE_MS), oldest * MINUTES)
  const to = Math.min(Math.ceil(until / MINUTE_MS), (newest + 1) * MINUTES)
  const kept = keptSince(db)
  if (to - from <= MAX_MINUTES && from >= kept) return [{ unit: 'minute', from, to }]
  const exactFrom = to - from > MANY_MINUTES ? Infinity : kept
  const firstHour = from >= exactFrom ? Math.ceil(from / MINUTES) : Math.floor(from / MINUTES)
  const endHour = to >= exactFrom ? Math.floor(to / MINUTES) : Math.ceil(to / MINUTES)
  const ranges: readonly Range[] = [
    { unit: 'minute', from, to: Math.min(to, firstHour * MINUTES) },
    { unit: 'hour', from: firstHour, to: endHour },
    { unit: 'minute', from: Math.max(from, endHour * MINUTES), to },
  ]
  return ranges.filter((range) => range.from < range.to)
}

/** The first minute of which there are rollups by minute. */
export function keptSince(db: Database): number {
  const [row] = rowsOf<{ before: number }>(db, 'SELECT before FROM pruned_minutes', [])
  return row?.before ?? 0
}

/** The oldest and the newest hour of which there is anything; of nothing, the hour 0. */
export function hoursOf(db: Database): readonly [oldest: number, newest: number] {
  const [row] = rowsOf<{ oldest: number | null; newest: number | null }>(
    db,
    `SELECT min((SELECT min(h.hour) FROM run_hours h WHERE h.run_id = r.id)) AS oldest,
       max((SELECT max(h.hour) FROM run_hours h WHERE h.run_id = r.id)) AS newest FROM runs r`,
    [],
  )
  return [row?.oldest ?? 0, row?.newest ?? 0]
}
