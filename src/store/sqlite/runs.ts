/** Runs: which verification exchanges belong to. */

import type { RunIdentity } from '../../core/ports.ts'
import type { Page, PageRequest } from '../../core/lists.ts'
import type { RunRow } from '../../core/run-report.ts'
import { decodeCursor, encodeCursor } from './cursor.ts'
import { execute, rowsOf, type Database, type SqlValue } from './database.ts'
import { NEWEST } from './keys.ts'
import { reopenForVersion } from './triage.ts'

/** The runs that a filter names, and the bounds of their exchanges' keys. */
export interface RunScope {
  readonly ids: readonly number[]
  readonly firstKey: number
  readonly lastKey: number
}

/**
 * Continues the newest run of this name and versions, or starts it; another run that goes on at this moment
 * ends. With `keepsEnd` the one that is continued is not opened again.
 */
export function openRun(db: Database, run: RunIdentity, now: number, keepsEnd = false): number {
  const { name, primaryVersion, shadowVersion } = run
  const [known] = rowsOf<{ id: number }>(
    db,
    `SELECT id FROM runs WHERE name = ? AND primary_version = ? AND shadow_version = ?
     ORDER BY id DESC LIMIT 1`,
    [name, primaryVersion, shadowVersion],
  )
  execute(db, 'UPDATE runs SET ended_at = ? WHERE ended_at IS NULL AND id <> ?', [
    now,
    known?.id ?? 0,
  ])
  reopenForVersion(db, shadowVersion, now)
  if (known !== undefined) {
    if (!keepsEnd) execute(db, 'UPDATE runs SET ended_at = NULL WHERE id = ?', [known.id])
    return known.id
  }
  const { lastInsertRowid } = db
    .prepare(
      'INSERT INTO runs (name, primary_version, shadow_version, started_at) VALUES (?, ?, ?, ?)',
    )
    .run(name, primaryVersion, shadowVersion, now)
  return Number(lastInsertRowid)
}

/** The newest run of this name and versions; without one a run that has ended already, so that what goes on goes on. */
export function closedRun(db: Database, run: RunIdentity, now: number): number {
  const { name, primaryVersion, shadowVersion } = run
  const identity = [name, primaryVersion, shadowVersion]
  const [known] = rowsOf<{ id: number }>(
    db,
    `SELECT id FROM runs WHERE name = ? AND primary_version = ? AND shadow_version = ?
     ORDER BY id DESC LIMIT 1`,
    identity,
  )
  if (known !== undefined) return known.id
  const [made] = rowsOf<{ id: number }>(
    db,
    `INSERT INTO runs (name, primary_version, shadow_version, started_at, ended_at)
     VALUES (?, ?, ?, ?, ?) RETURNING id`,
    [...identity, now, now],
  )
  return made?.id ?? 0
}

/** Widens the bounds of a run's exchange keys. */
export function extendRun(db: Database, id: number, firstKey: number, lastKey: number): void {
  // min() and max() of several arguments are NULL when one of them is.
  execute(
    db,
    `UPDATE runs SET first_key = min(coalesce(first_key, ?), ?), last_key = max(coalesce(last_key, ?), ?)
     WHERE id = ?`,
    [firstKey, firstKey, lastKey, lastKey, id],
  )
}

/** The condition on `runs` that all of them meet. */
export const EVERY_RUN = { condition: 'TRUE', params: [] } as const

/**
 * Which runs are meant by a text, as a condition on `runs`: a name; a number, where no run has that name (build
 * numbers are names of runs); or `id:7`, which is the number whatever runs are called.
 */
export function runsCalled(run: string): {
  readonly condition: string
  readonly params: readonly SqlValue[]
} {
  const id = /^id:(\d+)$/.exec(run)?.[1]
  const [first, firstValue, second, secondValue] =
    id === undefined ? (['name', run, NUMBER, run] as const) : ([NUMBER, id, 'name', run] as const)
  return {
    condition: `(${first} = ? OR ${second} = ? AND NOT EXISTS (SELECT 1 FROM runs WHERE ${first} = ?))`,
    params: [firstValue, secondValue, firstValue],
  }
}

