/** What people changed of the mirroring at run time, kept until they take it back. */

import type { CommandMap } from '../../core/commands.ts'
import { AppError } from '../../core/errors.ts'
import type { StoredOverride } from '../../core/ports.ts'
import { execute, rowsOf, type Database } from './database.ts'

interface SqlOverride {
  readonly route: string
  readonly paused: number
  readonly percent: number | null
  readonly by: string
  readonly at: number
}

/** All that hold, by route; the one of all routes (`''`) first. */
export function mirrorOverrides(db: Database): readonly StoredOverride[] {
  return rowsOf<SqlOverride>(db, 'SELECT * FROM mirror_overrides ORDER BY route', []).map(
    ({ paused, percent, ...row }) => ({
      ...row,
      paused: paused === 1,
      ...(percent !== null && { percent }),
    }),
  )
}

/** Applies a change: what is absent stays, `null` takes an override back, and one that says nothing any more goes. */
export function setMirrorOverride(
  db: Database,
  { route = '', paused, percent }: CommandMap['mirror']['input'],
  by: string,
  now: number,
): void {
  if (typeof percent === 'number' && !(percent >= 0 && percent <= 100)) {
    throw new AppError('invalid', `percent: expected a number from 0 to 100, got ${percent}`)
  }
  const known = mirrorOverrides(db).find((each) => each.route === route)
  const nowPaused = paused === undefined ? (known?.paused ?? false) : paused === true
  const nowPercent = percent === undefined ? (known?.percent ?? null) : percent
  if (!nowPaused && nowPercent === null) {
    execute(db, 'DELETE FROM mirror_overrides WHERE route = ?', [route])
    return
  }
  execute(
    db,
    `INSERT INTO mirror_overrides (route, paused, percent, by, at) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET paused = excluded.paused, percent = excluded.percent,
       by = excluded.by, at = excluded.at`,
    [route, nowPaused ? 1 : 0, nowPercent, by, now],
  )
}
