/**
 * Differences that an exchange shows no more: taken out of the totals of their divergences. A divergence that
 * nothing shows any more has no totals and is in no list, but stays with what people said of it.
 */

import { isMeasured } from '../../core/control-measure.ts'
import type { Observation, Source } from '../../core/exchange.ts'
import type { Difference } from '../../core/judgement.ts'
import { statusOfAnswer } from '../../core/verdict-evidence.ts'
import { execute, rowsOf, type Database } from './database.ts'
import { KEYS_PER_MS } from './keys.ts'
import type { StoredExchange } from './stored-exchange.ts'
import { Trend } from './trend.ts'

type Place = Pick<Difference, 'kind' | 'pattern'>

/** What goes from one divergence. */
interface Gathered {
  readonly divergence: number
  readonly runId: number
  readonly source: Source
  differences: number
  exchanges: number
  contents: number
  measured: number
  readonly times: number[]
}

/** The removals of one transaction, gathered in memory. */
export class DifferenceRemovals {
  readonly #db: Database
  readonly #gathered = new Map<string, Gathered>()

  constructor(db: Database) {
    this.#db = db
  }

  /** Forgets what a transaction that failed had gathered. */
  begin(): void {
    this.#gathered.clear()
  }

  /** Removes the rows of an exchange and gathers what they were counted in. */
  remove({ key, runId, judged }: StoredExchange): void {
    const { source, startedAt, primary, shadow } = judged.exchange
    const isContent = isAnsweredBelow500(primary) && isAnsweredBelow500(shadow)
    const rows = rowsOf<Place & { divergence: number; n: number }>(
      this.#db,
      `SELECT d.divergence_key AS divergence, count(*) AS n, v.kind, v.location AS pattern
       FROM differences d JOIN divergences v ON v.key = d.divergence_key
       WHERE d.exchange_key = ? GROUP BY d.divergence_key`,
      [key],
    )
    for (const { divergence, n, ...place } of rows) {
      const gathered = this.#gather(divergence, runId, source)
      gathered.differences += n
      gathered.exchanges++
      gathered.times.push(startedAt)
      if (isContent) gathered.contents++
      if (isMeasured(judged.judgement, place)) gathered.measured++
    }
    if (rows.length > 0) {
      execute(this.#db, 'DELETE FROM differences WHERE exchange_key = ?', [key])
    }
  }

  /** Writes what was gathered, after what was added instead. */
  flush(): void {
    for (const gathered of this.#gathered.values()) this.#flushOne(gathered)
    this.begin()
  }

  #flushOne({ divergence, runId, source, ...gone }: Gathered): void {
    const db = this.#db
    const place = [divergence, runId, source] as const
    const where = 'divergence_key = ? AND run_id = ? AND source = ?'
    const [row] = rowsOf<{ exchanges: number; first_seen: number; trend: Buffer | null }>(
      db,
      `SELECT exchanges, first_seen, trend FROM divergence_runs WHERE ${where}`,
      place,
    )
    if (row === undefined) return
    if (row.exchanges <= gone.exchanges) {
      execute(db, `DELETE FROM divergence_runs WHERE ${where}`, place)
      return
    }
    const trend = new Trend()
    trend.merge(row.trend ?? Buffer.of())
    for (const time of gone.times) trend.add(time, -1)
    execute(
      db,
      `UPDATE divergence_runs SET differences = differences - ?, exchanges = exchanges - ?,
         content_exchanges = content_exchanges - ?, measured_exchanges = measured_exchanges - ?,
         trend = ? WHERE ${where}`,
      [gone.differences, gone.exchanges, gone.contents, gone.measured, trend.encode(), ...place],
    )
    this.#settle(place, row.first_seen)
  }

  /** What a divergence shows of its newest and oldest exchange, from those that are left. */
  #settle(place: readonly [number, number, Source], firstSeen: number): void {
    const db = this.#db
    const end = (order: 'ASC' | 'DESC') =>
      rowsOf<{ started_at: number; primary_value: string | null; shadow_value: string | null }>(
        db,
        `SELECT e.started_at, d.primary_value, d.shadow_value
         FROM runs r CROSS JOIN differences d CROSS JOIN exchanges e ON e.key = d.exchange_key
         WHERE d.divergence_key = ? AND r.id = ? AND e.run_id = r.id AND e.source = ?
           AND d.exchange_key BETWEEN r.first_key AND r.last_key
         ORDER BY d.exchange_key ${order}, d.n LIMIT 1`,
        place,
      )[0]
    const newest = end('DESC')
    if (newest === undefined) return
    const [oldestKey] = rowsOf<{ key: number }>(db, 'SELECT min(key) AS key FROM exchanges', [])
    // What was pruned is older than all that is left, and was seen all the same.
    const isPruned = firstSeen * KEYS_PER_MS < (oldestKey?.key ?? 0) - KEYS_PER_MS
    const first = isPruned ? firstSeen : (end('ASC')?.started_at ?? firstSeen)
    execute(
      db,
      `UPDATE divergence_runs SET first_seen = ?, last_seen = ?, primary_value = ?, shadow_value = ?
       WHERE divergence_key = ? AND run_id = ? AND source = ?`,
      [first, newest.started_at, newest.primary_value, newest.shadow_value, ...place],
    )
  }

  #gather(divergence: number, runId: number, source: Source): Gathered {
    const key = `${divergence} ${runId} ${source}`
    const known = this.#gathered.get(key)
    if (known !== undefined) return known
    const gathered: Gathered = {
      ...{ divergence, runId, source },
      ...{ differences: 0, exchanges: 0, contents: 0, measured: 0, times: [] },
    }
    this.#gathered.set(key, gathered)
    return gathered
  }
}

function isAnsweredBelow500(observation: Observation | undefined): boolean {
  const status = statusOfAnswer(observation)
  return status !== undefined && status < 500
}
