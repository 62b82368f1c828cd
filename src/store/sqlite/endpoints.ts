/** Endpoints with what was seen of them, from the aggregates alone. */

import { LatencySketch } from '../../core/latency-sketch.ts'
import type { EndpointRow, Filter, Page, PageRequest } from '../../core/report.ts'
import { decodeCursor, encodeCursor } from './cursor.ts'
import { containing, rowsOf, type Database, type SqlValue } from './database.ts'
import { MINUTE_MS } from './rollups.ts'
import { findRuns } from './runs.ts'

/** Minutes of a sparkline. */
const SPARKLINE_MINUTES = 30

interface Counts {
  readonly match: number
  readonly divergent: number
  readonly incomparable: number
  readonly unmirrored: number
}

interface SqlEndpoint extends Counts {
  readonly id: number
  readonly name: string
  readonly last_seen: number
}

interface SqlLatencies {
  readonly primary_latency: Buffer
  readonly shadow_latency: Buffer
}

/** Where the counts of a filter are: the run's totals, or the minutes of a window. */
interface CountSource {
  readonly table: 'endpoint_runs' | 'rollups'
  readonly lastSeen: string
  readonly where: readonly string[]
  readonly params: readonly SqlValue[]
  readonly runs: string | undefined
}

/** Endpoints that match, by name. */
export function listEndpoints(
  db: Database,
  filter: Filter,
  { cursor, limit }: PageRequest,
): Page<EndpointRow> {
  const [after] = cursor === undefined ? [''] : decodeCursor('endpoints', ['string'], cursor)
  const source = countSourceOf(db, filter)
  const where = ['n.name > ?', ...source.where]
  const params: SqlValue[] = [after ?? '', ...source.params]
  const add = (condition: string, value: SqlValue) => {
    where.push(condition)
    params.push(value)
  }
  if (filter.endpoint !== undefined) add('n.name = ?', filter.endpoint)
  if (filter.method !== undefined)
    add("substr(n.name, 1, instr(n.name, ' ') - 1) = ?", filter.method)
  if (filter.q !== undefined) add("n.name LIKE ? ESCAPE '\\'", containing(filter.q))
  const rows = rowsOf<SqlEndpoint>(
    db,
    `SELECT n.id, n.name, sum(c.match) AS match, sum(c.divergent) AS divergent,
       sum(c.incomparable) AS incomparable, sum(c.unmirrored) AS unmirrored,
       max(${source.lastSeen}) AS last_seen
     FROM endpoints n CROSS JOIN ${source.table} c ON c.endpoint_id = n.id
     WHERE ${where.join(' AND ')}
     GROUP BY n.name ORDER BY n.name LIMIT ?`,
    [...params, limit + 1],
  )
  const items = rows.slice(0, limit).map((row) => toEndpoint(db, source, row))
  const last = items.at(-1)
  return {
    items,
    ...(rows.length > limit &&
      last !== undefined && { next: encodeCursor('endpoints', [last.endpoint]) }),
  }
}

function countSourceOf(db: Database, filter: Filter): CountSource {
  const where: string[] = []
  const params: SqlValue[] = []
  const scope = findRuns(db, filter.run)
  const runs = scope?.ids.join(', ')
  if (runs !== undefined) where.push(`c.run_id IN (${runs})`)
  if (filter.since === undefined && filter.until === undefined) {
    return { table: 'endpoint_runs', lastSeen: 'c.last_seen', where, params, runs }
  }
  where.push('c.minute >= ?', 'c.minute < ?')
  params.push(
    Math.floor((filter.since ?? 0) / MINUTE_MS),
    Math.ceil((filter.until ?? Number.MAX_SAFE_INTEGER) / MINUTE_MS),
  )
  const lastSeen = `c.minute * ${MINUTE_MS}`
  return { table: 'rollups', lastSeen, where, params, runs }
}

function toEndpoint(db: Database, source: CountSource, row: SqlEndpoint): EndpointRow {
  const { match, divergent, incomparable, unmirrored } = row
  const compared = match + divergent
  const [primaryLatency, shadowLatency] = latenciesOf(db, source, row.id)
  return {
    endpoint: row.name,
    exchanges: compared + incomparable + unmirrored,
    match,
    divergent,
    incomparable,
    unmirrored,
    ...(compared > 0 && { divergenceRate: divergent / compared }),
    divergences: countDivergences(db, source, row.id),
    ...(primaryLatency !== undefined && { primaryLatency }),
    ...(shadowLatency !== undefined && { shadowLatency }),
    sparkline: sparklineOf(db, source, row.id),
    lastSeen: new Date(row.last_seen).toISOString(),
  }
}

function latenciesOf(db: Database, { table, where, params }: CountSource, endpointId: number) {
  const primary = new LatencySketch()
  const shadow = new LatencySketch()
  const stored = rowsOf<SqlLatencies>(
    db,
    `SELECT c.primary_latency, c.shadow_latency FROM ${table} c
     WHERE ${['c.endpoint_id = ?', ...where].join(' AND ')}`,
    [endpointId, ...params],
  )
  for (const { primary_latency, shadow_latency } of stored) {
    primary.merge(primary_latency)
    shadow.merge(shadow_latency)
  }
  return [primary.view(), shadow.view()] as const
}

function countDivergences(db: Database, { runs }: CountSource, endpointId: number): number {
  const inRun =
    runs === undefined
      ? ''
      : ` AND EXISTS (SELECT 1 FROM divergence_runs d WHERE d.divergence_key = v.key AND d.run_id IN (${runs}))`
  const [row] = rowsOf<{ n: number }>(
    db,
    `SELECT count(*) AS n FROM divergences v WHERE v.endpoint_id = ?${inRun}`,
    [endpointId],
  )
  return row?.n ?? 0
}

/** The newest minutes that had traffic, oldest first. */
function sparklineOf(db: Database, { runs }: CountSource, endpointId: number) {
  const inRun = runs === undefined ? '' : ` AND run_id IN (${runs})`
  return rowsOf<{ minute: number; exchanges: number; divergent: number }>(
    db,
    `SELECT minute, sum(match + divergent + incomparable + unmirrored) AS exchanges,
       sum(divergent) AS divergent
     FROM rollups WHERE endpoint_id = ?${inRun}
     GROUP BY minute ORDER BY minute DESC LIMIT ${SPARKLINE_MINUTES}`,
    [endpointId],
  )
    .reverse()
    .map(({ minute, exchanges, divergent }) => ({
      time: new Date(minute * MINUTE_MS).toISOString(),
      exchanges,
      divergent,
    }))
}
