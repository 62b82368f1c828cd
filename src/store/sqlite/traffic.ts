/** Requests and latencies over time, from the rollups by minute or by hour. */

import { LatencySketch } from '../../core/latency-sketch.ts'
import type { Filter } from '../../core/lists.ts'
import type { TrafficPoint, TrafficView } from '../../core/run-report.ts'
import { rowsOf, type Database } from './database.ts'
import { HOUR_MS, MINUTE_MS } from './rollups.ts'
import { scopeOf, type Scope } from './scope.ts'
import { keptSince } from './windows.ts'

/** What a chart can be about. */
export type TrafficFilter = Pick<Filter, 'run' | 'source' | 'endpoint' | 'since' | 'until'>

const MAX_POINTS = 400
/** Minutes and hours that one point may be long; beyond the last one, any number of its kind. */
const MINUTE_STEPS = [1, 2, 5]
const HOUR_STEPS = [1, 2, 3, 6, 12, 24]

/** How a chart is cut: points of so many minutes or hours. */
interface Resolution {
  readonly unit: 'minute' | 'hour'
  readonly step: number
}

interface SqlTally {
  readonly unit: number
  readonly match: number
  readonly divergent: number
  readonly incomparable: number
  readonly unmirrored: number
  readonly primary_latency: Buffer
  readonly shadow_latency: Buffer
}

/** What came in a window, by default in all of the time that there is. */
export function readTraffic(db: Database, filter: TrafficFilter): TrafficView {
  const source = new TallySource(db, filter)
  const [first, last] = source.hours()
  const since = filter.since ?? first * HOUR_MS
  const until = filter.until ?? (last + 1) * HOUR_MS
  const resolution = resolutionOf(db, since, until)
  const { unit, step } = resolution
  const unitMs = unit === 'minute' ? MINUTE_MS : HOUR_MS
  const rows = source.rows(unit, Math.floor(since / unitMs), Math.ceil(until / unitMs))
  const points = new Map<number, SqlTally[]>()
  for (const row of rows) {
    const at = Math.floor(row.unit / step)
    const known = points.get(at)
    if (known === undefined) points.set(at, [row])
    else known.push(row)
  }
  const resolutionMs = step * unitMs
  return {
    resolutionMs,
    points: [...points]
      .sort(([a], [b]) => a - b)
      .map(([at, tallies]) => toPoint(at * resolutionMs, tallies)),
  }
}

function resolutionOf(db: Database, since: number, until: number): Resolution {
  const minutes = Math.max(1, (until - since) / MINUTE_MS)
  const fits = (unitMinutes: number) => (step: number) =>
    minutes / (step * unitMinutes) <= MAX_POINTS - 1
  if (Math.floor(since / MINUTE_MS) >= keptSince(db)) {
    const step = MINUTE_STEPS.find(fits(1))
    if (step !== undefined) return { unit: 'minute', step }
  }
  const hours = HOUR_MS / MINUTE_MS
  const step = HOUR_STEPS.find(fits(hours)) ?? Math.ceil(minutes / hours / (MAX_POINTS - 1))
  return { unit: 'hour', step }
}

/** The rows that a chart is about: of one endpoint, or of whole runs. */
class TallySource {
  readonly #db: Database
  readonly #scope: Scope
  readonly #endpoint: string | undefined

  constructor(db: Database, filter: TrafficFilter) {
    this.#db = db
    this.#scope = scopeOf(db, filter)
    this.#endpoint = filter.endpoint
  }

  /** The first and the last hour with a row; of nothing, the hour 0. */
  hours(): readonly [first: number, last: number] {
    const { from, params } = this.#from('hour')
    const [row] = rowsOf<{ first: number | null; last: number | null }>(
      this.#db,
      `SELECT min(c.hour) AS first, max(c.hour) AS last FROM ${from}`,
      params,
    )
    return [row?.first ?? 0, row?.last ?? 0]
  }

  rows(unit: Resolution['unit'], from: number, to: number): readonly SqlTally[] {
    const { from: table, params } = this.#from(unit)
    return rowsOf<SqlTally>(
      this.#db,
      `SELECT c.${unit} AS unit, c.match, c.divergent, c.incomparable, c.unmirrored,
         c.primary_latency, c.shadow_latency
       FROM ${table} AND c.${unit} >= ? AND c.${unit} < ?`,
      [...params, from, to],
    )
  }

  #from(unit: Resolution['unit']) {
    if (this.#endpoint === undefined) {
      const table = unit === 'minute' ? 'run_minutes' : 'run_hours'
      return {
        from: `runs r CROSS JOIN ${table} c WHERE c.run_id = r.id ${this.#scope('c')}`,
        params: [],
      }
    }
    const table = unit === 'minute' ? 'rollups' : 'endpoint_hours'
    return {
      from: `${table} c WHERE c.endpoint_id =
        (SELECT coalesce(heir_id, id) FROM endpoints WHERE name = ?) ${this.#scope('c')}`,
      params: [this.#endpoint],
    }
  }
}

function toPoint(time: number, tallies: readonly SqlTally[]): TrafficPoint {
  const primary = new LatencySketch()
  const shadow = new LatencySketch()
  const counts = { match: 0, divergent: 0, incomparable: 0, unmirrored: 0 }
  for (const tally of tallies) {
    counts.match += tally.match
    counts.divergent += tally.divergent
    counts.incomparable += tally.incomparable
    counts.unmirrored += tally.unmirrored
    primary.merge(tally.primary_latency)
    shadow.merge(tally.shadow_latency)
  }
  const ofPrimary = primary.view()
  const ofShadow = shadow.view()
  return {
    time: new Date(time).toISOString(),
    ...counts,
    ...(ofPrimary !== undefined && { primaryP50: ofPrimary.p50, primaryP95: ofPrimary.p95 }),
    ...(ofShadow !== undefined && { shadowP50: ofShadow.p50, shadowP95: ofShadow.p95 }),
  }
}
