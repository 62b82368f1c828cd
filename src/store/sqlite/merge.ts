/**
 * An endpoint whose template was learned late takes over those that it should have been from the start: their
 * counts are added to its own and their divergences meet by kind and location. Exchanges go on pointing at the
 * endpoint under which they came, which points at its heir.
 */

import { execute, rowsOf, type Database, type SqlValue } from './database.ts'
import { mergedHistogram } from './durations.ts'
import { refoldDays } from './fold-days.ts'
import { mergeDivergences } from './merge-divergences.ts'

/** How the rows of a table are added up. */
interface Totals {
  readonly table: string
  /** What tells the rows of one endpoint apart. */
  readonly place: readonly string[]
  readonly sums: readonly string[]
  readonly histograms: readonly string[]
  /** It has `first_seen` and `last_seen`. */
  readonly isTimed?: boolean
}

const OUTCOMES = ['match', 'divergent', 'incomparable', 'unmirrored']
const LATENCIES = ['primary_latency', 'shadow_latency']

const TOTALS: readonly Totals[] = [
  {
    table: 'endpoint_runs',
    place: ['run_id', 'source'],
    sums: OUTCOMES,
    histograms: LATENCIES,
    isTimed: true,
  },
  {
    table: 'rollups',
    place: ['minute', 'run_id', 'source'],
    sums: OUTCOMES,
    histograms: LATENCIES,
  },
  {
    table: 'endpoint_hours',
    place: ['hour', 'run_id', 'source'],
    sums: OUTCOMES,
    histograms: [...LATENCIES, 'ratios'],
  },
  {
    table: 'endpoint_reasons',
    place: ['run_id', 'source', 'outcome', 'reason'],
    sums: ['exchanges'],
    histograms: [],
  },
  {
    table: 'endpoint_evidence',
    place: ['run_id', 'source'],
    sums: [
      ...['samples', 'measured', 'shadow_errors', 'primary_errors', 'shadow_unavailable'],
      ...['primary_unavailable', 'unanswered', 'control_overflow'],
    ],
    histograms: [...LATENCIES, 'ratios'],
  },
  {
    table: 'control_differences',
    place: ['kind', 'location', 'run_id', 'source'],
    sums: ['differed', 'shared'],
    histograms: [],
  },
  {
    table: 'run_signatures',
    place: ['run_id', 'source', 'failing', 'members'],
    sums: ['exchanges'],
    histograms: [],
  },
]

/** Lets `heir` take over `merged` within the transaction that is open; tells whether there was anything to do. */
export function mergeEndpoint(db: Database, heir: string, merged: string): boolean {
  const [heirId] = rowsOf<{ id: number }>(
    db,
    `INSERT INTO endpoints (name) VALUES (?)
     ON CONFLICT DO UPDATE SET name = name RETURNING coalesce(heir_id, id) AS id`,
    [heir],
  )
  const [known] = rowsOf<{ id: number; name: string }>(
    db,
    `SELECT h.id, h.name FROM endpoints n JOIN endpoints h ON h.id = coalesce(n.heir_id, n.id)
     WHERE n.name = ?`,
    [merged],
  )
  if (heirId === undefined || known === undefined || known.id === heirId.id) return false
  const [of] = rowsOf<{ name: string }>(db, 'SELECT name FROM endpoints WHERE id = ?', [heirId.id])
  mergeDivergences(db, { id: heirId.id, name: of?.name ?? heir }, known.id)
  for (const totals of TOTALS) mergeTotals(db, totals, heirId.id, known.id)
  refoldDays(db, heirId.id, known.id)
  // Whom it took over before has the same heir: one step leads there.
  execute(db, 'UPDATE endpoints SET heir_id = ? WHERE id = ? OR heir_id = ?', [
    heirId.id,
    known.id,
    known.id,
  ])
  return true
}

function mergeTotals(db: Database, totals: Totals, heirId: number, mergedId: number): void {
  const { table, place, sums, histograms, isTimed = false } = totals
  const at = ['endpoint_id', ...place].map((column) => `${column} = ?`).join(' AND ')
  const rows = rowsOf<Record<string, SqlValue>>(
    db,
    `SELECT * FROM ${table} WHERE endpoint_id = ?`,
    [mergedId],
  )
  const timed = isTimed ? ['first_seen = min(first_seen, ?)', 'last_seen = max(last_seen, ?)'] : []
  for (const row of rows) {
    const where = place.map((column) => row[column] ?? null)
    const [own] = rowsOf<Record<string, SqlValue>>(db, `SELECT * FROM ${table} WHERE ${at}`, [
      heirId,
      ...where,
    ])
    if (own === undefined) {
      execute(db, `UPDATE ${table} SET endpoint_id = ? WHERE ${at}`, [heirId, mergedId, ...where])
      continue
    }
    const sets = [
      ...sums.map((column) => `${column} = ${column} + ?`),
      ...histograms.map((column) => `${column} = ?`),
      ...timed,
    ]
    execute(db, `UPDATE ${table} SET ${sets.join(', ')} WHERE ${at}`, [
      ...sums.map((column) => row[column] ?? 0),
      ...histograms.map((column) => mergedHistogram([own[column], row[column]])),
      ...(isTimed ? [row['first_seen'] ?? 0, row['last_seen'] ?? 0] : []),
      heirId,
      ...where,
    ])
    execute(db, `DELETE FROM ${table} WHERE ${at}`, [mergedId, ...where])
  }
}
