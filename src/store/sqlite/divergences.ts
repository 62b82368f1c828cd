/** Divergences as people read them: the worst and most frequent first, with their newest examples. */

import type { DifferenceKind } from '../../core/judgement.ts'
import type {
  DifferenceRow,
  DivergenceClass,
  DivergenceDetail,
  DivergenceExample,
  DivergenceRow,
  DivergenceState,
  Filter,
  Page,
  PageRequest,
} from '../../core/report.ts'
import { decodeCursor, encodeCursor } from './cursor.ts'
import { containing, rowsOf, type Database, type SqlValue } from './database.ts'
import { selectExchanges } from './exchange-walk.ts'
import { toExchangeRow } from './exchanges.ts'
import { NEWEST } from './keys.ts'
import { findRuns } from './runs.ts'
import { severityOf, severityRank } from './severity.ts'
import { STATE, stateAtRate } from './triage.ts'

/** A divergence with its totals over the runs asked for. */
export interface SqlDivergence {
  readonly key: number
  readonly id: string
  readonly endpoint: string
  readonly kind: DifferenceKind
  readonly location: string
  readonly severity: number
  readonly state: DivergenceState
  readonly note: string | null
  readonly expected_until: number | null
  readonly expected_rate: number | null
  readonly count: number
  readonly exchanges: number
  readonly first_seen: number
  readonly last_seen: number
  readonly primary_value: string | null
  readonly shadow_value: string | null
  readonly endpoint_exchanges: number
}

interface Conditions {
  readonly where: string[]
  readonly params: SqlValue[]
  /** A condition on `run_id`; empty for all runs. */
  readonly inRuns: string
}

/**
 * Divergences that match, the worst first, then those that more exchanges show. Counts move on between two
 * pages; an export that must have each one once walks by {@link divergencesAfter}.
 */
