/**
 * Walks over exchanges, newest first, by any filter. What an index serves is found at once. What none
 * serves (a part of a path) is looked for in windows of rows, and after some time a step ends with what it
 * has and the place to go on: no question keeps the database busy for long.
 */

import type { Source } from '../../core/exchange.ts'
import type { Outcome } from '../../core/judgement.ts'
import type { Filter } from '../../core/lists.ts'
import { DIVERGENCE_KEY } from './aliases.ts'
import { containing, rowsOf, type Database, type SqlValue } from './database.ts'
import { endpointIds } from './heirs.ts'
import { KEY_OVERFLOW_MS, KEYS_PER_MS } from './keys.ts'
import { findRequestId } from './request-ids.ts'
import { findRuns } from './runs.ts'
import { severityRank } from './severity.ts'

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

/** What every question about exchanges selects. */
export const EXCHANGE_COLUMNS = `e.key, e.id, e.request_id, e.started_at, r.name AS run, e.source, e.route,
  e.method, e.path, n.name AS endpoint, e.outcome, e.reason, e.primary_status, e.shadow_status,
  e.primary_ms, e.shadow_ms, e.shadow_wait_ms, e.differences`
/** The names of run and endpoint; LEFT JOIN, so that no plan ever starts from the small tables. */
export const EXCHANGE_NAMES = `LEFT JOIN runs r ON r.id = e.run_id LEFT JOIN endpoints o ON o.id = e.endpoint_id
   LEFT JOIN endpoints n ON n.id = coalesce(o.heir_id, o.id)`

/** Matching rows, newest first, and the key below which to go on; without one, that was all. */
export interface ExchangeStep {
  readonly rows: readonly SqlExchange[]
  readonly next?: number
}

/** Rows looked at in the first window of a step, because most questions find soon, and at most in a later one. */
const FIRST_WINDOW = 1000
const LARGEST_WINDOW = 16_000
/** What a step takes, as far as its windows tell how long the next one will take. */
const BUDGET_MS = 15

/** Below this a time says nothing of the next one. */
const SHORTEST_MS = 0.1

interface Conditions {
  readonly where: readonly string[]
  readonly params: readonly SqlValue[]
}

/** Where a walk gets its keys from, in order, and what it must look at row by row. */
interface Walk {
  /** The table whose index gives the keys, the column with the key, and the joins to `e`. */
  readonly table: string
  readonly key: string
  readonly join: string
  readonly indexed: Conditions
  readonly scanned: Conditions
  readonly first: number
  readonly last: number
}

/** Up to `limit` matching rows whose key is below `before`; fewer, with `next`, when looking took too long. */
export function selectExchanges(
  db: Database,
  filter: Filter,
  before: number,
  limit: number,
  budgetMs = BUDGET_MS,
): ExchangeStep {
  const deadline = performance.now() + budgetMs
  const walk = walkOf(db, filter, before)
  if (walk === undefined) return { rows: [] }
  const [only, ...more] = alternativesOf(db, walk, filter)
  if (only === undefined) return { rows: [] }
  if (more.length === 0) return stepOf(db, only, limit, deadline)
  const sides = [only, ...more].map((side) => stepOf(db, side, limit, deadline))
  return merge(sides, limit)
}

/** Walks of their own that are made at most for one question. */
const MAX_ALTERNATIVES = 40

/**
 * The walks that together find what the filter asks for, each by its own index: a single OR would sort
 * everything it finds.
 */
