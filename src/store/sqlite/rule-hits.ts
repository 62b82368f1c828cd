/**
 * What each rule hides, counted as exchanges are written, and how many were compared meanwhile: a rule that
 * hides nothing among many is idle. A transaction gathers in memory and adds each touched row once.
 */

import type { Statement } from 'better-sqlite3'
import type { Judgement } from '../../core/judgement.ts'
import type { RuleHits } from '../../core/ports.ts'
import { rowsOf, type Database } from './database.ts'
import { MINUTE_MS } from './rollups.ts'

interface Gathered {
  hidden: number
  exchanges: number
  lastHit: number
}

/** What a judgement must tell to be counted. */
export type Hits = Pick<Judgement, 'outcome' | 'suppressed'>

/** The hits of one writer. */
export class RuleHitTable {
  readonly #add: Statement<[string, number, number, number]>
  readonly #remove: Statement<[string]>
  readonly #addMinute: Statement<[number, number]>
  readonly #hits = new Map<string, Gathered>()
  readonly #minutes = new Map<number, number>()

  constructor(db: Database) {
    this.#add = db.prepare(
      `INSERT INTO rule_hits (rule_id, hidden, exchanges, last_hit) VALUES (?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET hidden = hidden + excluded.hidden,
         exchanges = exchanges + excluded.exchanges, last_hit = max(last_hit, excluded.last_hit)`,
    )
    this.#remove = db.prepare('DELETE FROM rule_hits WHERE rule_id = ? AND exchanges <= 0')
    this.#addMinute = db.prepare(
      `INSERT INTO compared_minutes (minute, exchanges) VALUES (?, ?)
       ON CONFLICT DO UPDATE SET exchanges = exchanges + excluded.exchanges`,
    )
  }

  /** Forgets what a transaction that failed had gathered. */
  begin(): void {
    this.#hits.clear()
    this.#minutes.clear()
  }

  /** Gathers one exchange; `sign` is -1 to take back what was gathered of it before. */
  add(startedAt: number, { outcome, suppressed }: Hits, sign: 1 | -1 = 1): void {
    if (outcome === 'match' || outcome === 'divergent') {
      const minute = Math.floor(startedAt / MINUTE_MS)
      this.#minutes.set(minute, (this.#minutes.get(minute) ?? 0) + sign)
    }
    const seen = new Set<string>()
    for (const { by } of suppressed) {
      const gathered = this.#gather(by)
      gathered.hidden += sign
      if (seen.has(by)) continue
      seen.add(by)
      gathered.exchanges += sign
      if (sign > 0) gathered.lastHit = Math.max(gathered.lastHit, Math.floor(startedAt))
    }
  }

  /** Writes what was gathered. */
  flush(): void {
    for (const [rule, { hidden, exchanges, lastHit }] of this.#hits) {
      this.#add.run(rule, hidden, exchanges, lastHit)
      if (exchanges < 0) this.#remove.run(rule)
    }
    for (const [minute, exchanges] of this.#minutes) {
      if (exchanges !== 0) this.#addMinute.run(minute, exchanges)
    }
    this.begin()
  }

  #gather(rule: string): Gathered {
    const known = this.#hits.get(rule)
    if (known !== undefined) return known
    const gathered: Gathered = { hidden: 0, exchanges: 0, lastHit: 0 }
    this.#hits.set(rule, gathered)
    return gathered
  }
}

/** What every rule has hidden, by its id. */
export function ruleHits(db: Database): readonly RuleHits[] {
  return rowsOf<RuleHits>(
    db,
    `SELECT rule_id AS id, hidden, exchanges, last_hit AS lastHit FROM rule_hits ORDER BY rule_id`,
    [],
  )
}

/** How many exchanges were compared since then, in all runs; to the minute. */
export function comparedSince(db: Database, time: number): number {
  const [row] = rowsOf<{ n: number }>(
    db,
    'SELECT coalesce(sum(exchanges), 0) AS n FROM compared_minutes WHERE minute >= ?',
    [Math.floor(time / MINUTE_MS)],
  )
  return row?.n ?? 0
}
