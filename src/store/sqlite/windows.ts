/**
 * Where the totals of a window of time are read from. Minutes are exact and are kept for some days; hours and days
 * make long windows quick. A window has whole days in the middle, hours around them, and minutes at its ends; where
 * the minutes are gone, and where nobody sees them among so many hours, it is widened to whole hours.
 */

import { rowsOf, type Database } from './database.ts'
import { ENDPOINT_ROLLUPS, HOUR_MS, MINUTE_MS, type Unit } from './rollups.ts'

/** Rows of one kind, from one number on up to before another. */
export interface Range {
  readonly unit: Unit
  readonly from: number
  readonly to: number
}

/** A window is read by minutes up to this. */
const MAX_MINUTES = 180
const MINUTES = HOUR_MS / MINUTE_MS
/** A window of more than two days needs no minutes. */
const MANY_MINUTES = 2 * 24 * MINUTES

/** The ranges of a window by minutes and hours, oldest first. */
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
  const window: Range = {
    unit: 'minute',
    from: from >= exactFrom ? from : Math.floor(from / MINUTES) * MINUTES,
    to: to >= exactFrom ? to : Math.ceil(to / MINUTES) * MINUTES,
  }
  return coarsened(window, 'hour', Infinity)
}

/** The same ranges with whole days instead of their hours, where those are before this day. */
export function withDays(ranges: readonly Range[], before: number): readonly Range[] {
  return ranges.flatMap((range) =>
    range.unit === 'hour' ? coarsened(range, 'day', before) : [range],
  )
}

/** A range that has in its middle what is whole of a coarser unit, up to before this one. */
function coarsened({ unit, from, to }: Range, coarser: Unit, before: number): readonly Range[] {
  const size = ENDPOINT_ROLLUPS[coarser].ms / ENDPOINT_ROLLUPS[unit].ms
  const first = Math.ceil(from / size)
  const end = Math.max(first, Math.min(Math.floor(to / size), before))
  const ranges: readonly Range[] = [
    { unit, from, to: Math.min(to, first * size) },
    { unit: coarser, from: first, to: end },
    { unit, from: Math.max(from, end * size), to },
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
