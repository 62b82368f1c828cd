/**
 * Divergences with their totals over the runs asked for. Class and state follow from counts by the same functions
 * as in verdicts, which SQL calls where it has to filter by them.
 */

import type { DifferenceKind } from '../../core/judgement.ts'
import { classify, noiseAlpha } from '../../core/noise.ts'
import type { ControlView, DivergenceClass, DivergenceState } from '../../core/divergence-report.ts'
import type { Filter } from '../../core/lists.ts'
import { DIVERGENCE_KEY } from './aliases.ts'
import { confidenceOf } from './confidence.ts'
import { controlView, type ControlCounts } from './control.ts'
import { containing, rowsOf, type Database, type SqlValue } from './database.ts'
import { ENDPOINT_ID } from './heirs.ts'
import { scopeOf, type Scope } from './scope.ts'
import { severityRank } from './severity.ts'
import { STATE, stateAtRate } from './triage.ts'

/** A divergence with its totals over the runs asked for. */
export interface SqlDivergence extends ControlCounts {
  readonly key: number
  readonly id: string
  readonly endpoint_id: number
  readonly endpoint: string
  readonly kind: DifferenceKind
  readonly location: string
  readonly severity: number
  /** As it was set; see {@link standingOf} for what holds. */
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
  /** Divergences of the same runs whose endpoints control measured. */
  readonly places: number
  /** With which its class is told. */
  readonly confidence: number
}

/** What holds of a divergence at this moment. */
export interface Standing {
  readonly state: DivergenceState
  readonly class: DivergenceClass
  readonly control?: ControlView
}

/** Of a divergence with its totals. */
export function standingOf(
  row: ControlCounts &
    Pick<
      SqlDivergence,
      'state' | 'expected_rate' | 'exchanges' | 'endpoint_exchanges' | 'places' | 'confidence'
    >,
): Standing {
  const state = stateAtRate(row, row.exchanges, row.endpoint_exchanges)
  const control = controlView(row)
  const known = classify(state, control, noiseAlpha(row.places, row.confidence))
  return { state, class: known, ...(control !== undefined && { control }) }
}

/** What is asked for. */
export interface DivergenceQuery {
  readonly scope: Scope
  readonly where: readonly string[]
  readonly params: readonly SqlValue[]
  /** Conditions on class and state. */
  readonly standing: readonly string[]
  readonly standingParams: readonly SqlValue[]
}

/** What a filter asks for. */
export function queryOf(db: Database, filter: Filter): DivergenceQuery {
  const where: string[] = []
  const params: SqlValue[] = []
  const standing: string[] = []
  const standingParams: SqlValue[] = []
  const add = (condition: string, ...values: SqlValue[]) => {
    where.push(condition)
    params.push(...values)
  }
  const { endpoint, kind, severity, divergence, method, q, since, until } = filter
  if (endpoint !== undefined) add(`n.id = ${ENDPOINT_ID}`, endpoint)
  if (kind !== undefined) add('v.kind = ?', kind)
  if (severity !== undefined) add('v.severity = ?', severityRank(severity))
  if (divergence !== undefined) add(`v.key = ${DIVERGENCE_KEY}`, divergence, divergence)
  if (method !== undefined) add("substr(n.name, 1, instr(n.name, ' ') - 1) = ?", method)
  if (q !== undefined) {
    const like = containing(q)
    add("(n.name LIKE ? ESCAPE '\\' OR v.location LIKE ? ESCAPE '\\')", like, like)
  }
  if (since !== undefined) add('d.last_seen >= ?', since)
  if (until !== undefined) add('d.first_seen < ?', until)
  if (filter.class !== undefined) {
    standing.push(`${CLASS} = ?`)
    standingParams.push(filter.class)
  }
  if (filter.state !== undefined) {
    standing.push(`${STATE_NOW} = ?`)
    standingParams.push(filter.state)
  }
  return { scope: scopeOf(db, filter), where, params, standing, standingParams }
}

const STANDING_COLUMNS =
  'a.state, a.expected_rate, a.exchanges, a.endpoint_exchanges, a.measured, a.shown, a.differed, a.shared, a.places, a.confidence'
const CLASS = `divergence_class(${STANDING_COLUMNS})`
const STATE_NOW = `divergence_state(${STANDING_COLUMNS})`

/** How rows are ordered, and after which one a page begins. */
export interface DivergenceOrder {
  readonly by: string
  readonly after?: string
  readonly afterParams?: readonly SqlValue[]
}

