/**
 * Exchanges removed because they should not have been recorded: what they held is overwritten on the disk.
 * Counts stay, because they tell nothing of it; a place that only they or their repeats showed goes with them.
 */

import { setImmediate, setTimeout } from 'node:timers/promises'
import { AppError, messageOf } from '../../core/errors.ts'
import type { Source } from '../../core/exchange.ts'
import type { Filter } from '../../core/lists.ts'
import { execute, explainWriting, rowsOf, type Database } from './database.ts'
import { ControlPlaces } from './control-places.ts'
import { uncountedDivergences } from './evidence-classes.ts'
import { selectExchanges } from './exchange-walk.ts'
import { NEWEST } from './keys.ts'
import { removeExchanges } from './remove.ts'
import { severityRank } from './severity.ts'
import { forgetMember } from './signatures.ts'

/** Exchanges removed in one step. */
const STEP_ROWS = 200
/** Free pages cut off in one step. */
const STEP_PAGES = 256
/** Readers hold the log for less than a second. */
const EMPTY_ATTEMPTS = 30
const EMPTY_PAUSE_MS = 100

/** Removes what matches; resolves with the number of exchanges when nothing of them is on the disk any more. */
export async function forget(db: Database, path: string, filter: Filter): Promise<number> {
  let total = 0
  let before: number | undefined = NEWEST
  const places = new ControlPlaces(db)
  const counts = countsNow(db)
  while (before !== undefined) {
    const step: ForgetStep = explainWriting(path, () =>
      overwriting(db, () => forgetStep(db, filter, before ?? 0, { places, counts })),
    )
    total += step.removed
    before = step.next
    await setImmediate()
  }
  explainWriting(path, () => {
    overwriting(db, () => {
      places.forget()
    })
  })
  await emptyFreePages(db, path)
  await emptyLog(db)
  return total
}

/**
 * Pages that other work freed are not overwritten, and may show what has moved from there before it was forgotten.
 * They are cut off the file; those that become free meanwhile show nothing of it.
 */
async function emptyFreePages(db: Database, path: string): Promise<void> {
  for (let left = freePages(db); left > 0; left -= STEP_PAGES) {
    explainWriting(path, () => {
      overwriting(db, () => db.pragma(`incremental_vacuum(${STEP_PAGES})`))
    })
    await setImmediate()
  }
}

const freePages = (db: Database): number => db.pragma('freelist_count', { simple: true }) as number

/** Freed pages are overwritten, not only unlinked, while this work runs. */
function overwriting<T>(db: Database, work: () => T): T {
  db.pragma('secure_delete = ON')
  try {
    return work()
  } finally {
    db.pragma('secure_delete = FAST')
  }
}

/** The write-ahead log still has the old pages until it is emptied, which waits for readers. */
async function emptyLog(db: Database): Promise<void> {
  for (let attempt = 0; attempt < EMPTY_ATTEMPTS; attempt++) {
    if (checkpoint(db)) return
    await setTimeout(EMPTY_PAUSE_MS)
  }
  throw new AppError(
    'unavailable',
    `${db.name}: the exchanges are removed, but a reader keeps their remains in the log; forget again later`,
  )
}

/** Tells whether the log is empty. Waits for nobody within SQLite, where it would stop everything else. */
function checkpoint(db: Database): boolean {
  const patience = db.pragma('busy_timeout', { simple: true }) as number
  db.pragma('busy_timeout = 0')
  try {
    const [result] = db.pragma('wal_checkpoint(TRUNCATE)') as { busy: number }[]
    return result?.busy === 0
  } catch (error) {
    throw new AppError(
      'unavailable',
      `${db.name}: the exchanges are removed, but their remains in the log cannot be overwritten: ${messageOf(error)}; ` +
        'forget again later',
      { cause: error },
    )
  } finally {
    db.pragma(`busy_timeout = ${patience}`)
  }
}

interface ForgetStep {
  readonly removed: number
  /** The key below which to go on; absent when that was all. */
  readonly next?: number
}

/** Removes one step of what matches, newest first, from below this key. */
function forgetStep(
  db: Database,
  filter: Filter,
  before: number,
  { places, counts }: { readonly places: ControlPlaces; readonly counts: CountsIn },
): ForgetStep {
  const { rows, next } = selectExchanges(db, filter, before, STEP_ROWS)
  const keys = rows.map(({ key }) => key)
  db.transaction(() => {
    const divergences = rowsOf<{ key: number }>(
      db,
      `SELECT DISTINCT d.divergence_key AS key
       FROM json_each(?) k CROSS JOIN differences d ON d.exchange_key = k.value`,
      [JSON.stringify(keys)],
    )
    places.add(keys)
    removeExchanges(db, keys)
    for (const { key } of divergences) forgetValues(db, key, counts)
  })()
  return { removed: keys.length, ...(next !== undefined && { next }) }
}

/** Whether a divergence makes the exchanges of a run count. */
type CountsIn = (key: number, runId: number, source: Source) => boolean

/** By what is known before anything is forgotten: what control saw goes with the exchanges. */
function countsNow(db: Database): CountsIn {
  const known = new Map<string, ReadonlySet<number>>()
  for (const { id, source } of rowsOf<{ id: number; source: Source }>(
    db,
    'SELECT DISTINCT run_id AS id, source FROM run_signatures',
    [],
  )) {
    known.set(`${id} ${source}`, uncountedDivergences(db, id, source))
  }
  return (key, runId, source) => known.get(`${runId} ${source}`)?.has(key) !== true
}

/** Replaces what a divergence shows by what its remaining exchanges show. */
function forgetValues(db: Database, key: number, counts: CountsIn): void {
  const newest = (column: string) => `
    (SELECT d.${column} FROM differences d JOIN exchanges e ON e.key = d.exchange_key
     WHERE d.divergence_key = divergence_runs.divergence_key
       AND e.run_id = divergence_runs.run_id AND e.source = divergence_runs.source
     ORDER BY d.exchange_key DESC LIMIT 1)`
  execute(
    db,
    `UPDATE divergence_runs SET primary_value = ${newest('primary_value')},
       shadow_value = ${newest('shadow_value')}
     WHERE divergence_key = ?`,
    [key],
  )
  const [left] = rowsOf(db, 'SELECT 1 FROM differences WHERE divergence_key = ? LIMIT 1', [key])
  if (left !== undefined) return
  const [divergence] = rowsOf<{ severity: number }>(
    db,
    'SELECT severity FROM divergences WHERE key = ?',
    [key],
  )
  forgetMember(db, {
    key,
    isBreaking: divergence?.severity === severityRank('breaking'),
    counts: (runId, source) => counts(key, runId, source),
  })
  execute(db, 'DELETE FROM divergence_runs WHERE divergence_key = ?', [key])
  execute(db, 'DELETE FROM divergences WHERE key = ?', [key])
}
