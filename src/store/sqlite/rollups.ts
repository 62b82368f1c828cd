/**
 * What lists and charts add up: counts, reasons and latencies by endpoint, run and source, of the whole run, by
 * hour and by minute, and of all endpoints together. A transaction gathers them in memory by minute and adds each
 * touched row once. Days are added up from hours when they are over (see fold-days.ts), so that only what comes
 * for a day that is over pays for them here.
 */

import type { Statement } from 'better-sqlite3'
import type { Exchange, Source } from '../../core/exchange.ts'
import type { Judgement, Outcome } from '../../core/judgement.ts'
import { latencyBin } from '../../core/latency-sketch.ts'
import type { Database } from './database.ts'
import { histogramWith, pairBinsOf } from './durations.ts'

/** Milliseconds of the finest rollups. */
export const MINUTE_MS = 60_000
/** Milliseconds of the rollups that longer windows are read from. */
export const HOUR_MS = 3_600_000

/** The rollups of one endpoint, finest first; the table's column has the name of the unit. */
export const ENDPOINT_ROLLUPS = {
  minute: { table: 'rollups', ms: MINUTE_MS },
  hour: { table: 'endpoint_hours', ms: HOUR_MS },
  day: { table: 'endpoint_days', ms: 24 * HOUR_MS },
} as const

/** How long the time of one rollup is. */
export type Unit = keyof typeof ENDPOINT_ROLLUPS

/** Counts and durations, as far as the transaction that is open has them. */
interface Tally {
  readonly outcomes: Record<Outcome, number>
  firstSeen: number
  lastSeen: number
  /** Bins of durations, and of their ratios. */
  readonly primary: number[]
  readonly shadow: number[]
  readonly ratios: number[]
}

/** One endpoint's part of one minute. */
interface Gathered extends Tally {
  readonly endpointId: number
  readonly source: Source
  readonly minute: number
}

interface Reason {
  readonly endpointId: number
  readonly source: Source
  readonly outcome: Outcome
  readonly reason: string
  exchanges: number
}

/** The aggregates of one writer. */
export class RollupTable {
  readonly #ofRun: TallyTable
  readonly #ofMinute: TallyTable
  readonly #ofHour: TallyTable
  readonly #ofDay: TallyTable
  readonly #ofRunMinute: TallyTable
  readonly #ofRunHour: TallyTable
  readonly #addReason: Statement
  readonly #lastFolded: Statement<[], number | null>
  readonly #foldedOf: Statement<[number], number>
  readonly #gathered = new Map<string, Gathered>()
  readonly #reasons = new Map<string, Reason>()

