/** Differences and the divergences they belong to, as they are written. */

import type { Statement } from 'better-sqlite3'
import { divergenceId } from '../../core/divergence.ts'
import type { Source } from '../../core/exchange.ts'
import type { Difference } from '../../core/judgement.ts'
import type { JudgedExchange } from '../../core/ports.ts'
import type { Database } from './database.ts'
import { severityRank } from './severity.ts'

/** One divergence in the transaction that is open. */
interface Gathered {
  readonly key: number
  readonly source: Source
  /** The worst of this transaction. */
  severity: number
  differences: number
  exchanges: number
  firstSeen: number
  lastSeen: number
  newest: Difference
}

/** The differences of one writer. */
export class DifferenceTable {
  readonly #upsertDivergence: Statement<[string, number, string, string, number], number>
  readonly #insert: Statement
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
    this.#addRun = db.prepare(
      `INSERT INTO divergence_runs (divergence_key, run_id, source, differences, exchanges, first_seen,
         last_seen, primary_value, shadow_value)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET
         differences = differences + excluded.differences, exchanges = exchanges + excluded.exchanges,
         first_seen = min(first_seen, excluded.first_seen), last_seen = max(last_seen, excluded.last_seen),
         primary_value = iif(excluded.last_seen >= last_seen, excluded.primary_value, primary_value),
         shadow_value = iif(excluded.last_seen >= last_seen, excluded.shadow_value, shadow_value)`,
    )
  }

  /** Forgets what a transaction that failed had gathered. */
  begin(): void {
    this.#gathered.clear()
  }

  /** Writes the differences of one exchange and gathers what they add to their divergences. */
  insert(key: number, endpointId: number, { exchange, endpoint, judgement }: JudgedExchange): void {
    const seen = new Set<Gathered>()
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
  }

  /** Writes what was gathered to this run. */
  flush(runId: number): void {
    for (const gathered of this.#gathered.values()) {
      const { key, source, differences, exchanges, firstSeen, lastSeen, newest } = gathered
      const values = [newest.primary ?? null, newest.shadow ?? null]
      this.#addRun.run(key, runId, source, differences, exchanges, firstSeen, lastSeen, ...values)
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
      firstSeen: startedAt,
      lastSeen: startedAt,
      newest: difference,
    }
    this.#gathered.set(place, gathered)
    return gathered
  }
}
