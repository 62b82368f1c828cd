/** The divergences of an endpoint that is taken over: those of one kind and location become one. */

import { divergenceId } from '../../core/divergence.ts'
import type { Source } from '../../core/exchange.ts'
import type { DifferenceKind } from '../../core/judgement.ts'
import type { DivergenceState } from '../../core/divergence-report.ts'
import { execute, rowsOf, type Database } from './database.ts'
import { Trend } from './trend.ts'

interface SqlDivergence {
  readonly key: number
  readonly id: string
  readonly kind: DifferenceKind
  readonly location: string
  readonly severity: number
  readonly state: DivergenceState
  readonly state_at: number
  readonly note: string | null
  readonly expected_until: number | null
  readonly expected_version: string | null
  readonly expected_rate: number | null
}

/** Gives the divergences of one endpoint to another; their former ids lead to what they are now. */
export function mergeDivergences(
  db: Database,
  heir: { readonly id: number; readonly name: string },
  mergedId: number,
): void {
  const taken = rowsOf<SqlDivergence>(db, 'SELECT * FROM divergences WHERE endpoint_id = ?', [
    mergedId,
  ])
  const keys = new Map<number, number>()
  for (const divergence of taken) {
    const id = divergenceId(heir.name, divergence.kind, divergence.location)
    const [own] = rowsOf<SqlDivergence>(db, 'SELECT * FROM divergences WHERE id = ?', [id])
    if (own === undefined) {
      execute(db, 'UPDATE divergences SET id = ?, endpoint_id = ? WHERE key = ?', [
        ...[id, heir.id],
        divergence.key,
      ])
    } else {
      mergeInto(db, own, divergence)
      keys.set(divergence.key, own.key)
    }
    execute(
      db,
      `INSERT INTO divergence_aliases (id, divergence_key) VALUES (?, ?)
       ON CONFLICT DO UPDATE SET divergence_key = excluded.divergence_key`,
      [divergence.id, own?.key ?? divergence.key],
    )
  }
  renameMembers(db, mergedId, keys)
}

function mergeInto(db: Database, own: SqlDivergence, other: SqlDivergence): void {
  const move = (table: string) =>
    execute(db, `UPDATE ${table} SET divergence_key = ? WHERE divergence_key = ?`, [
      own.key,
      other.key,
    ])
  move('differences')
  move('divergence_aliases')
  mergeRuns(db, own.key, other.key)
  const said = mergeTriage(db, own, other)
  execute(
    db,
    `UPDATE divergences SET severity = ?, state = ?, state_at = ?, note = ?, expected_until = ?,
       expected_version = ?, expected_rate = ? WHERE key = ?`,
    [
      Math.min(own.severity, other.severity),
      ...[said.state, said.state_at, said.note],
      ...[said.expected_until, said.expected_version, said.expected_rate, own.key],
    ],
  )
  execute(db, 'DELETE FROM divergences WHERE key = ?', [other.key])
}

/** The most open first: what is fixed opens again by itself, what is expected does not. */
const STATES: readonly DivergenceState[] = ['open', 'fixed', 'expected']

/** The more open of two states; where both are expected, as far as both say so. */
function mergeTriage(db: Database, a: SqlDivergence, b: SqlDivergence): SqlDivergence {
  if (a.state === 'expected' && b.state === 'expected') {
    return {
      ...a,
      state: a.expected_version === b.expected_version ? 'expected' : 'open',
      expected_until: least(a.expected_until, b.expected_until),
      expected_rate: least(a.expected_rate, b.expected_rate),
    }
  }
  const more = STATES.indexOf(b.state) < STATES.indexOf(a.state) ? b : a
  if (more.state !== 'fixed') return more
  const [seen] = rowsOf<{ at: number | null }>(
    db,
    'SELECT max(last_seen) AS at FROM divergence_runs WHERE divergence_key = ?',
    [a.key],
  )
  const at = Math.max(a.state === 'fixed' ? a.state_at : 0, b.state === 'fixed' ? b.state_at : 0)
  return { ...more, state_at: at, state: (seen?.at ?? 0) > at ? 'open' : 'fixed' }
}

function least(a: number | null, b: number | null): number | null {
  if (a === null || b === null) return a ?? b
  return Math.min(a, b)
}

interface SqlRun {
  readonly run_id: number
  readonly source: Source
  readonly trend: Buffer | null
}

function mergeRuns(db: Database, own: number, other: number): void {
  const where = 'divergence_key = ? AND run_id = ? AND source = ?'
  const select = `SELECT run_id, source, trend FROM divergence_runs`
  for (const { run_id, source, trend } of rowsOf<SqlRun>(db, `${select} WHERE divergence_key = ?`, [
    other,
  ])) {
    const [known] = rowsOf<SqlRun>(db, `${select} WHERE ${where}`, [own, run_id, source])
    if (known === undefined) {
      execute(db, `UPDATE divergence_runs SET divergence_key = ? WHERE ${where}`, [
        ...[own, other],
        ...[run_id, source],
      ])
      continue
    }
    const both = new Trend()
    both.merge(known.trend ?? Buffer.of())
    both.merge(trend ?? Buffer.of())
    const isNewer = 'o.last_seen > divergence_runs.last_seen'
    execute(
      db,
      `UPDATE divergence_runs SET
         differences = divergence_runs.differences + o.differences,
         exchanges = divergence_runs.exchanges + o.exchanges,
         content_exchanges = divergence_runs.content_exchanges + o.content_exchanges,
         measured_exchanges = divergence_runs.measured_exchanges + o.measured_exchanges,
         first_seen = min(divergence_runs.first_seen, o.first_seen),
         last_seen = max(divergence_runs.last_seen, o.last_seen),
         primary_value = iif(${isNewer}, o.primary_value, divergence_runs.primary_value),
         shadow_value = iif(${isNewer}, o.shadow_value, divergence_runs.shadow_value),
         trend = ?
       FROM (SELECT * FROM divergence_runs WHERE ${where}) o
       WHERE divergence_runs.divergence_key = ? AND divergence_runs.run_id = ?
         AND divergence_runs.source = ?`,
      [both.encode(), other, run_id, source, own, run_id, source],
    )
    execute(db, `DELETE FROM divergence_runs WHERE ${where}`, [other, run_id, source])
  }
}

/** Sets of divergences that exchanges show name them by key. */
function renameMembers(db: Database, endpointId: number, keys: ReadonlyMap<number, number>): void {
  if (keys.size === 0) return
  const place = 'run_id = ? AND source = ? AND endpoint_id = ? AND failing = ? AND members = ?'
  for (const { run_id, source, failing, members, exchanges } of rowsOf<{
    run_id: number
    source: Source
    failing: number
    members: string
    exchanges: number
  }>(db, 'SELECT * FROM run_signatures WHERE endpoint_id = ?', [endpointId])) {
    const renamed = members
      .split(',')
      .map((key) => (/^\d+$/.test(key) ? (keys.get(Number(key)) ?? Number(key)) : key))
      .sort((a, b) => Number(a) - Number(b))
      .join()
    if (renamed === members) continue
    execute(db, `DELETE FROM run_signatures WHERE ${place}`, [
      ...[run_id, source, endpointId, failing, members],
    ])
    execute(
      db,
      `INSERT INTO run_signatures (run_id, source, endpoint_id, failing, members, exchanges)
       VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET exchanges = exchanges + excluded.exchanges`,
      [run_id, source, endpointId, failing, renamed, exchanges],
    )
  }
}
