/**
 * What the proxies counted, kept with the run that was open meanwhile: requests that never became a row are
 * known only to them. A proxy counts since its own start, so a run gets what was added since the reading before.
 */

import type { Counters } from '../../core/counters.ts'
import type { ProxyBooks } from '../../core/ports.ts'
import { execute, rowsOf, type Database } from './database.ts'

/** Proxies whose last reading is remembered. */
const MAX_PROXIES = 256

/** Numbers, by name and by name of reason. */
type Tree = { readonly [name: string]: number | Tree }

/** A run's totals; what nobody counted is not there. */
export interface RunBooks extends Partial<Counters> {
  /** 1 when exchanges of it were recorded before books were kept. */
  readonly uncounted?: number
}

/** Adds to a run what these proxies counted since the reading before; those unknown so far have counted for this run alone. */
export function keepBooks(
  db: Database,
  runId: number,
  books: readonly ProxyBooks[],
  now: number,
): void {
  let totals: Tree | undefined
  for (const { proxy, counters } of books) {
    const text = JSON.stringify(counters)
    const [last] = rowsOf<{ counters: string }>(
      db,
      'SELECT counters FROM proxy_readings WHERE proxy = ?',
      [proxy],
    )
    if (last?.counters === text) continue
    const before = last === undefined ? {} : (JSON.parse(last.counters) as Tree)
    totals = combine(totals ?? totalsOf(db, runId), 1, combine(treeOf(counters), -1, before))
    execute(
      db,
      `INSERT INTO proxy_readings (proxy, counters, read_at) VALUES (?, ?, ?)
       ON CONFLICT DO UPDATE SET counters = excluded.counters, read_at = excluded.read_at`,
      [proxy, text, now],
    )
  }
  if (totals === undefined) return
  execute(
    db,
    `INSERT INTO run_books (run_id, totals) VALUES (?, ?)
     ON CONFLICT DO UPDATE SET totals = excluded.totals`,
    [runId, JSON.stringify(totals)],
  )
  execute(
    db,
    `DELETE FROM proxy_readings WHERE proxy NOT IN
       (SELECT proxy FROM proxy_readings ORDER BY read_at DESC LIMIT ${MAX_PROXIES})`,
    [],
  )
}

/** What the proxies counted while this run was open; absent when nobody kept its books. */
export function runBooks(db: Database, runId: number): RunBooks | undefined {
  const [row] = rowsOf<{ totals: string }>(db, 'SELECT totals FROM run_books WHERE run_id = ?', [
    runId,
  ])
  return row === undefined ? undefined : (JSON.parse(row.totals) as RunBooks)
}

function totalsOf(db: Database, runId: number): Tree {
  const totals = runBooks(db, runId)
  return totals === undefined ? {} : treeOf(totals)
}

function treeOf(counters: Counters | RunBooks): Tree {
  return JSON.parse(JSON.stringify(counters)) as Tree
}

/** `a + times * b`, name by name. */
function combine(a: Tree, times: number, b: Tree): Tree {
  const combined: Record<string, number | Tree> = { ...a }
  for (const [name, value] of Object.entries(b)) {
    const other = combined[name]
    combined[name] =
      typeof value === 'number'
        ? (typeof other === 'number' ? other : 0) + times * value
        : combine(typeof other === 'object' ? other : {}, times, value)
  }
  return combined
}