const NUMBER = 'CAST(id AS TEXT)'

/** The runs that are meant by this text; `undefined` without one, which means all of them. */
export function findRuns(db: Database, run: string | undefined): RunScope | undefined {
  if (run === undefined) return undefined
  const { condition, params } = runsCalled(run)
  const rows = rowsOf<{ id: number; first_key: number | null; last_key: number | null }>(
    db,
    `SELECT id, first_key, last_key FROM runs WHERE ${condition}`,
    params,
  )
  return {
    ids: rows.map(({ id }) => id),
    firstKey: Math.min(...rows.map((row) => row.first_key ?? Infinity)),
    lastKey: Math.max(...rows.map((row) => row.last_key ?? -1)),
  }
}

interface SqlRun {
  readonly id: number
  readonly name: string
  readonly primary_version: string
  readonly shadow_version: string
  readonly started_at: number
  readonly ended_at: number | null
  readonly match: number
  readonly divergent: number
  readonly incomparable: number
  readonly unmirrored: number
}

/** Runs, newest first, with their totals. */
export function listRuns(db: Database, { cursor, limit }: PageRequest): Page<RunRow> {
  const [before] = cursor === undefined ? [NEWEST] : decodeCursor('runs', ['number'], cursor)
  const rows = selectRuns(db, 'id < ?', [Number(before)], limit + 1)
  const items = rows.slice(0, limit).map(toRun)
  const last = items.at(-1)
  return rows.length > limit && last !== undefined
    ? { items, next: encodeCursor('runs', [last.id]) }
    : { items }
}

/** The newest of the runs that are meant by this text; without one the newest of all. */
export function findRun(db: Database, run: string | undefined): RunRow | undefined {
  const { condition, params } = run === undefined ? EVERY_RUN : runsCalled(run)
  const [row] = selectRuns(db, condition, params, 1)
  return row && toRun(row)
}

/** The run of this number. */
export function runOf(db: Database, id: number): RunRow | undefined {
  const [row] = selectRuns(db, 'id = ?', [id], 1)
  return row && toRun(row)
}

/** Ends a run, unless it has ended already. */
export function endRun(db: Database, id: number, now: number): void {
  execute(db, 'UPDATE runs SET ended_at = ? WHERE id = ? AND ended_at IS NULL', [now, id])
}

/** The newest runs that meet a condition. */
function selectRuns(
  db: Database,
  condition: string,
  params: readonly SqlValue[],
  limit: number,
): SqlRun[] {
  return rowsOf<SqlRun>(
    db,
    `SELECT r.id, r.name, r.primary_version, r.shadow_version, r.started_at, r.ended_at,
       coalesce(sum(e.match), 0) AS match, coalesce(sum(e.divergent), 0) AS divergent,
       coalesce(sum(e.incomparable), 0) AS incomparable, coalesce(sum(e.unmirrored), 0) AS unmirrored
     FROM (SELECT * FROM runs WHERE ${condition} ORDER BY id DESC LIMIT ?) r
     LEFT JOIN endpoint_runs e ON e.run_id = r.id
     GROUP BY r.id ORDER BY r.id DESC`,
    [...params, limit],
  )
}

function toRun(row: SqlRun): RunRow {
  const { id, name, match, divergent, incomparable, unmirrored } = row
  return {
    id,
    name,
    primaryVersion: row.primary_version,
    shadowVersion: row.shadow_version,
    startedAt: new Date(row.started_at).toISOString(),
    ...(row.ended_at !== null && { endedAt: new Date(row.ended_at).toISOString() }),
    exchanges: match + divergent + incomparable + unmirrored,
    match,
    divergent,
    incomparable,
    unmirrored,
  }
}
