/** Endpoints with what was seen of them, from the aggregates alone. */

import { LatencySketch } from '../../core/latency-sketch.ts'
import { RatioSketch } from '../../core/ratio-sketch.ts'
import type { Filter, Page, PageRequest } from '../../core/lists.ts'
import type { EndpointRow } from '../../core/run-report.ts'
import { middleRatio } from '../../core/statistics-ratios.ts'
import { wilsonInterval } from '../../core/statistics-wilson.ts'
import { decodeCursor, encodeCursor } from './cursor.ts'
import { containing, rowsOf, type Database, type SqlValue } from './database.ts'
import { ENDPOINT_ID } from './heirs.ts'
import { ENDPOINT_ROLLUPS, HOUR_MS, MINUTE_MS, type Unit } from './rollups.ts'
import { scopeOf, type Scope } from './scope.ts'
import { rangesOf, withDays, type Range } from './windows.ts'

/** Minutes of a sparkline. */
const SPARKLINE_MINUTES = 30

interface SqlTally {
  readonly match: number
  readonly divergent: number
  readonly incomparable: number
  readonly unmirrored: number
  readonly last_seen: number
  readonly primary_latency: Buffer
  readonly shadow_latency: Buffer
  readonly ratios: Buffer | null
}

interface SqlEndpoint {
  readonly id: number
  readonly name: string
  /** Up to before this day there are rollups by day. */
  readonly days_before: number
}

/** Rows of one table that together are what is asked for. */
interface CountSource {
  readonly table: 'endpoint_runs' | (typeof ENDPOINT_ROLLUPS)[Unit]['table']
  readonly hasRatios: boolean
  readonly lastSeen: string
  /** A condition on `c`. */
  readonly where: string
  readonly params: readonly SqlValue[]
}

/** Endpoints that match, by name. */
export function listEndpoints(
  db: Database,
  filter: Filter,
  { cursor, limit }: PageRequest,
): Page<EndpointRow> {
  const [after] = cursor === undefined ? [''] : decodeCursor('endpoints', ['string'], cursor)
  const scope = scopeOf(db, filter)
  const ranges = windowOf(db, filter)
  const sources = countSourcesOf(ranges, scope)
  if (sources.length === 0) return { items: [] }
  const where = ['n.name > ?']
  const params: SqlValue[] = [after ?? '']
  const add = (condition: string, ...values: SqlValue[]) => {
    where.push(condition)
    params.push(...values)
  }
  const { endpoint, method, q } = filter
  if (endpoint !== undefined) add(`n.id = ${ENDPOINT_ID}`, endpoint)
  if (method !== undefined) add("substr(n.name, 1, instr(n.name, ' ') - 1) = ?", method)
  if (q !== undefined) add("n.name LIKE ? ESCAPE '\\'", containing(q))
  const seen = sources.map(
    (source) => `EXISTS (SELECT 1 FROM ${source.table} c
      WHERE c.endpoint_id = n.id AND ${source.where})`,
  )
  add(`(${seen.join(' OR ')})`, ...sources.flatMap((source) => source.params))
  const rows = rowsOf<SqlEndpoint>(
    db,
    `SELECT n.id, n.name, n.days_before FROM endpoints n WHERE ${where.join(' AND ')} ORDER BY n.name LIMIT ?`,
    [...params, limit + 1],
  )
  const items = rows
    .slice(0, limit)
    .map((row) =>
      toEndpoint(
        db,
        filter,
        scope,
        countSourcesOf(ranges && withDays(ranges, row.days_before), scope),
        row,
      ),
    )
  const last = items.at(-1)
  return {
    items,
    ...(rows.length > limit &&
      last !== undefined && { next: encodeCursor('endpoints', [last.endpoint]) }),
  }
}

/** The ranges of rollups that are asked for; absent: whole runs. */
function windowOf(db: Database, { since, until }: Filter): readonly Range[] | undefined {
  if (since === undefined && until === undefined) return undefined
  return rangesOf(db, since, until)
}

/** The run's totals, or the rollups of a window. */
function countSourcesOf(
  ranges: readonly Range[] | undefined,
  scope: Scope,
): readonly CountSource[] {
  if (ranges === undefined) {
    const where = `TRUE ${scope('c')}`
    return [
      { table: 'endpoint_runs', hasRatios: false, lastSeen: 'c.last_seen', where, params: [] },
    ]
  }
  return ranges.map(({ unit, from, to }) => ({
    table: ENDPOINT_ROLLUPS[unit].table,
    hasRatios: unit !== 'minute',
    lastSeen: unit === 'day' ? LAST_HOUR : `c.${unit} * ${ENDPOINT_ROLLUPS[unit].ms}`,
    where: `c.${unit} >= ? AND c.${unit} < ? ${scope('c')}`,
    params: [from, to],
  }))
}

