/** Two runs beside each other, from their totals. */

import type { DivergenceClass, DivergenceRow } from '../../core/divergence-report.ts'
import type { RunComparison, RunRow } from '../../core/run-report.ts'
import { rowsOf, type Database } from './database.ts'
import { divergencesAfter, toDivergenceRow } from './divergences.ts'
import { findRun } from './runs.ts'
import { severityRank } from './severity.ts'

/** Rows in each list. */
const MAX_ROWS = 500
/** Divergences of a run that are looked at; far more than anybody reads. */
const MAX_DIVERGENCES = 20_000

/** What one run has that the other has not; `undefined` when one of them is not there. */
export function compareRuns(
  db: Database,
  before: string,
  after: string,
): RunComparison | undefined {
  const first = findRun(db, before)
  const second = findRun(db, after)
  if (first === undefined || second === undefined) return undefined
  const older = divergencesOf(db, first)
  const newer = divergencesOf(db, second)
  const compared = comparedEndpoints(db, second.id)
  const onlyBefore = [...older.values()].filter(({ id }) => !newer.has(id))
  return {
    before: first,
    after: second,
    appeared: worstFirst([...newer.values()].filter(({ id }) => !older.has(id))),
    gone: worstFirst(onlyBefore.filter(({ endpoint }) => compared.has(endpoint))),
    persisting: worstFirst([...newer.values()].filter(({ id }) => older.has(id))),
    untested: worstFirst(onlyBefore.filter(({ endpoint }) => !compared.has(endpoint))),
  }
}

function divergencesOf(db: Database, run: RunRow): ReadonlyMap<string, DivergenceRow> {
  const rows = divergencesAfter(db, { run: `id:${run.id}` }, 0, MAX_DIVERGENCES)
  return new Map(rows.map((row) => [row.id, toDivergenceRow(row)]))
}

function comparedEndpoints(db: Database, runId: number): ReadonlySet<string> {
  const rows = rowsOf<{ name: string }>(
    db,
    `SELECT DISTINCT n.name FROM endpoint_runs e JOIN endpoints n ON n.id = e.endpoint_id
     WHERE e.run_id = ? AND e.match + e.divergent > 0`,
    [runId],
  )
  return new Set(rows.map(({ name }) => name))
}

/** What counts against the shadow comes before what is known to be harmless. */
const CLASSES: readonly DivergenceClass[] = ['divergence', 'noise', 'expected']

function worstFirst(rows: readonly DivergenceRow[]): readonly DivergenceRow[] {
  const places = (row: DivergenceRow) => [
    CLASSES.indexOf(row.class),
    severityRank(row.severity),
    -row.exchanges,
  ]
  return rows
    .map((row) => ({ row, at: places(row) }))
    .sort((a, b) => {
      const step = a.at.map((place, n) => place - (b.at[n] ?? 0)).find((each) => each !== 0)
      return step ?? (a.row.id < b.row.id ? -1 : 1)
    })
    .slice(0, MAX_ROWS)
    .map(({ row }) => row)
}
