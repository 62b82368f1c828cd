/** Differences and the divergences they belong to, as they are written. */

import type { Statement } from 'better-sqlite3'
import { isMeasured } from '../../core/control-measure.ts'
import { divergenceId } from '../../core/divergence.ts'
import type { Observation, Source } from '../../core/exchange.ts'
import type { Difference } from '../../core/judgement.ts'
import type { JudgedExchange } from '../../core/ports.ts'
import { statusOfAnswer } from '../../core/verdict-evidence.ts'
import type { Database } from './database.ts'
import { severityRank } from './severity.ts'
import { Trend } from './trend.ts'

/** One divergence in the transaction that is open. */
interface Gathered {
  readonly key: number
  readonly source: Source
  /** The worst of this transaction. */
  severity: number
  differences: number
  exchanges: number
  /** Of these, the ones that both upstreams answered below 500. */
  contents: number
  /** Of these, the ones that control measured. */
  measured: number
  readonly times: number[]
  firstSeen: number
  lastSeen: number
  newest: Difference
}

/** The differences of one writer. */
export class DifferenceTable {
  readonly #upsertDivergence: Statement<[string, number, string, string, number], number>
  readonly #insert: Statement
  readonly #findTrend: Statement<[number, number, Source], Buffer | null>
  readonly #addRun: Statement
  readonly #reopen: Statement<[number, number]>
  readonly #gathered = new Map<string, Gathered>()

  constructor(db: Database) {
    // An update that changes nothing still returns the row, which DO NOTHING would not.
    this.#upsertDivergence = db
      .prepare<[string, number, string, string, number], number>(
        `INSERT INTO divergences (id, endpoint_id, kind, location, severity) VALUES (?, ?, ?, ?, ?)
         ON CONFLICT (id) DO UPDATE SET severity = min(severity, excluded.severity)
         RETURNING key`,
      )
      .pluck()
    this.#insert = db.prepare(
      `INSERT INTO differences
         (exchange_key, n, divergence_key, severity, location, primary_value, shadow_value)
       VALUES (?, ?, ?, ?, ?, ?, ?)`,
    )
    this.#reopen = db.prepare(
      "UPDATE divergences SET state = 'open' WHERE key = ? AND state = 'fixed' AND state_at < ?",
    )
    this.#findTrend = db
      .prepare<[number, number, Source], Buffer | null>(
        'SELECT trend FROM divergence_runs WHERE divergence_key = ? AND run_id = ? AND source = ?',
      )
      .pluck()
    this.#addRun = db.prepare(
      `INSERT INTO divergence_runs (divergence_key, run_id, source, differences, exchanges, first_seen,
         last_seen, primary_value, shadow_value, content_exchanges, measured_exchanges, trend)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET
         differences = differences + excluded.differences, exchanges = exchanges + excluded.exchanges,
         content_exchanges = content_exchanges + excluded.content_exchanges,
         measured_exchanges = measured_exchanges + excluded.measured_exchanges, trend = excluded.trend,
         first_seen = min(first_seen, excluded.first_seen), last_seen = max(last_seen, excluded.last_seen),
         primary_value = iif(excluded.last_seen >= last_seen, excluded.primary_value, primary_value),
         shadow_value = iif(excluded.last_seen >= last_seen, excluded.shadow_value, shadow_value)`,
    )
  }

  /** Forgets what a transaction that failed had gathered. */
  begin(): void {
    this.#gathered.clear()
  }

  /** Writes the differences of one exchange and gathers what they add to their divergences, whose keys it tells. */
  insert(
    key: number,
    endpointId: number,
    { exchange, endpoint, judgement }: JudgedExchange,
  ): readonly number[] {
    const seen = new Set<Gathered>()
    const isContent = isAnsweredBelow500(exchange.primary) && isAnsweredBelow500(exchange.shadow)
    for (const [n, difference] of judgement.differences.entries()) {
      const gathered = this.#gather(
        endpointId,
        endpoint,
        exchange.source,
        exchange.startedAt,
        difference,
      )
      gathered.differences++
      if (!seen.has(gathered)) {
        seen.add(gathered)
        gathered.exchanges++
        gathered.times.push(exchange.startedAt)
        if (isContent) gathered.contents++
        if (isMeasured(judgement, difference)) gathered.measured++
        gathered.firstSeen = Math.min(gathered.firstSeen, exchange.startedAt)
        if (exchange.startedAt >= gathered.lastSeen) {
          gathered.lastSeen = exchange.startedAt
          gathered.newest = difference
        }
      }
      this.#insert.run(
        key,
        n,
        gathered.key,
        severityRank(difference.severity),
        difference.location === difference.pattern ? null : difference.location,
        difference.primary ?? null,
        difference.shadow ?? null,
      )
    }
    return [...seen].map(({ key: divergence }) => divergence)
  }

  /** Writes what was gathered to this run. */
  flush(runId: number): void {
    for (const gathered of this.#gathered.values()) {
      const { key, source, differences, exchanges, firstSeen, lastSeen, newest } = gathered
      const { contents, measured, times } = gathered
      const trend = new Trend()
      trend.merge(this.#findTrend.get(key, runId, source) ?? Buffer.of())
      for (const time of times) trend.add(time)
      const seen = [differences, exchanges, firstSeen, lastSeen]
      const values = [newest.primary ?? null, newest.shadow ?? null]
      this.#addRun.run(key, runId, source, ...seen, ...values, contents, measured, trend.encode())
      this.#reopen.run(key, lastSeen)
    }
    this.begin()
  }

  #gather(
    endpointId: number,
    endpoint: string,
    source: Source,
    startedAt: number,
    difference: Difference,
  ): Gathered {
    const { kind, pattern } = difference
    const severity = severityRank(difference.severity)
    const place = `${source} ${endpointId} ${kind} ${pattern}`
    const known = this.#gathered.get(place)
    if (known !== undefined && known.severity <= severity) return known
    const id = divergenceId(endpoint, kind, pattern)
    const key = this.#upsertDivergence.get(id, endpointId, kind, pattern, severity) ?? 0
    if (known !== undefined) {
      known.severity = severity
      return known
    }
    const gathered: Gathered = {
      key,
      source,
      severity,
      differences: 0,
      exchanges: 0,
      contents: 0,
      measured: 0,
      times: [],
      firstSeen: startedAt,
      lastSeen: startedAt,
      newest: difference,
    }
    this.#gathered.set(place, gathered)
    return gathered
  }
}

function isAnsweredBelow500(observation: Observation | undefined): boolean {
  const status = statusOfAnswer(observation)
  return status !== undefined && status < 500
}
