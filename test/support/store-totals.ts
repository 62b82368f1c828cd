/** Everything that a database adds up, in a form in which two databases can be compared. */

import { Database } from '../../src/store/sqlite/binding.ts'

const TABLES = {
  endpoint_runs: '*',
  endpoint_reasons: '*',
  endpoint_hours: '*',
  endpoint_days: '*',
  rollups: '*',
  run_minutes: '*',
  run_hours: '*',
  endpoint_evidence: '*',
  run_outages: '*',
  compared_minutes: '*',
  rule_hits: 'rule_id, hidden, exchanges',
} as const

/** The totals of a database by table, with divergences by their ids and endpoints by their names. */
export function totalsOf(path: string): Readonly<Record<string, readonly unknown[]>> {
  const db = new Database(path, { readonly: true })
  try {
    const names = new Map(
      db.prepare<[], [number, string]>('SELECT id, name FROM endpoints').raw().all(),
    )
    const rows = (sql: string) =>
      (db.prepare(sql).all() as { endpoint_id?: number }[]).map((row) => ({
        ...row,
        endpoint_id: names.get(row.endpoint_id ?? 0),
      }))
    const ids = new Map(
      db.prepare<[], [number, string]>('SELECT key, id FROM divergences').raw().all(),
    )
    const idsOf = (members: string) =>
      members
        .split(',')
        .map((key) => ids.get(Number(key)) ?? key)
        .sort()
        .join()
    return {
      ...Object.fromEntries(
        Object.entries(TABLES).map(([table, columns]) => [
          table,
          sorted(rows(`SELECT ${columns} FROM ${table}`)),
        ]),
      ),
      control_differences: sorted(rows('SELECT * FROM control_differences WHERE differed > 0')),
      divergence_runs: sorted(
        rows(`SELECT v.id, d.run_id, d.source, d.differences, d.exchanges, d.first_seen, d.last_seen,
                d.primary_value, d.shadow_value, d.content_exchanges, d.measured_exchanges, d.trend
              FROM divergence_runs d JOIN divergences v ON v.key = d.divergence_key`),
      ),
      run_signatures: sorted(
        rows('SELECT * FROM run_signatures WHERE exchanges > 0').map((row) => ({
          ...row,
          members: idsOf(String((row as { members?: unknown }).members)),
        })),
      ),
      exchanges: sorted(rows('SELECT id, outcome, reason, differences FROM exchanges')),
      details: sorted(
        rows(`SELECT e.id, d.suppressed, d.suppressed_total, d.control_differences
              FROM details d JOIN exchanges e ON e.key = d.exchange_key`),
      ),
    }
  } finally {
    db.close()
  }
}

function sorted(rows: readonly unknown[]): readonly string[] {
  return rows.map((row) => JSON.stringify(row)).sort()
}
