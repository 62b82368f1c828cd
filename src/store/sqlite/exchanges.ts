/** The narrow rows of exchanges: written one by one, listed and found by any filter. */

import type { Statement } from 'better-sqlite3'
import type { Observation, Source } from '../../core/exchange.ts'
import type { Outcome } from '../../core/judgement.ts'
import type { JudgedExchange } from '../../core/ports.ts'
import type { ExchangeRow, Filter, Page, PageRequest } from '../../core/report.ts'
import { decodeCursor, encodeCursor } from './cursor.ts'
import { containing, rowsOf, type Database, type SqlValue } from './database.ts'
import {
  KEY_OVERFLOW_MS,
  KEYS_PER_MS,
  matchRequestId,
  NEWEST,
  preferredKey,
  requestHash,
  uuidBytes,
  uuidText,
} from './keys.ts'
import { findRuns } from './runs.ts'
import { severityRank } from './severity.ts'

/** Neighbouring keys tried before the next free one is looked up. */
const KEY_TRIES = 8

/** The exchanges of one writer. */
export class ExchangeTable {
  readonly #insert: Statement
  readonly #find: Statement<[Buffer], number>
  readonly #lastKeyBefore: Statement<[number], number>

  constructor(db: Database) {
    this.#insert = db.prepare(
      `INSERT OR IGNORE INTO exchanges (key, id, request_id, request_hash, started_at, run_id, endpoint_id,
         source, route, method, path, outcome, reason, primary_status, shadow_status, primary_ms,
         shadow_ms, shadow_wait_ms, differences)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    )
    this.#find = db.prepare<[Buffer], number>('SELECT key FROM exchanges WHERE id = ?').pluck()
    this.#lastKeyBefore = db
      .prepare<[number], number>('SELECT max(key) FROM exchanges WHERE key < ?')
      .pluck()
  }

  /** Writes one row and tells its key; `undefined` when the exchange is already there. */
  insert(runId: number, endpointId: number, judged: JudgedExchange): number | undefined {
    const { exchange, judgement } = judged
    const { request, primary, shadow } = exchange
    const id = uuidBytes(exchange.id)
    if (id === undefined) throw new Error(`an exchange id is a UUID, not ${exchange.id}`)
    const columns: readonly SqlValue[] = [
      id,
      exchange.requestId,
      requestHash(exchange.requestId),
      Math.floor(exchange.startedAt),
      runId,
      endpointId,
      exchange.source,
      exchange.route,
      request.method,
      pathOf(request.target),
      judgement.outcome,
      judgement.reason ?? null,
      statusOf(primary),
      statusOf(shadow),
      primary?.durationMs ?? null,
      shadow?.durationMs ?? null,
      shadow === undefined ? null : exchange.shadowWaitMs,
      judgement.differencesTotal,
    ]
    const preferred = preferredKey(exchange.startedAt, id)
    for (let key = preferred; key < preferred + KEY_TRIES; key++) {
      if (this.#insert.run(key, ...columns).changes === 1) return key
      if (this.#find.get(id) !== undefined) return undefined
    }
    const end = (Math.floor(exchange.startedAt) + KEY_OVERFLOW_MS) * KEYS_PER_MS
    const key = (this.#lastKeyBefore.get(end) ?? preferred) + 1
    if (this.#insert.run(key, ...columns).changes === 1) return key
    throw new Error(`no key is left for exchanges of ${new Date(exchange.startedAt).toISOString()}`)
  }
}

/** A row of `exchanges` with its run and endpoint by name. */
export interface SqlExchange {
  readonly key: number
  readonly id: Buffer
  readonly request_id: string
  readonly started_at: number
  readonly run: string
  readonly source: Source
  readonly route: string
  readonly method: string
  readonly path: string
  readonly endpoint: string
  readonly outcome: Outcome
  readonly reason: string | null
  readonly primary_status: number | null
  readonly shadow_status: number | null
  readonly primary_ms: number | null
  readonly shadow_ms: number | null
  readonly shadow_wait_ms: number | null
  readonly differences: number
}

// LEFT JOIN, so that no plan ever starts from the small tables.
const COLUMNS = `e.key, e.id, e.request_id, e.started_at, r.name AS run, e.source, e.route, e.method,
  e.path, n.name AS endpoint, e.outcome, e.reason, e.primary_status, e.shadow_status, e.primary_ms,
  e.shadow_ms, e.shadow_wait_ms, e.differences`
const NAMES = `LEFT JOIN runs r ON r.id = e.run_id LEFT JOIN endpoints n ON n.id = e.endpoint_id`

/** Exchanges that match, newest first. */
export function listExchanges(
  db: Database,
  filter: Filter,
  { cursor, limit }: PageRequest,
): Page<ExchangeRow> {
  const before = cursor === undefined ? NEWEST : decodeCursor('exchanges', ['number'], cursor)[0]
  const rows = selectExchanges(db, filter, Number(before), limit + 1)
  const items = rows.slice(0, limit)
  const last = items.at(-1)
  return {
    items: items.map(toExchangeRow),
    ...(rows.length > limit &&
      last !== undefined && { next: encodeCursor('exchanges', [last.key]) }),
  }
}

/** The row of one exchange by its id. */
export function findExchange(db: Database, id: string): SqlExchange | undefined {
  const bytes = uuidBytes(id)
  if (bytes === undefined) return undefined
  const [row] = rowsOf<SqlExchange>(
    db,
    `SELECT ${COLUMNS} FROM exchanges e ${NAMES} WHERE e.id = ?`,
    [bytes],
  )
  return row
}

/** Up to `limit` matching rows whose key is below `before`, newest first. */
export function selectExchanges(
  db: Database,
  filter: Filter,
  before: number,
  limit: number,
): readonly SqlExchange[] {
  const { status, divergence } = filter
  const base = conditionsOf(db, filter, before)
  if (base === undefined) return []
  if (divergence !== undefined) {
    // From the divergence's own index, because it may show in few of many exchanges.
    const where = ['d.divergence_key = (SELECT key FROM divergences WHERE id = ?)', ...base.where]
    const params = [divergence, ...base.params]
    if (status !== undefined) {
      where.push('? IN (e.primary_status, e.shadow_status)')
      params.push(status)
    }
    return rowsOf<SqlExchange>(
      db,
      `SELECT ${COLUMNS} FROM differences d CROSS JOIN exchanges e ON e.key = d.exchange_key ${NAMES}
       WHERE ${where.join(' AND ')} AND d.exchange_key < ?
       GROUP BY d.exchange_key ORDER BY d.exchange_key DESC LIMIT ?`,
      [...params, before, limit],
    )
  }
  if (status === undefined) return select(db, base, limit)
  // One ordered walk for each upstream: a single OR would sort everything it finds.
  const rest = status === 200 ? '' : ' AND e.$ <> 200'
  const sides = ['primary_status', 'shadow_status'].flatMap((column) =>
    select(
      db,
      {
        where: [...base.where, `e.${column} = ?${rest.replace('$', column)}`],
        params: [...base.params, status],
      },
      limit,
    ),
  )
  const byKey = new Map(sides.map((row) => [row.key, row]))
  return [...byKey.values()].sort((a, b) => b.key - a.key).slice(0, limit)
}

/** A row as people read it. */
export function toExchangeRow(row: SqlExchange): ExchangeRow {
  return {
    id: uuidText(row.id),
    requestId: row.request_id,
    time: new Date(row.started_at).toISOString(),
    run: row.run,
    source: row.source,
    route: row.route,
    method: row.method,
    path: row.path,
    endpoint: row.endpoint,
    outcome: row.outcome,
    ...(row.reason !== null && { reason: row.reason }),
    ...(row.primary_status !== null && { primaryStatus: row.primary_status }),
    ...(row.shadow_status !== null && { shadowStatus: row.shadow_status }),
    ...(row.primary_ms !== null && { primaryMs: row.primary_ms }),
    ...(row.shadow_ms !== null && { shadowMs: row.shadow_ms }),
    ...(row.shadow_wait_ms !== null && { shadowWaitMs: row.shadow_wait_ms }),
    differences: row.differences,
  }
}

interface Conditions {
  readonly where: readonly string[]
  readonly params: readonly SqlValue[]
}

function select(db: Database, { where, params }: Conditions, limit: number): SqlExchange[] {
  return rowsOf<SqlExchange>(
    db,
    `SELECT ${COLUMNS} FROM exchanges e ${NAMES} WHERE ${where.join(' AND ')}
     ORDER BY e.key DESC LIMIT ?`,
    [...params, limit],
  )
}

/** The filter as SQL but for status and divergence; `undefined` when nothing can match. */
function conditionsOf(db: Database, filter: Filter, before: number): Conditions | undefined {
  const where: string[] = []
  const params: SqlValue[] = []
  const add = (condition: string, ...values: SqlValue[]) => {
    where.push(condition)
    params.push(...values)
  }
  let first = 0
  let last = before - 1
  const runs = findRuns(db, filter.run)
  if (runs !== undefined) {
    if (runs.ids.length === 0) return undefined
    add(`e.run_id IN (${runs.ids.join(', ')})`)
    first = runs.firstKey
    last = Math.min(last, runs.lastKey)
  }
  if (filter.since !== undefined) {
    first = Math.max(first, filter.since * KEYS_PER_MS)
    add('e.started_at >= ?', filter.since)
  }
  if (filter.until !== undefined) {
    last = Math.min(last, (filter.until + KEY_OVERFLOW_MS) * KEYS_PER_MS)
    add('e.started_at < ?', filter.until)
  }
  if (first > last) return undefined
  add('e.key BETWEEN ? AND ?', first, last)
  if (filter.route !== undefined) add('e.route = ?', filter.route)
  if (filter.method !== undefined) add('e.method = ?', filter.method)
  if (filter.endpoint !== undefined) {
    add('e.endpoint_id = (SELECT id FROM endpoints WHERE name = ?)', filter.endpoint)
  }
  if (filter.outcome !== undefined) {
    add('e.outcome = ?', filter.outcome)
    // Said again, because only then may the index without matches be used.
    if (filter.outcome !== 'match') add("e.outcome <> 'match'")
  }
  if (filter.requestId !== undefined) {
    const { hash, condition, params: parts } = matchRequestId(filter.requestId)
    add(`e.request_hash = ? AND ${condition}`, hash, ...parts)
  }
  if (filter.q !== undefined) {
    const like = containing(filter.q)
    add("(e.path LIKE ? ESCAPE '\\' OR e.request_id LIKE ? ESCAPE '\\')", like, like)
  }
  const { kind, severity } = filter
  if (kind !== undefined || severity !== undefined) {
    const parts = ['d.exchange_key = e.key']
    if (severity !== undefined) parts.push(`d.severity = ${severityRank(severity)}`)
    if (kind !== undefined) parts.push('v.kind = ?')
    add(
      `e.differences > 0 AND EXISTS (SELECT 1 FROM differences d JOIN divergences v
         ON v.key = d.divergence_key WHERE ${parts.join(' AND ')})`,
      ...(kind === undefined ? [] : [kind]),
    )
  }
  return { where, params }
}

/** The path of a request target in any of its forms, without the query. */
function pathOf(target: string): string {
  const path = target.startsWith('/')
    ? target
    : target.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i, '')
  const end = path.indexOf('?')
  const withoutQuery = end < 0 ? path : path.slice(0, end)
  if (withoutQuery !== '') return withoutQuery
  return path === target ? target : '/'
}

function statusOf(observation: Observation | undefined): number | null {
  return observation?.kind === 'response' ? observation.status : null
}
