/** The judgement of a stored exchange replaced by another one, with everything that was added up from it. */

import type { Judgement } from '../../core/judgement.ts'
import { execute, type Database } from './database.ts'
import { packControl, packSuppressed } from './details.ts'
import { DifferenceTable } from './differences.ts'
import { EvidenceTable } from './evidence.ts'
import { DifferenceRemovals } from './rejudge-differences.ts'
import { OutcomeMoves } from './rejudge-outcomes.ts'
import { RuleHitTable } from './rule-hits.ts'
import type { StoredExchange } from './stored-exchange.ts'

/** An exchange with what is said of it from now on. */
export interface Replacement {
  readonly stored: StoredExchange
  readonly judgement: Judgement
}

/** Replaces judgements; what it gathers in memory is that of one transaction. */
export class JudgementTable {
  readonly #db: Database
  readonly #removals: DifferenceRemovals
  readonly #differences: DifferenceTable
  readonly #outcomes: OutcomeMoves
  readonly #evidence: EvidenceTable
  readonly #hits: RuleHitTable

  constructor(db: Database) {
    this.#db = db
    this.#removals = new DifferenceRemovals(db)
    this.#differences = new DifferenceTable(db)
    this.#outcomes = new OutcomeMoves(db)
    this.#evidence = new EvidenceTable(db)
    this.#hits = new RuleHitTable(db)
  }

  /** Replaces all of them within the transaction that is open. */
  replace(replacements: readonly Replacement[]): void {
    this.#begin()
    for (const runId of new Set(replacements.map(({ stored }) => stored.runId))) {
      for (const replacement of replacements) {
        if (replacement.stored.runId === runId) this.#replaceOne(replacement)
      }
      this.#differences.flush(runId)
      this.#evidence.flush(runId)
    }
    this.#removals.flush()
    this.#outcomes.flush()
    this.#hits.flush()
  }

  #begin(): void {
    this.#removals.begin()
    this.#differences.begin()
    this.#outcomes.begin()
    this.#evidence.begin()
    this.#hits.begin()
  }

  #replaceOne({ stored, judgement }: Replacement): void {
    const { key, runId, endpointId, judged, divergences } = stored
    const { exchange, judgement: before } = judged
    const { source, startedAt } = exchange
    this.#removals.remove(stored)
    const shown = this.#differences.insert(key, endpointId, { ...judged, judgement })
    this.#evidence.addJudgement(endpointId, exchange, before, divergences, -1)
    this.#evidence.addJudgement(endpointId, exchange, judgement, shown, 1)
    this.#outcomes.add({ runId, endpointId, source, startedAt }, before, judgement)
    this.#hits.add(startedAt, before, -1)
    this.#hits.add(startedAt, judgement, 1)
    execute(
      this.#db,
      'UPDATE exchanges SET outcome = ?, reason = ?, differences = ? WHERE key = ?',
      [judgement.outcome, judgement.reason ?? null, judgement.differencesTotal, key],
    )
    execute(
      this.#db,
      `UPDATE details SET suppressed = ?, suppressed_total = ?, control_differences = ?
       WHERE exchange_key = ?`,
      [
        packSuppressed(judgement.suppressed),
        judgement.suppressedTotal ?? null,
        packControl(judgement.control),
        key,
      ],
    )
  }
}
