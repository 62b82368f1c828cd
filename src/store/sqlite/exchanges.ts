/** The narrow rows of exchanges: written one by one, listed and found. */

import type { Statement } from 'better-sqlite3'
import type { Observation } from '../../core/exchange.ts'
import type { JudgedExchange } from '../../core/ports.ts'
import type { ExchangeRow } from '../../core/exchange-report.ts'
import type { Filter, Page, PageRequest } from '../../core/lists.ts'
import { decodeCursor, encodeCursor } from './cursor.ts'
import { rowsOf, type Database, type SqlValue } from './database.ts'
import {
  EXCHANGE_COLUMNS,
  EXCHANGE_NAMES,
  selectExchanges,
  type SqlExchange,
} from './exchange-walk.ts'
import { KEY_OVERFLOW_MS, KEYS_PER_MS, NEWEST, preferredKey, uuidBytes, uuidText } from './keys.ts'
import { RequestIdTable } from './request-ids.ts'

/** Neighbouring keys tried before the next free one is looked up. */
const KEY_TRIES = 8

/** The exchanges of one writer. */
export class ExchangeTable {
  readonly #insert: Statement
  readonly #requestIds: RequestIdTable
  readonly #find: Statement<[Buffer], number>
  readonly #lastKeyBefore: Statement<[number], number>

  constructor(db: Database) {
    this.#requestIds = new RequestIdTable(db)
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
      this.#requestIds.add(exchange.requestId),
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

/** Exchanges that match, newest first. */
export function listExchanges(
  db: Database,
  filter: Filter,
  { cursor, limit }: PageRequest,
): Page<ExchangeRow> {
  const before = cursor === undefined ? NEWEST : decodeCursor('exchanges', ['number'], cursor)[0]
  const { rows, next } = selectExchanges(db, filter, Number(before), limit)
  return {
    items: rows.map(toExchangeRow),
    ...(next !== undefined && { next: encodeCursor('exchanges', [next]) }),
  }
}

/** The row of one exchange by its id. */
export function findExchange(db: Database, id: string): SqlExchange | undefined {
  const bytes = uuidBytes(id)
  if (bytes === undefined) return undefined
  const sql = `SELECT ${EXCHANGE_COLUMNS} FROM exchanges e ${EXCHANGE_NAMES} WHERE e.id = ?`
  return rowsOf<SqlExchange>(db, sql, [bytes])[0]
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
