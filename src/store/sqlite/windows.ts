/**
 * Where the totals of a window of time are read from. Minutes are exact and are kept for some days; hours make
 * long windows quick. A window has whole hours in the middle and minutes at its ends, and where the minutes are
 * gone it is widened to whole hours.
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

/** The ranges of a window, oldest first. */
export function rangesOf(
  db: Database,
  since = 0,
  until = Number.MAX_SAFE_INTEGER,
): readonly Range[] {
  const from = Math.floor(since / MINUTE_MS)
  const to = Math.ceil(until / MINUTE_MS)
  const kept = keptSince(db)
  if (to - from <= MAX_MINUTES && from >= kept) return [{ unit: 'minute', from, to }]
  const firstHour = from >= kept ? Math.ceil(from / MINUTES) : Math.floor(from / MINUTES)
  const endHour = to >= kept ? Math.floor(to / MINUTES) : Math.ceil(to / MINUTES)
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