export function listDivergences(
  db: Database,
  filter: Filter,
  { cursor, limit }: PageRequest,
): Page<DivergenceRow> {
  const { where, params, inRuns } = conditionsOf(db, filter)
  let having = ''
  if (cursor !== undefined) {
    const place = decodeCursor('divergences', ['number', 'number', 'string'], cursor)
    having = 'HAVING (v.severity, -sum(d.exchanges), v.id) > (?, ?, ?)'
    params.push(...place)
  }
  const rows = select(db, inRuns, where, having, 'v.severity, -sum(d.exchanges), v.id', [
    ...params,
    limit + 1,
  ])
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  return {
    items: shown.map(toDivergenceRow),
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
  const { where, params, inRuns } = conditionsOf(db, filter)
  return select(db, inRuns, [...where, 'v.key > ?'], '', 'v.key', [...params, after, limit])
}

/** One divergence over all runs, with its newest examples. */
export function findDivergence(
  db: Database,
  id: string,
  examples: number,
): DivergenceDetail | undefined {
  const [row] = select(db, '', ['v.id = ?'], '', 'v.key', [id, 1])
  if (row === undefined) return undefined
  const newest = selectExchanges(db, { divergence: id }, NEWEST, examples)
  const shown = newest.rows.map((exchange): DivergenceExample => {
    const [first] = rowsOf<SqlDifference>(
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
    ...toDivergenceRow(row),
    ...(row.note !== null && { note: row.note }),
    ...(row.expected_until !== null && { until: new Date(row.expected_until).toISOString() }),
    examples: shown,
  }
}

/** A divergence as people read it. */
export function toDivergenceRow(row: SqlDivergence): DivergenceRow {
  const state = stateAtRate(row, row.exchanges, row.endpoint_exchanges)
  return {
    id: row.id,
    endpoint: row.endpoint,
    kind: row.kind,
    location: row.location,
    severity: severityOf(row.severity),
    class: classOf(state),
    count: row.count,
    exchanges: row.exchanges,
    firstSeen: new Date(row.first_seen).toISOString(),
    lastSeen: new Date(row.last_seen).toISOString(),
    state,
    ...valuesOf(row),
    endpointExchanges: row.endpoint_exchanges,
  }
}

interface SqlDifference {
  readonly location: string | null
  readonly primary_value: string | null
  readonly shadow_value: string | null
}

interface SqlExchangeDifference extends SqlDifference {
  readonly exchange_key: number
  readonly severity: number
  readonly kind: DifferenceKind
  readonly pattern: string
  readonly id: string
  readonly state: DivergenceState
}

/** The differences of these exchanges that the filter does not exclude, by exchange key, in their order. */
export function differencesOf(
  db: Database,
  exchangeKeys: readonly number[],
  filter: Pick<Filter, 'kind' | 'severity' | 'divergence'> = {},
): ReadonlyMap<number, readonly Omit<DifferenceRow, 'exchange'>[]> {
  const { kind, severity, divergence } = filter
  const rows = rowsOf<SqlExchangeDifference>(
    db,
    `SELECT d.exchange_key, d.severity, v.kind, v.location AS pattern, v.id, ${STATE} AS state,
       d.location, d.primary_value, d.shadow_value
     FROM json_each(?) k CROSS JOIN differences d ON d.exchange_key = k.value
     CROSS JOIN divergences v ON v.key = d.divergence_key
     ORDER BY k.key, d.n`,
    [JSON.stringify(exchangeKeys)],
  )
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
    if (kind !== undefined && kind !== difference.kind) continue
    if (severity !== undefined && severity !== difference.severity) continue
    if (divergence !== undefined && divergence !== row.id) continue
    const known = byExchange.get(row.exchange_key) ?? []
    known.push({ difference, class: classOf(row.state), divergence: row.id })
    byExchange.set(row.exchange_key, known)
  }
  return byExchange
}

function select(
  db: Database,
  inRuns: string,
  where: readonly string[],
  having: string,
  order: string,
  params: readonly SqlValue[],
): SqlDivergence[] {
  const inD = inRuns === '' ? '' : `AND d.${inRuns}`
  const inX = inRuns === '' ? '' : `AND x.${inRuns}`
  // The values of examples are looked up for the rows of the page alone.
  return rowsOf<SqlDivergence>(
    db,
    `WITH page AS (
       SELECT v.key, v.id, v.endpoint_id, n.name AS endpoint, v.kind, v.location, v.severity,
         ${STATE} AS state, v.note, v.expected_until, v.expected_rate, sum(d.differences) AS count, sum(d.exchanges) AS exchanges,
         min(d.first_seen) AS first_seen, max(d.last_seen) AS last_seen,
         row_number() OVER (ORDER BY ${order}) AS place
       FROM divergences v
       JOIN endpoints n ON n.id = v.endpoint_id
       JOIN divergence_runs d ON d.divergence_key = v.key ${inD}
       WHERE ${where.length === 0 ? 'TRUE' : where.join(' AND ')}
       GROUP BY v.key ${having} ORDER BY ${order} LIMIT ?)
     SELECT p.*,
       (SELECT x.primary_value FROM divergence_runs x WHERE x.divergence_key = p.key ${inX}
        ORDER BY x.last_seen DESC LIMIT 1) AS primary_value,
       (SELECT x.shadow_value FROM divergence_runs x WHERE x.divergence_key = p.key ${inX}
        ORDER BY x.last_seen DESC LIMIT 1) AS shadow_value,
       (SELECT coalesce(sum(x.match + x.divergent), 0) FROM endpoint_runs x
        WHERE x.endpoint_id = p.endpoint_id ${inX}) AS endpoint_exchanges
     FROM page p ORDER BY p.place`,
    params,
  )
}

function conditionsOf(db: Database, filter: Filter): Conditions {
  const where: string[] = []
  const params: SqlValue[] = []
  const add = (condition: string, ...values: SqlValue[]) => {
    where.push(condition)
    params.push(...values)
  }
  const runs = findRuns(db, filter.run)
  const { endpoint, kind, severity, divergence, method, q, since, until } = filter
  if (endpoint !== undefined) add('n.name = ?', endpoint)
  if (kind !== undefined) add('v.kind = ?', kind)
  if (severity !== undefined) add('v.severity = ?', severityRank(severity))
  if (divergence !== undefined) add('v.id = ?', divergence)
  if (method !== undefined) add("substr(n.name, 1, instr(n.name, ' ') - 1) = ?", method)
  if (q !== undefined) {
    const like = containing(q)
    add("(n.name LIKE ? ESCAPE '\\' OR v.location LIKE ? ESCAPE '\\')", like, like)
  }
  if (since !== undefined) add('d.last_seen >= ?', since)
  if (until !== undefined) add('d.first_seen < ?', until)
  return { where, params, inRuns: runs === undefined ? '' : `run_id IN (${runs.ids.join(', ')})` }
}

function classOf(state: DivergenceState): DivergenceClass {
  return state === 'expected' ? 'expected' : 'divergence'
}

function valuesOf(row: Pick<SqlDifference, 'primary_value' | 'shadow_value'> | undefined) {
  const primary = row?.primary_value ?? undefined
  const shadow = row?.shadow_value ?? undefined
  return {
    ...(primary !== undefined && { primaryValue: primary }),
    ...(shadow !== undefined && { shadowValue: shadow }),
  }
}
