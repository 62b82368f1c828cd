/**
 * Judging what is stored again under other rules, newest first, in steps so small that recording waits for
 * none of them. Each step is one transaction with the job's own progress, so that a crash repeats nothing and
 * leaves nothing out. Exchanges that come meanwhile are judged under the new rules anyway.
 */

import { setImmediate, setTimeout } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import type { Actor } from '../../core/commands.ts'
import { AppError, messageOf } from '../../core/errors.ts'
import type { Judging } from '../../core/ports.ts'
import { rejudge, type Rejudgement } from '../../core/rejudge.ts'
import type { Filter } from '../../core/lists.ts'
import type { JobView } from '../../core/service-report.ts'
import type { Difference, Judgement } from '../../core/judgement.ts'
import { addAudit, auditedFilter } from './audit.ts'
import { rowsOf, type Database } from './database.ts'
import { selectExchanges } from './exchange-walk.ts'
import {
  addJob,
  endJob,
  findJob,
  restartJob,
  runningJob,
  saveProgress,
  type JobProgress,
} from './jobs.ts'
import { JudgementTable, type Replacement } from './rejudge.ts'
import { setRulesVersion } from './run-rules.ts'
import { findRuns } from './runs.ts'
import type { WriterSession } from './session.ts'
import { loadExchange, type StoredExchange } from './stored-exchange.ts'

/** A step ends after so many exchanges or so many milliseconds. */
const STEP_ROWS = 50
const STEP_MS = 20
/** Exchanges counted in one step. */
const COUNT_ROWS = 20_000
const COUNT_FILTERED_ROWS = 1000
/** What cannot be written is tried again so often: a full disk may have room again. */
const ATTEMPTS = 60
const ATTEMPT_PAUSE_MS = 1000
/** Something else was written so lately that more will follow. */
const BUSY_MS = 500

/** A job in this process. */
interface Running {
  readonly id: number
  readonly filter: Filter
  readonly under: Judging
  readonly firstBefore: number
  readonly progress: JobProgress
  /** Counting goes on below this key. */
  countBefore: number
  isStopped: boolean
}

/** The one recompare job that a writer may have. */
export class Recompare {
  readonly #session: WriterSession
  readonly #judgements: JudgementTable
  #running: Running | undefined

  constructor(session: WriterSession) {
    this.#session = session
    this.#judgements = new JudgementTable(session.db)
  }

