/** Divergences as people read them: the worst and most frequent first, with their newest examples. */

import type {
  DivergenceCounts,
  DivergenceDetail,
  DivergenceExample,
  DivergenceRow,
  NewestDivergence,
  RuleSuggestion,
  TrendPoint,
} from '../../core/divergence-report.ts'
import type { Filter, Page, PageRequest } from '../../core/lists.ts'
import type { Rule } from '../../core/rule.ts'
import { maySuggest, suggestRule } from '../../core/suggest.ts'
import { mayMisalign } from '../../core/suggest-key.ts'
import { decodeCursor, encodeCursor } from './cursor.ts'
import { rowsOf, type Database } from './database.ts'
import {
  countClasses,
  queryOf,
  selectDivergences,
  standingOf,
  type SqlDivergence,
} from './divergence-select.ts'
import { selectExchanges } from './exchange-walk.ts'
import { toExchangeRow } from './exchanges.ts'
import { createKeyFinder, type KeyFinder } from './key-suggestions.ts'
import { NEWEST } from './keys.ts'
import { everywhere, type Scope } from './scope.ts'
import { severityOf } from './severity.ts'
import { Trend } from './trend.ts'

/** The newest examples from which a rule is suggested. */
const SUGGESTING_EXAMPLES = 20

/** People's rules in force: what they say already is not suggested. */
export type RulesInForce = () => readonly Rule[]

/**
 * Divergences that match, the worst first, then those that more exchanges show. Counts move on between two
 * pages; an export that must have each one once walks by {@link divergencesAfter}.
 */
export function listDivergences(
  db: Database,
  filter: Filter,
  { cursor, limit }: PageRequest,
  rules: RulesInForce,
): Page<DivergenceRow> {
  const query = queryOf(db, filter)
  const by = 'a.severity, -a.exchanges, a.id'
  const order =
    cursor === undefined
      ? { by }
      : {
          by,
          after: '(a.severity, -a.exchanges, a.id) > (?, ?, ?)',
          afterParams: decodeCursor('divergences', ['number', 'number', 'string'], cursor),
        }
  const rows = selectDivergences(db, query, order, limit + 1)
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  const findKey = createKeyFinder(db, rules)
  return {
    items: shown.map((row) => withTrend(db, query.scope, row, findKey)),
    ...(rows.length > limit &&
      last !== undefined && {
        next: encodeCursor('divergences', [last.severity, -last.exchanges, last.id]),
      }),
  }
}

/** Up to `limit` matching divergences whose key is above `after`, in the order in which they were first seen. */
export function divergencesAfter(
  db: Database,
  filter: Filter,
  after: number,
  limit: number,
): readonly SqlDivergence[] {
  const query = queryOf(db, filter)
  const where = [...query.where, 'v.key > ?']
  const params = [...query.params, after]
  return selectDivergences(db, { ...query, where, params }, { by: 'a.key' }, limit)
}

/** How many divergences of each class match. */
export function countDivergences(db: Database, filter: Filter): DivergenceCounts {
  const counts = countClasses(db, queryOf(db, filter))
  return {
    divergence: counts.get('divergence') ?? 0,
    noise: counts.get('noise') ?? 0,
    expected: counts.get('expected') ?? 0,
  }
}

/** The divergence that was seen for the first time last. */
export function newestDivergence(db: Database): NewestDivergence | undefined {
  const [row] = rowsOf<
    Pick<SqlDivergence, 'id' | 'endpoint' | 'kind' | 'location' | 'severity'> & { total: number }
  >(
    db,
    `SELECT v.id, n.name AS endpoint, v.kind, v.location, v.severity,
       (SELECT count(*) FROM divergences) AS total
     FROM divergences v CROSS JOIN endpoints n ON n.id = v.endpoint_id ORDER BY v.key DESC LIMIT 1`,
    [],
  )
  return row && { ...row, severity: severityOf(row.severity) }
}

/** One divergence over all runs, with its newest examples. */
export function findDivergence(
  db: Database,
  id: string,
  examples: number,
  rules: RulesInForce,
): DivergenceDetail | undefined {
  const [row] = selectDivergences(db, queryOf(db, { divergence: id }), { by: 'a.key' }, 1)
  if (row === undefined) return undefined
  const newest = selectExchanges(db, { divergence: row.id }, NEWEST, examples)
  const shown = newest.rows.map((exchange): DivergenceExample => {
    const [first] = rowsOf<SqlValues & { readonly location: string | null }>(
      db,
      `SELECT location, primary_value, shadow_value FROM differences
       WHERE exchange_key = ? AND divergence_key = ? ORDER BY n LIMIT 1`,
      [exchange.key, row.key],
    )
    return {
      exchange: toExchangeRow(exchange),
      location: first?.location ?? row.location,
      ...valuesOf(first),
    }
  })
  return {
    ...withTrend(db, everywhere, row, createKeyFinder(db, rules)),
    examples: shown,
  }
}

/** A divergence as people read it, but for its trend. */
export function toDivergenceRow(row: SqlDivergence): DivergenceRow {
  const { state, class: known, control } = standingOf(row)
  return {
    id: row.id,
    endpoint: row.endpoint,
    kind: row.kind,
    location: row.location,
    severity: severityOf(row.severity),
    class: known,
    count: row.count,
    exchanges: row.exchanges,
    firstSeen: new Date(row.first_seen).toISOString(),
    lastSeen: new Date(row.last_seen).toISOString(),
    state,
    ...valuesOf(row),
    endpointExchanges: row.endpoint_exchanges,
    ...(control !== undefined && { control }),
    ...(row.note !== null && { note: row.note }),
    ...(row.expected_until !== null && { until: new Date(row.expected_until).toISOString() }),
    ...(row.expected_rate !== null && { rate: row.expected_rate }),
  }
}

function withTrend(
  db: Database,
  scope: Scope,
  row: SqlDivergence,
  findKey: KeyFinder,
): DivergenceRow {
  const divergence = toDivergenceRow(row)
  // What elements differ in is known only when they meet their own.
  const key = mayMisalign(divergence)
    ? findKey({ ...divergence, endpointId: row.endpoint_id })
    : undefined
  const suggestion = key ?? suggestionOf(db, divergence, row.key)
  return {
    ...divergence,
    trend: trendOf(db, scope, row.key),
    ...(suggestion !== undefined && { suggestion }),
  }
}

function suggestionOf(db: Database, row: DivergenceRow, key: number): RuleSuggestion | undefined {
  if (!maySuggest(row, row)) return undefined
  const values = rowsOf<SqlValues>(
    db,
    `SELECT primary_value, shadow_value FROM differences
     WHERE divergence_key = ? ORDER BY exchange_key DESC LIMIT ${SUGGESTING_EXAMPLES}`,
    [key],
  )
  return suggestRule(row, values.map(valuesOf))
}

function trendOf(db: Database, scope: Scope, key: number): readonly TrendPoint[] {
  const trend = new Trend()
  const stored = rowsOf<{ trend: Buffer | null }>(
    db,
    `SELECT d.trend FROM divergence_runs d WHERE d.divergence_key = ? ${scope('d')}`,
    [key],
  )
  for (const { trend: encoded } of stored) if (encoded !== null) trend.merge(encoded)
  return trend.points()
}

interface SqlValues {
  readonly primary_value: string | null
  readonly shadow_value: string | null
}

function valuesOf(row: SqlValues | undefined) {
  const primary = row?.primary_value ?? undefined
  const shadow = row?.shadow_value ?? undefined
  return {
    ...(primary !== undefined && { primaryValue: primary }),
    ...(shadow !== undefined && { shadowValue: shadow }),
  }
}