/** A day would say less than people want to know. */
const LAST_HOUR = `(SELECT h.hour FROM endpoint_hours h WHERE h.endpoint_id = c.endpoint_id
  AND h.hour < (c.day + 1) * 24 AND h.run_id = c.run_id AND h.source = c.source
  ORDER BY h.hour DESC LIMIT 1) * ${HOUR_MS}`

function toEndpoint(
  db: Database,
  filter: Filter,
  scope: Scope,
  sources: readonly CountSource[],
  { id, name: endpoint }: SqlEndpoint,
): EndpointRow {
  const counts = { match: 0, divergent: 0, incomparable: 0, unmirrored: 0 }
  const primary = new LatencySketch()
  const shadow = new LatencySketch()
  const ratios = new RatioSketch()
  let lastSeen = 0
  for (const tally of sources.flatMap((source) => talliesOf(db, source, id))) {
    counts.match += tally.match
    counts.divergent += tally.divergent
    counts.incomparable += tally.incomparable
    counts.unmirrored += tally.unmirrored
    primary.merge(tally.primary_latency)
    shadow.merge(tally.shadow_latency)
    if (tally.ratios !== null) ratios.merge(tally.ratios)
    lastSeen = Math.max(lastSeen, tally.last_seen)
  }
  const compared = counts.match + counts.divergent
  const interval = wilsonInterval(counts.divergent, compared)
  const ofPrimary = primary.view()
  const ofShadow = shadow.view()
  for (const encoded of moreRatios(db, filter, scope, sources, id)) ratios.merge(encoded)
  const ratio = middleRatio(ratios.counts())
  return {
    endpoint,
    exchanges: compared + counts.incomparable + counts.unmirrored,
    ...counts,
    ...(compared > 0 && {
      divergenceRate: counts.divergent / compared,
      divergenceRateLower: interval.lower,
      divergenceRateUpper: interval.upper,
    }),
    divergences: countDivergences(db, scope, id),
    ...(ofPrimary !== undefined && { primaryLatency: ofPrimary }),
    ...(ofShadow !== undefined && { shadowLatency: ofShadow }),
    ...(ratio !== undefined && { latencyRatio: ratio }),
    sparkline: sparklineOf(db, scope, id),
    lastSeen: new Date(lastSeen).toISOString(),
  }
}

function talliesOf(db: Database, source: CountSource, id: number): readonly SqlTally[] {
  return rowsOf<SqlTally>(
    db,
    `SELECT c.match, c.divergent, c.incomparable, c.unmirrored, c.primary_latency, c.shadow_latency,
       ${source.lastSeen} AS last_seen, ${source.hasRatios ? 'c.ratios' : 'NULL'} AS ratios
     FROM ${source.table} c WHERE c.endpoint_id = ? AND ${source.where}`,
    [id, ...source.params],
  )
}

/** Ratios where the counts bring none along: those of whole runs, or of the hours that a short window touches. */
function moreRatios(
  db: Database,
  { since = 0, until = Number.MAX_SAFE_INTEGER }: Filter,
  scope: Scope,
  sources: readonly CountSource[],
  id: number,
): readonly Buffer[] {
  if (sources.some(({ hasRatios }) => hasRatios)) return []
  const isWhole = sources.some(({ table }) => table === 'endpoint_runs')
  const rows = rowsOf<{ ratios: Buffer }>(
    db,
    `SELECT c.ratios FROM ${isWhole ? 'endpoint_evidence' : 'endpoint_hours'} c
     WHERE c.endpoint_id = ? ${isWhole ? '' : 'AND c.hour >= ? AND c.hour < ?'} ${scope('c')}`,
    isWhole ? [id] : [id, Math.floor(since / HOUR_MS), Math.ceil(until / HOUR_MS)],
  )
  return rows.map(({ ratios }) => ratios)
}

function countDivergences(db: Database, scope: Scope, id: number): number {
  const [row] = rowsOf<{ n: number }>(
    db,
    `SELECT count(*) AS n FROM divergences v WHERE v.endpoint_id = ?
       AND EXISTS (SELECT 1 FROM divergence_runs d WHERE d.divergence_key = v.key ${scope('d')})`,
    [id],
  )
  return row?.n ?? 0
}

/** The newest minutes that had traffic, oldest first. */
function sparklineOf(db: Database, scope: Scope, id: number) {
  return rowsOf<{ minute: number; exchanges: number; divergent: number }>(
    db,
    `SELECT c.minute, sum(c.match + c.divergent + c.incomparable + c.unmirrored) AS exchanges,
       sum(c.divergent) AS divergent
     FROM rollups c WHERE c.endpoint_id = ? ${scope('c')}
     GROUP BY c.minute ORDER BY c.minute DESC LIMIT ${SPARKLINE_MINUTES}`,
    [id],
  )
    .reverse()
    .map(({ minute, exchanges, divergent }) => ({
      time: new Date(minute * MINUTE_MS).toISOString(),
      exchanges,
      divergent,
    }))
}