  /** Starts a job; `conflict` while there is one. */
  start(filter: Filter, under: Judging, actor: Actor): JobView {
    const { db, clock } = this.#session
    const { rulesVersion } = under
    const firstBefore = newestKey(db) + 1
    const id = this.#session.write(() => {
      const now = clock.now()
      const job = addJob(db, { filter, rulesVersion, actor: actor.name, firstBefore }, now)
      const detail = JSON.stringify({ filter: auditedFilter(filter), rulesVersion })
      addAudit(db, { actor, action: 'recompare', subject: String(job), detail }, now)
      return job
    })
    const progress = { before: undefined, done: 0, total: 0, changed: 0, skipped: {} }
    return this.#run({
      id,
      filter,
      under,
      firstBefore,
      progress,
      countBefore: firstBefore,
      isStopped: false,
    })
  }

  /** Goes on with a job that the writer before this one left; anew when the rules are others now. */
  resume(under: Judging): JobView | undefined {
    const { db } = this.#session
    const job = runningJob(db)
    if (job === undefined || this.#running !== undefined) return undefined
    const filter = JSON.parse(job.filter) as Filter
    const isSame = job.rules_version === under.rulesVersion
    const firstBefore = isSame ? job.first_before : newestKey(db) + 1
    if (!isSame) {
      this.#session.write(() => {
        restartJob(db, job.id, under.rulesVersion, firstBefore)
      })
    }
    const progress: JobProgress = isSame
      ? {
          before: job.before ?? undefined,
          done: job.done,
          total: job.total,
          changed: job.changed,
          skipped: JSON.parse(job.skipped) as Record<string, number>,
        }
      : { before: undefined, done: 0, total: 0, changed: 0, skipped: {} }
    return this.#run({
      id: job.id,
      filter,
      under,
      firstBefore,
      progress,
      countBefore: firstBefore,
      isStopped: false,
    })
  }

  /** Ends a job before its end. */
  cancel(id: number, actor: Actor): JobView {
    const { db, clock } = this.#session
    const cancelled = this.#session.write(() => {
      const job = findJob(db, id)
      if (job === undefined) throw new AppError('not_found', `there is no job ${id}`)
      if (job.state !== 'running') {
        throw new AppError('conflict', `job ${id} is over already: ${job.state}`)
      }
      const now = clock.now()
      endJob(db, id, 'cancelled', now)
      addAudit(db, { actor, action: 'job-cancel', subject: String(id), detail: '{}' }, now)
      return findJob(db, id) ?? job
    })
    if (this.#running?.id === id) this.stop()
    return cancelled
  }

  /** Stops where it is; what was done is kept, and can be resumed. */
  stop(): void {
    if (this.#running !== undefined) this.#running.isStopped = true
    this.#running = undefined
  }

  #run(job: Running): JobView {
    const view = findJob(this.#session.db, job.id)
    if (view === undefined) throw new Error(`job ${job.id} is gone`)
    this.#running = job
    void this.#work(job)
    return view
  }

  /** Never rejects: how it ended stands in the job's row. */
  async #work(job: Running): Promise<void> {
    const session = this.#session
    let failures = 0
    let busyUntil = 0
    // The caller gets its answer first.
    await setImmediate()
    while (!job.isStopped) {
      const start = performance.now()
      let pauseMs = 0
      try {
        const isDone = job.progress.before === undefined ? this.#count(job) : this.#step(job)
        if (isDone) this.#end(job, 'done')
        failures = 0
        if (start < busyUntil) pauseMs = performance.now() - start
      } catch (error) {
        failures++
        if (!(error instanceof AppError) || failures >= ATTEMPTS) this.#fail(job, messageOf(error))
        pauseMs = ATTEMPT_PAUSE_MS
      }
      const { writes } = session
      await (pauseMs > 0 ? setTimeout(pauseMs, undefined, { ref: false }) : setImmediate())
      // While something else is written, it gets at least half of the time.
      if (session.writes > writes) busyUntil = performance.now() + BUSY_MS
    }
  }

  /** Counts a part of what there is to do; never tells that all is done. */
  #count(job: Running): false {
    const { db } = this.#session
    const { filter, progress, firstBefore } = job
    const before = job.countBefore
    const { rows, next } = hasFilter(filter)
      ? countFiltered(db, filter, before)
      : countAll(db, before)
    progress.total += rows
    job.countBefore = next ?? 0
    if (next === undefined) {
      progress.before = firstBefore
      this.#session.write(() => {
        saveProgress(db, job.id, progress)
      })
    }
    return false
  }

  /** Judges some exchanges; tells whether they were the last ones. */
  #step({ id, filter, under, progress }: Running): boolean {
    const { db } = this.#session
    const start = performance.now()
    const { rows, next } = selectExchanges(db, filter, progress.before ?? 0, STEP_ROWS, STEP_MS)
    const moved = { ...progress, skipped: { ...progress.skipped } }
    const replacements: Replacement[] = []
    let last: number | undefined
    for (const { key } of rows) {
      if (last !== undefined && performance.now() - start > STEP_MS) break
      last = key
      moved.done++
      const stored = loadExchange(db, key)
      if (stored === undefined) continue
      const { judgement, kept } = judgeAgain(stored, under)
      if (kept !== undefined) moved.skipped[kept] = (moved.skipped[kept] ?? 0) + 1
      const before = stored.judged.judgement
      const hasChanged = !isSame(before, judgement)
      if (hasChanged) moved.changed++
      if (hasChanged || !isSameHidden(before, judgement)) replacements.push({ stored, judgement })
    }
    const isLast = last === rows.at(-1)?.key
    const isDone = isLast && next === undefined
    moved.before = isLast ? next : last
    this.#session.write(() => {
      this.#judgements.replace(replacements)
      saveProgress(db, id, { ...moved, before: moved.before ?? 0 })
    })
    Object.assign(progress, moved, { before: moved.before ?? 0 })
    return isDone
  }

  #end(job: Running, state: 'done' | 'failed', message?: string): void {
    const { db, clock } = this.#session
    const { id, filter, under, progress } = job
    this.#session.write(() => {
      const now = clock.now()
      if (state === 'done') {
        // Some may have gone while it was on its way.
        saveProgress(db, id, { ...progress, total: progress.done })
        if (isWholeRuns(filter)) noteRules(db, filter, under.rulesVersion, now)
      }
      endJob(db, id, state, now, message)
    })
    this.stop()
  }

  #fail(job: Running, message: string): void {
    try {
      this.#end(job, 'failed', message)
    } catch {
      // It stays a running job in the store, and goes on when the recorder starts again.
      this.stop()
    }
  }
}