function alternativesOf(db: Database, walk: Walk, filter: Filter): readonly Walk[] {
  const { status, endpoint, divergence } = filter
  const endpoints = endpoint === undefined ? [] : endpointIds(db, endpoint)
  if (endpoint !== undefined && endpoints.length === 0) return []
  let walks = [walk]
  if (endpoints.length === 1 || divergence !== undefined || endpoints.length > MAX_ALTERNATIVES) {
    const isOne = endpoints.length === 1 && divergence === undefined
    const condition = `e.endpoint_id ${isOne ? '= ?' : `IN (${endpoints.map(() => '?').join(', ')})`}`
    const kind = isOne ? 'indexed' : 'scanned'
    walks = walks.map((each) =>
      endpoints.length === 0 ? each : { ...each, [kind]: and(each[kind], condition, ...endpoints) },
    )
  } else if (endpoints.length > 1) {
    walks = endpoints.map((id) => ({
      ...walk,
      indexed: and(walk.indexed, 'e.endpoint_id = ?', id),
    }))
  }
  if (status === undefined) return walks
  if (status === 200 || divergence !== undefined) {
    const condition = '? IN (e.primary_status, e.shadow_status)'
    return walks.map((each) => ({ ...each, scanned: and(each.scanned, condition, status) }))
  }
  return walks.flatMap((each) =>
    ['e.primary_status', 'e.shadow_status'].map((column) => ({
      ...each,
      indexed: and(each.indexed, `${column} = ? AND ${column} <> 200`, status),
    })),
  )
}

function stepOf(db: Database, walk: Walk, limit: number, deadline: number): ExchangeStep {
  const { first, scanned } = walk
  if (scanned.where.length === 0) return cut(selectRows(db, walk, limit + 1), limit)
  const found: SqlExchange[] = []
  let { last } = walk
  let size = FIRST_WINDOW
  do {
    const began = performance.now()
    const start = startOfWindow(db, { ...walk, last }, size)
    const missing = limit + 1 - found.length
    found.push(...selectRows(db, { ...walk, first: start ?? first, last }, missing))
    if (found.length > limit || start === undefined) return cut(found, limit)
    last = start - 1
    const now = performance.now()
    const fitting = Math.floor((size * (deadline - now)) / Math.max(now - began, SHORTEST_MS))
    size = Math.min(size * 4, LARGEST_WINDOW, fitting)
  } while (size >= FIRST_WINDOW)
  return { rows: found, next: last + 1 }
}

/** The key with which a window of so many rows begins; `undefined` when fewer are left. */
function startOfWindow(db: Database, walk: Walk, size: number): number | undefined {
  const { table, key, indexed, first, last } = walk
  const where = [...indexed.where, `${key} BETWEEN ? AND ?`].join(' AND ')
  const [row] = rowsOf<{ key: number }>(
    db,
    `SELECT ${key} AS key FROM ${table} WHERE ${where} ORDER BY ${key} DESC LIMIT 1 OFFSET ?`,
    [...indexed.params, first, last, size - 1],
  )
  return row?.key
}

function selectRows(db: Database, walk: Walk, limit: number): readonly SqlExchange[] {
  const { table, key, join, indexed, scanned, first, last } = walk
  const where = [...indexed.where, ...scanned.where, `${key} BETWEEN ? AND ?`].join(' AND ')
  // A divergence may show several times in an exchange.
  const once = table === 'exchanges e' ? '' : `GROUP BY ${key}`
  return rowsOf<SqlExchange>(
    db,
    `SELECT ${EXCHANGE_COLUMNS} FROM ${table} ${join} ${EXCHANGE_NAMES}
     WHERE ${where} ${once} ORDER BY ${key} DESC LIMIT ?`,
    [...indexed.params, ...scanned.params, first, last, limit],
  )
}

function cut(found: readonly SqlExchange[], limit: number): ExchangeStep {
  const rows = found.slice(0, limit)
  const last = rows.at(-1)
  return found.length > limit && last !== undefined ? { rows, next: last.key } : { rows }
}

/** One step of two walks; only as far down as both have come. */
function merge(steps: readonly ExchangeStep[], limit: number): ExchangeStep {
  const bound = Math.max(0, ...steps.map(({ next = 0 }) => next))
  const byKey = new Map(steps.flatMap(({ rows }) => rows).map((row) => [row.key, row]))
  const found = [...byKey.values()].filter(({ key }) => key >= bound).sort((a, b) => b.key - a.key)
  const step = cut(found, limit)
  return step.next === undefined && bound > 0 ? { ...step, next: bound } : step
}

