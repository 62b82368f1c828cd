/** The differences of exchanges as they are read. */

import type { DifferenceKind } from '../../core/judgement.ts'
import type { DifferenceRow, DivergenceClass } from '../../core/divergence-report.ts'
import type { Filter } from '../../core/lists.ts'
import { divergenceKey } from './aliases.ts'
import { rowsOf, type Database } from './database.ts'
import { queryOf, selectDivergences, standingOf } from './divergence-select.ts'
import { severityOf } from './severity.ts'

interface SqlDifference {
  readonly exchange_key: number
  readonly severity: number
  readonly kind: DifferenceKind
  readonly pattern: string
  readonly key: number
  readonly id: string
  readonly location: string | null
  readonly primary_value: string | null
  readonly shadow_value: string | null
}

/** Classes of divergences by key, as far as a walk has met them. */
export type KnownClasses = Map<number, DivergenceClass>

/** The differences of these exchanges that the filter does not exclude, by exchange key, in their order. */
export function differencesOf(
  db: Database,
  exchangeKeys: readonly number[],
  filter: Filter = {},
  known: KnownClasses = new Map(),
): ReadonlyMap<number, readonly Omit<DifferenceRow, 'exchange'>[]> {
  const { kind, severity, divergence } = filter
  const rows = rowsOf<SqlDifference>(
    db,
    `SELECT d.exchange_key, d.severity, v.kind, v.location AS pattern, v.key, v.id, d.location,
       d.primary_value, d.shadow_value
     FROM json_each(?) k CROSS JOIN differences d ON d.exchange_key = k.value
     CROSS JOIN divergences v ON v.key = d.divergence_key
     ORDER BY k.key, d.n`,
    [JSON.stringify(exchangeKeys)],
  )
  learnClasses(db, filter, rows, known)
  const only = divergence === undefined ? undefined : divergenceKey(db, divergence)
  const byExchange = new Map<number, Omit<DifferenceRow, 'exchange'>[]>()
  for (const row of rows) {
    const difference = {
      kind: row.kind,
      location: row.location ?? row.pattern,
      pattern: row.pattern,
      severity: severityOf(row.severity),
      ...(row.primary_value !== null && { primary: row.primary_value }),
      ...(row.shadow_value !== null && { shadow: row.shadow_value }),
    }
    const isOfClass = known.get(row.key) ?? 'divergence'
    if (kind !== undefined && kind !== difference.kind) continue
    if (severity !== undefined && severity !== difference.severity) continue
    if (divergence !== undefined && row.key !== only) continue
    if (filter.class !== undefined && isOfClass !== filter.class) continue
    const found = byExchange.get(row.exchange_key) ?? []
    found.push({ difference, class: isOfClass, divergence: row.id })
    byExchange.set(row.exchange_key, found)
  }
  return byExchange
}

/** Adds the classes of divergences that were not met before. */
function learnClasses(
  db: Database,
  { run, source }: Filter,
  rows: readonly SqlDifference[],
  known: KnownClasses,
): void {
  const unknown = [...new Set(rows.map(({ key }) => key))].filter((key) => !known.has(key))
  if (unknown.length === 0) return
  const query = queryOf(db, { run, source })
  const found = selectDivergences(
    db,
    {
      ...query,
      where: ['v.key IN (SELECT value FROM json_each(?))'],
      params: [JSON.stringify(unknown)],
    },
    { by: 'a.key' },
    unknown.length,
  )
  for (const row of found) known.set(row.key, standingOf(row).class)
}