function newestKey(db: Database): number {
  const [row] = rowsOf<{ key: number | null }>(db, 'SELECT max(key) AS key FROM exchanges', [])
  return row?.key ?? 0
}

function hasFilter(filter: Filter): boolean {
  return Object.values(filter).some((value) => value !== undefined)
}

/** Whether it is about all exchanges of the runs that it is about. */
function isWholeRuns(filter: Filter): boolean {
  return !hasFilter({ ...filter, run: undefined })
}

function noteRules(db: Database, { run }: Filter, version: string, now: number): void {
  const ids =
    findRuns(db, run)?.ids ??
    rowsOf<{ id: number }>(db, 'SELECT id FROM runs', []).map(({ id }) => id)
  for (const id of ids) setRulesVersion(db, id, version, now)
}

interface Counted {
  readonly rows: number
  /** The key below which to go on; absent at the end. */
  readonly next?: number
}

function countAll(db: Database, before: number): Counted {
  const [row] = rowsOf<{ n: number; last: number | null }>(
    db,
    `SELECT count(*) AS n, min(key) AS last
     FROM (SELECT key FROM exchanges WHERE key < ? ORDER BY key DESC LIMIT ?)`,
    [before, COUNT_ROWS],
  )
  const rows = row?.n ?? 0
  return rows < COUNT_ROWS || row?.last == null ? { rows } : { rows, next: row.last }
}

function countFiltered(db: Database, filter: Filter, before: number): Counted {
  const { rows, next } = selectExchanges(db, filter, before, COUNT_FILTERED_ROWS, STEP_MS)
  return next === undefined ? { rows: rows.length } : { rows: rows.length, next }
}

function judgeAgain({ judged }: StoredExchange, under: Judging): Rejudgement {
  const { judgement, kept } = rejudge(judged, under.comparer, under.isInForce)
  const redacted = under.redact({ ...judged, judgement }).judgement
  return kept === undefined ? { judgement: redacted } : { judgement: redacted, kept }
}

function isSame(a: Judgement, b: Judgement): boolean {
  return (
    a.outcome === b.outcome &&
    a.reason === b.reason &&
    a.differencesTotal === b.differencesTotal &&
    isEqual(a.differences, b.differences)
  )
}

function isSameHidden(a: Judgement, b: Judgement): boolean {
  return (
    a.suppressedTotal === b.suppressedTotal &&
    isEqual(a.suppressed, b.suppressed) &&
    isDeepStrictEqual(a.control, b.control)
  )
}

function isEqual(a: readonly SomeDifference[], b: readonly SomeDifference[]): boolean {
  return (
    a.length === b.length &&
    a.every((difference, n) => {
      const other = b[n]
      return (
        other !== undefined &&
        difference.location === other.location &&
        difference.kind === other.kind &&
        difference.severity === other.severity &&
        difference.by === other.by &&
        difference.primary === other.primary &&
        difference.shadow === other.shadow
      )
    })
  )
}

type SomeDifference = Difference & { readonly by?: string }