/** How to walk for this filter, but for its status and endpoint; `undefined` when nothing can match. */
function walkOf(db: Database, filter: Filter, before: number): Walk | undefined {
  let indexed: Conditions = { where: [], params: [] }
  let scanned: Conditions = { where: [], params: [] }
  let first = 0
  let last = before - 1
  const runs = findRuns(db, filter.run)
  if (runs !== undefined) {
    if (runs.ids.length === 0) return undefined
    scanned = and(scanned, `e.run_id IN (${runs.ids.join(', ')})`)
    first = runs.firstKey
    last = Math.min(last, runs.lastKey)
  }
  const { since, until, source, route, method, outcome, requestId, q, kind, severity } = filter
  if (since !== undefined) {
    first = Math.max(first, since * KEYS_PER_MS)
    scanned = and(scanned, 'e.started_at >= ?', since)
  }
  if (until !== undefined) {
    last = Math.min(last, (until + KEY_OVERFLOW_MS) * KEYS_PER_MS)
    scanned = and(scanned, 'e.started_at < ?', until)
  }
  if (first > last) return undefined
  if (source !== undefined) scanned = and(scanned, 'e.source = ?', source)
  if (route !== undefined) scanned = and(scanned, 'e.route = ?', route)
  if (method !== undefined) scanned = and(scanned, 'e.method = ?', method)
  if (outcome !== undefined) {
    indexed = and(indexed, 'e.outcome = ?', outcome)
    // Said again, because only then may the index without matches be used.
    if (outcome !== 'match') indexed = and(indexed, "e.outcome <> 'match'")
  }
  if (requestId !== undefined) {
    const { keys, condition, params } = findRequestId(db, requestId)
    if (keys === undefined) {
      scanned = and(scanned, condition, ...params)
    } else {
      // Whatever index serves the rest of the question, it needs to be read only between these.
      first = Math.max(first, Math.min(...keys))
      last = Math.min(last, Math.max(...keys))
      if (first > last) return undefined
      const list = JSON.stringify(keys)
      indexed = and(indexed, 'e.key IN (SELECT value FROM json_each(?))', list)
    }
  }
  if (q !== undefined) {
    const like = containing(q)
    const condition = "(e.path LIKE ? ESCAPE '\\' OR e.request_id LIKE ? ESCAPE '\\')"
    scanned = and(scanned, condition, like, like)
  }
  if (kind !== undefined || severity !== undefined) {
    indexed = and(indexed, 'e.differences > 0')
    const parts = ['d.exchange_key = e.key']
    if (severity !== undefined) parts.push(`d.severity = ${severityRank(severity)}`)
    if (kind !== undefined) {
      const [known] = rowsOf(db, 'SELECT 1 FROM divergences WHERE kind = ? LIMIT 1', [kind])
      if (known === undefined) return undefined
      parts.push('v.kind = ?')
    }
    const condition = `EXISTS (SELECT 1 FROM differences d JOIN divergences v
      ON v.key = d.divergence_key WHERE ${parts.join(' AND ')})`
    scanned = and(scanned, condition, ...(kind === undefined ? [] : [kind]))
  }
  if (filter.divergence === undefined) {
    return { table: 'exchanges e', key: 'e.key', join: '', indexed, scanned, first, last }
  }
  // From the divergence's own index, because it may show in few of many exchanges.
  return {
    table: 'differences d',
    key: 'd.exchange_key',
    join: 'CROSS JOIN exchanges e ON e.key = d.exchange_key',
    indexed: and(
      { where: [], params: [] },
      `d.divergence_key = ${DIVERGENCE_KEY}`,
      ...[filter.divergence, filter.divergence],
    ),
    scanned: {
      where: [...indexed.where, ...scanned.where],
      params: [...indexed.params, ...scanned.params],
    },
    first,
    last,
  }
}

function and({ where, params }: Conditions, condition: string, ...values: SqlValue[]): Conditions {
  return { where: [...where, condition], params: [...params, ...values] }
}