/** Up to `limit` divergences in this order. */
export function selectDivergences(
  db: Database,
  query: DivergenceQuery,
  { by, after, afterParams = [] }: DivergenceOrder,
  limit: number,
): SqlDivergence[] {
  const { scope, standing } = query
  const hasStanding = standing.length > 0
  const conditions = [...standing, ...(after === undefined ? [] : [after])]
  const value = (column: string) =>
    `(SELECT x.${column} FROM divergence_runs x WHERE x.divergence_key = p.key ${scope('x')}
      ORDER BY x.last_seen DESC LIMIT 1) AS ${column}`
  // What is not needed to choose the page is looked up for its rows alone.
  return rowsOf<SqlDivergence>(
    db,
    `${totalsSql(db, query)}, page AS (
       SELECT a.*, row_number() OVER (ORDER BY ${by}) AS place
       FROM ${hasStanding ? counted(scope) : 'totals a'} ${whereOf(conditions)}
       ORDER BY ${by} LIMIT ?)
     SELECT p.*, ${hasStanding ? '' : `${countsSql('p', scope)},`}
       ${value('primary_value')}, ${value('shadow_value')}
     FROM page p ORDER BY p.place`,
    [...query.params, ...query.standingParams, ...afterParams, limit],
  )
}

/** How many divergences there are of each class. */
export function countClasses(db: Database, query: DivergenceQuery): ReadonlyMap<string, number> {
  const rows = rowsOf<{ class: string; n: number }>(
    db,
    `${totalsSql(db, query)} SELECT ${CLASS} AS class, count(*) AS n
     FROM ${counted(query.scope)} ${whereOf(query.standing)} GROUP BY 1`,
    [...query.params, ...query.standingParams],
  )
  return new Map(rows.map(({ class: known, n }) => [known, n]))
}

function whereOf(conditions: readonly string[]): string {
  return conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`
}

/** What every divergence that is asked for adds up to by itself, as the table `totals`. */
function totalsSql(db: Database, { scope, where }: DivergenceQuery): string {
  defineFunctions(db)
  return `WITH places AS MATERIALIZED (
      SELECT count(*) AS n, ${confidenceOf(db)} AS confidence FROM divergences v WHERE ${STATE} <> 'expected'
        AND EXISTS (SELECT 1 FROM divergence_runs x WHERE x.divergence_key = v.key ${scope('x')})
        AND EXISTS (SELECT 1 FROM endpoint_evidence x
          WHERE x.endpoint_id = v.endpoint_id AND x.measured > 0 ${scope('x')})),
    totals AS (
      SELECT v.key, v.id, v.endpoint_id, n.name AS endpoint, v.kind, v.location, v.severity,
        ${STATE} AS state, v.note, v.expected_until, v.expected_rate, sum(d.differences) AS count,
        sum(d.exchanges) AS exchanges, min(d.first_seen) AS first_seen,
        max(d.last_seen) AS last_seen, sum(d.measured_exchanges) AS shown
      FROM divergences v
      JOIN endpoints n ON n.id = v.endpoint_id
      JOIN divergence_runs d ON d.divergence_key = v.key ${scope('d')}
      ${whereOf(where)} GROUP BY v.key)`
}

/** The totals with what their class follows from, as `a`. */
function counted(scope: Scope): string {
  return `(SELECT t.*, ${countsSql('t', scope)} FROM totals t) a`
}

/** What the class follows from, beside the totals. */
function countsSql(alias: string, scope: Scope): string {
  const ofEndpoint = `x.endpoint_id = ${alias}.endpoint_id`
  const ofPlace = `${ofEndpoint} AND x.kind = ${alias}.kind AND x.location = ${alias}.location`
  const sumOf = (column: string, table: string, on: string) =>
    `(SELECT sum(x.${column}) FROM ${table} x WHERE ${on} ${scope('x')})`
  return `${sumOf('measured', 'endpoint_evidence', ofEndpoint)} AS measured,
    ${sumOf('differed', 'control_differences', ofPlace)} AS differed,
    ${sumOf('shared', 'control_differences', ofPlace)} AS shared,
    coalesce(${sumOf('match + x.divergent', 'endpoint_runs', ofEndpoint)}, 0) AS endpoint_exchanges,
    (SELECT n FROM places) AS places, (SELECT confidence FROM places) AS confidence`
}

const defined = new WeakSet<Database>()

function defineFunctions(db: Database): void {
  if (defined.has(db)) return
  defined.add(db)
  const standing = (...columns: unknown[]) => {
    const [state, rate, exchanges, compared, measured, shown, differed, shared] = columns
    const [places, confidence] = columns.slice(8)
    return standingOf({
      state: state as DivergenceState,
      expected_rate: rate as number | null,
      exchanges: Number(exchanges),
      endpoint_exchanges: Number(compared),
      measured: measured as number | null,
      shown: shown as number | null,
      differed: differed as number | null,
      shared: shared as number | null,
      places: Number(places),
      confidence: Number(confidence),
    })
  }
  const options = { deterministic: true, varargs: true }
  db.function('divergence_class', options, (...counts: unknown[]) => standing(...counts).class)
  db.function('divergence_state', options, (...counts: unknown[]) => standing(...counts).state)
}