  constructor(db: Database) {
    this.#ofRun = new TallyTable(db, 'endpoint_runs', ['endpoint_id', 'run_id', 'source'], 'seen')
    const by = (unit: Unit) => ['endpoint_id', unit, 'run_id', 'source']
    this.#ofMinute = new TallyTable(db, 'rollups', by('minute'))
    this.#ofHour = new TallyTable(db, 'endpoint_hours', by('hour'), 'ratios')
    this.#ofDay = new TallyTable(db, 'endpoint_days', by('day'), 'ratios')
    this.#ofRunMinute = new TallyTable(db, 'run_minutes', ['run_id', 'minute', 'source'])
    this.#ofRunHour = new TallyTable(db, 'run_hours', ['run_id', 'hour', 'source'])
    this.#addReason = db.prepare(
      `INSERT INTO endpoint_reasons (endpoint_id, run_id, source, outcome, reason, exchanges)
       VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET exchanges = exchanges + excluded.exchanges`,
    )
    this.#lastFolded = db
      .prepare<[], number | null>('SELECT max(days_before) FROM endpoints WHERE heir_id IS NULL')
      .pluck()
    this.#foldedOf = db
      .prepare<[number], number>('SELECT days_before FROM endpoints WHERE id = ?')
      .pluck()
  }

  /** Forgets what a transaction that failed had gathered. */
  begin(): void {
    this.#gathered.clear()
    this.#reasons.clear()
  }

  /** Gathers one exchange. */
  add(endpointId: number, exchange: Exchange, { outcome, reason }: Judgement): void {
    const { source, startedAt, primary, shadow } = exchange
    const gathered = this.#gather(endpointId, source, Math.floor(startedAt / MINUTE_MS))
    gathered.outcomes[outcome]++
    gathered.firstSeen = Math.min(gathered.firstSeen, startedAt)
    gathered.lastSeen = Math.max(gathered.lastSeen, startedAt)
    if (primary?.kind === 'response') gathered.primary.push(latencyBin(primary.durationMs))
    if (shadow?.kind === 'response') gathered.shadow.push(latencyBin(shadow.durationMs))
    const pair = pairBinsOf(exchange)
    if (pair !== undefined) gathered.ratios.push(pair.ratio)
    if (reason === undefined) return
    const key = `${endpointId} ${source} ${outcome} ${reason}`
    const known = this.#reasons.get(key)
    if (known !== undefined) known.exchanges++
    else this.#reasons.set(key, { endpointId, source, outcome, reason, exchanges: 1 })
  }

  /** Writes what was gathered to this run. */
  flush(runId: number): void {
    const lastFolded = this.#lastFolded.get() ?? 0
    for (const gathered of this.#gathered.values()) {
      const { endpointId, source, minute } = gathered
      const hour = Math.floor(minute / 60)
      const day = Math.floor(hour / 24)
      this.#ofMinute.add([endpointId, minute, runId, source], gathered)
      this.#ofHour.add([endpointId, hour, runId, source], gathered)
      this.#ofRun.add([endpointId, runId, source], gathered)
      this.#ofRunMinute.add([runId, minute, source], gathered)
      this.#ofRunHour.add([runId, hour, source], gathered)
      if (day < lastFolded && day < (this.#foldedOf.get(endpointId) ?? 0)) {
        this.#ofDay.add([endpointId, day, runId, source], gathered)
      }
    }
    for (const table of [this.#ofMinute, this.#ofHour, this.#ofDay, this.#ofRun]) table.flush()
    for (const table of [this.#ofRunMinute, this.#ofRunHour]) table.flush()
    for (const { endpointId, source, outcome, reason, exchanges } of this.#reasons.values()) {
      this.#addReason.run(endpointId, runId, source, outcome, reason, exchanges)
    }
    this.begin()
  }

  #gather(endpointId: number, source: Source, minute: number): Gathered {
    const key = `${endpointId} ${minute} ${source}`
    const known = this.#gathered.get(key)
    if (known !== undefined) return known
    const gathered: Gathered = { endpointId, source, minute, ...createTally() }
    this.#gathered.set(key, gathered)
    return gathered
  }
}

type Place = readonly (string | number)[]

interface StoredSketches {
  readonly primary_latency: Buffer
  readonly shadow_latency: Buffer
  readonly ratios?: Buffer
}

/** One table of counts and latencies; some have when they were first and last added to, or ratios of durations. */
class TallyTable {
  readonly #find: Statement<(string | number)[], StoredSketches>
  readonly #add: Statement
  readonly #more: 'seen' | 'ratios' | undefined
  readonly #tallies = new Map<string, { readonly place: Place; readonly tally: Tally }>()

  constructor(db: Database, table: string, key: readonly string[], more?: 'seen' | 'ratios') {
    this.#more = more
    const where = key.map((column) => `${column} = ?`).join(' AND ')
    const sketches = ['primary_latency', 'shadow_latency', ...(more === 'ratios' ? ['ratios'] : [])]
    this.#find = db.prepare(`SELECT ${sketches.join(', ')} FROM ${table} WHERE ${where}`)
    const counts = ['match', 'divergent', 'incomparable', 'unmirrored']
    const columns = [
      ...[...key, ...counts, ...sketches],
      ...(more === 'seen' ? ['first_seen', 'last_seen'] : []),
    ]
    const updates = [
      ...counts.map((column) => `${column} = ${column} + excluded.${column}`),
      ...sketches.map((column) => `${column} = excluded.${column}`),
      ...(more === 'seen'
        ? [
            'first_seen = min(first_seen, excluded.first_seen)',
            'last_seen = max(last_seen, excluded.last_seen)',
          ]
        : []),
    ]
    this.#add = db.prepare(
      `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})
       ON CONFLICT DO UPDATE SET ${updates.join(', ')}`,
    )
  }

  /** Gathers what is added to a row. */
  add(place: Place, tally: Tally): void {
    const key = place.join(' ')
    const known = this.#tallies.get(key)
    if (known === undefined)
      this.#tallies.set(key, { place, tally: addTally(createTally(), tally) })
    else addTally(known.tally, tally)
  }

  /** Writes what was gathered. */
  flush(): void {
    for (const { place, tally } of this.#tallies.values()) {
      const { match, divergent, incomparable, unmirrored } = tally.outcomes
      const stored = this.#find.get(...place)
      this.#add.run(
        ...place,
        ...[match, divergent, incomparable, unmirrored],
        histogramWith(tally.primary, stored?.primary_latency),
        histogramWith(tally.shadow, stored?.shadow_latency),
        ...(this.#more === 'ratios' ? [histogramWith(tally.ratios, stored?.ratios)] : []),
        ...(this.#more === 'seen' ? [tally.firstSeen, tally.lastSeen] : []),
      )
    }
    this.#tallies.clear()
  }
}

function createTally(): Tally {
  return {
    outcomes: { match: 0, divergent: 0, incomparable: 0, unmirrored: 0 },
    firstSeen: Infinity,
    lastSeen: -Infinity,
    primary: [],
    shadow: [],
    ratios: [],
  }
}

function addTally(
  to: Tally,
  { outcomes, firstSeen, lastSeen, primary, shadow, ratios }: Tally,
): Tally {
  to.outcomes.match += outcomes.match
  to.outcomes.divergent += outcomes.divergent
  to.outcomes.incomparable += outcomes.incomparable
  to.outcomes.unmirrored += outcomes.unmirrored
  to.firstSeen = Math.min(to.firstSeen, firstSeen)
  to.lastSeen = Math.max(to.lastSeen, lastSeen)
  for (const bin of primary) to.primary.push(bin)
  for (const bin of shadow) to.shadow.push(bin)
  for (const bin of ratios) to.ratios.push(bin)
  return to
}
