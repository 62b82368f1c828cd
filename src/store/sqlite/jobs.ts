/** Long work of the writer: how far it is, kept so that it goes on after a crash. */

import { AppError } from '../../core/errors.ts'
import type { Filter, Page, PageRequest } from '../../core/lists.ts'
import type { JobView } from '../../core/service-report.ts'
import { decodeCursor, encodeCursor } from './cursor.ts'
import { execute, rowsOf, type Database } from './database.ts'
import { NEWEST } from './keys.ts'

/** A job as it is stored. */
export interface SqlJob {
  readonly id: number
  readonly kind: 'recompare'
  readonly state: JobView['state']
  readonly filter: string
  readonly rules_version: string
  readonly actor: string
  readonly started_at: number
  readonly ended_at: number | null
  readonly message: string | null
  readonly first_before: number
  readonly before: number | null
  readonly done: number
  readonly total: number
  readonly changed: number
  readonly skipped: string
}

/** What moves while a job runs. */
export interface JobProgress {
  /** The key below which to go on; absent until its exchanges are counted. */
  before: number | undefined
  done: number
  total: number
  changed: number
  readonly skipped: Record<string, number>
}

/** Adds a running job of this kind; a second one is a `conflict`. */
export function addJob(
  db: Database,
  job: {
    readonly filter: Filter
    readonly rulesVersion: string
    readonly actor: string
    readonly firstBefore: number
  },
  now: number,
): number {
  const running = runningJob(db)
  if (running !== undefined) {
    throw new AppError(
      'conflict',
      `job ${running.id} is running already; wait until it is done, or cancel it`,
    )
  }
  const [row] = rowsOf<{ id: number }>(
    db,
    `INSERT INTO jobs (kind, state, filter, rules_version, actor, started_at, first_before)
     VALUES ('recompare', 'running', ?, ?, ?, ?, ?) RETURNING id`,
    [JSON.stringify(job.filter), job.rulesVersion, job.actor, now, job.firstBefore],
  )
  return row?.id ?? 0
}

/** The job that runs, or did when the writer before this one ended. */
export function runningJob(db: Database): SqlJob | undefined {
  return rowsOf<SqlJob>(db, "SELECT * FROM jobs WHERE state = 'running' ORDER BY id LIMIT 1", [])[0]
}

/** Writes down how far a job is. */
export function saveProgress(db: Database, id: number, progress: JobProgress): void {
  const { before, done, total, changed, skipped } = progress
  execute(
    db,
    'UPDATE jobs SET before = ?, done = ?, total = ?, changed = ?, skipped = ? WHERE id = ?',
    [before ?? null, done, total, changed, JSON.stringify(skipped), id],
  )
}

/** Begins a job anew under other rules. */
export function restartJob(
  db: Database,
  id: number,
  rulesVersion: string,
  firstBefore: number,
): void {
  execute(
    db,
    `UPDATE jobs SET rules_version = ?, first_before = ?, before = NULL, done = 0, total = 0, changed = 0, skipped = '{}'
     WHERE id = ?`,
    [rulesVersion, firstBefore, id],
  )
}

/** Ends a job that is running. */
export function endJob(
  db: Database,
  id: number,
  state: Exclude<JobView['state'], 'running'>,
  now: number,
  message?: string,
): void {
  execute(db, 'UPDATE jobs SET state = ?, ended_at = ?, message = ? WHERE id = ?', [
    state,
    now,
    message ?? null,
    id,
  ])
}

/** One job. */
export function findJob(db: Database, id: number): JobView | undefined {
  const [row] = rowsOf<SqlJob>(db, 'SELECT * FROM jobs WHERE id = ?', [id])
  return row && toJob(row)
}

/** Jobs, newest first. */
export function listJobs(db: Database, { cursor, limit }: PageRequest): Page<JobView> {
  const [before] = cursor === undefined ? [NEWEST] : decodeCursor('jobs', ['number'], cursor)
  const rows = rowsOf<SqlJob>(db, 'SELECT * FROM jobs WHERE id < ? ORDER BY id DESC LIMIT ?', [
    Number(before),
    limit + 1,
  ])
  const items = rows.slice(0, limit).map(toJob)
  const last = items.at(-1)
  return rows.length > limit && last !== undefined
    ? { items, next: encodeCursor('jobs', [last.id]) }
    : { items }
}

function toJob(row: SqlJob): JobView {
  const { id, kind, state, done, total, changed, actor } = row
  return {
    id,
    kind,
    state,
    done,
    total,
    changed,
    skipped: JSON.parse(row.skipped) as Record<string, number>,
    rulesVersion: row.rules_version,
    startedAt: new Date(row.started_at).toISOString(),
    ...(row.ended_at !== null && { endedAt: new Date(row.ended_at).toISOString() }),
    actor,
    ...(row.message !== null && { message: row.message }),
  }
}
