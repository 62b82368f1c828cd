/**
 * What a verdict is computed from, added up as exchanges are written. A transaction gathers in memory and adds
 * each touched row once.
 */

import type { Statement } from 'better-sqlite3'
import type { Exchange, Source } from '../../core/exchange.ts'
import type { Judgement } from '../../core/judgement.ts'
import {
  failurePairOf,
  OUTAGE_WINDOW_MS,
  statusOfAnswer,
  type FailurePair,
} from '../../core/verdict-evidence.ts'
import { ControlTable } from './control.ts'
import type { Database } from './database.ts'
import { histogramWith, pairBinsOf, type PairBins } from './durations.ts'
import { uncountedDivergences } from './evidence-classes.ts'
import { SignatureTable, type SignatureBounds } from './signatures.ts'

/** The part of one endpoint and source in the transaction that is open. */
interface Gathered {
  readonly endpointId: number
  readonly source: Source
  samples: number
  measured: number
  readonly failures: Record<FailurePair['how'], Record<FailurePair['side'], number>>
  unanswered: number
  overflow: number
  readonly pairs: PairBins[]
}

interface Outage {
  readonly source: Source
  readonly window: number
  readonly sides: Record<FailurePair['side'], number>
}

interface StoredTimes {
  readonly primary_latency: Buffer
  readonly shadow_latency: Buffer
  readonly ratios: Buffer
}

/** The evidence of one writer. */
export class EvidenceTable {
  readonly #db: Database
  readonly #control: ControlTable
  readonly #signatures: SignatureTable
  readonly #find: Statement<[number, Source, number], StoredTimes>
  readonly #add: Statement
  readonly #addOutage: Statement
  readonly #gathered = new Map<string, Gathered>()
  readonly #outages = new Map<string, Outage>()

  constructor(db: Database, bounds?: SignatureBounds) {
    this.#db = db
    this.#control = new ControlTable(db)
    this.#signatures = new SignatureTable(db, bounds)
    this.#find = db.prepare(
      `SELECT primary_latency, shadow_latency, ratios FROM endpoint_evidence
       WHERE run_id = ? AND source = ? AND endpoint_id = ?`,
    )
    this.#add = db.prepare(
      `INSERT INTO endpoint_evidence (run_id, source, endpoint_id, samples, measured, shadow_errors,
         primary_errors, shadow_unavailable, primary_unavailable, unanswered, control_overflow,
         primary_latency, shadow_latency, ratios)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET samples = samples + excluded.samples,
         measured = measured + excluded.measured,
         shadow_errors = shadow_errors + excluded.shadow_errors,
         primary_errors = primary_errors + excluded.primary_errors,
         shadow_unavailable = shadow_unavailable + excluded.shadow_unavailable,
         primary_unavailable = primary_unavailable + excluded.primary_unavailable,
         unanswered = unanswered + excluded.unanswered,
         control_overflow = control_overflow + excluded.control_overflow,
         primary_latency = excluded.primary_latency, shadow_latency = excluded.shadow_latency,
         ratios = excluded.ratios`,
    )
    this.#addOutage = db.prepare(
      `INSERT INTO run_outages (run_id, source, window, shadow_only, primary_only) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET shadow_only = shadow_only + excluded.shadow_only,
         primary_only = primary_only + excluded.primary_only`,
    )
  }

  /** Forgets what a transaction that failed had gathered. */
  begin(): void {
    this.#gathered.clear()
    this.#outages.clear()
    this.#control.begin()
    this.#signatures.begin()
  }

  /** Gathers one new exchange, which shows these divergences. */
  add(
    endpointId: number,
    exchange: Exchange,
    judgement: Judgement,
    divergences: readonly number[],
  ): void {
    const { primary, shadow, source, startedAt } = exchange
    this.addJudgement(endpointId, exchange, judgement, divergences, 1)
    if (primary === undefined || shadow === undefined) return
    const gathered = this.#gather(endpointId, source)
    const ofPrimary = statusOfAnswer(primary)
    const ofShadow = statusOfAnswer(shadow)
    if (isBelow500(ofPrimary) && ofShadow === undefined) gathered.unanswered++
    const failure = failurePairOf(ofPrimary, ofShadow)
    if (failure !== undefined) {
      gathered.failures[failure.how][failure.side]++
      if (failure.how === 'unavailable') this.#addUnavailable(source, startedAt, failure.side)
    }
    const pair = pairBinsOf(exchange)
    if (pair !== undefined) gathered.pairs.push(pair)
  }

  /**
   * Gathers what an exchange's judgement says, apart from what its upstreams did: 1 for the one that holds from
   * now on, -1 for the one that held before.
   */
  addJudgement(
    endpointId: number,
    { primary, shadow, source }: Pick<Exchange, 'primary' | 'shadow' | 'source'>,
    judgement: Judgement,
    divergences: readonly number[],
    sign: 1 | -1,
  ): void {
    const { outcome, control } = judgement
    if (outcome !== 'match' && outcome !== 'divergent') return
    const isDivergent = outcome === 'divergent'
    if (isDivergent && !isBelow500(statusOfAnswer(primary))) return
    const gathered = this.#gather(endpointId, source)
    gathered.samples += sign
    if (isDivergent) {
      const isFailing = !isBelow500(statusOfAnswer(shadow))
      this.#signatures.add(source, endpointId, isFailing, divergences, sign)
    }
    if (control === undefined) return
    gathered.measured += sign
    this.#control.add(source, endpointId, judgement, sign)
  }

  /** Writes what was gathered to this run; its divergences are written before. */
  flush(runId: number): void {
    this.#control.flush(runId, (endpointId, source, exchanges) => {
      this.#gather(endpointId, source).overflow += exchanges
    })
    for (const gathered of this.#gathered.values()) this.#flushOne(runId, gathered)
    for (const { source, window, sides } of this.#outages.values()) {
      this.#addOutage.run(runId, source, window, sides.shadow, sides.primary)
    }
    const uncounted = new Map<Source, ReadonlySet<number>>()
    this.#signatures.flush(runId, (source) => {
      const known = uncounted.get(source) ?? uncountedDivergences(this.#db, runId, source)
      uncounted.set(source, known)
      return known
    })
    this.begin()
  }

  #flushOne(runId: number, gathered: Gathered): void {
    const { endpointId, source, samples, measured, failures, unanswered, overflow, pairs } =
      gathered
    const { error, unavailable } = failures
    const stored = this.#find.get(runId, source, endpointId)
    this.#add.run(
      ...[runId, source, endpointId, samples, measured, error.shadow, error.primary],
      ...[unavailable.shadow, unavailable.primary, unanswered, overflow],
      histogramWith(
        pairs.map(({ primary }) => primary),
        stored?.primary_latency,
      ),
      histogramWith(
        pairs.map(({ shadow }) => shadow),
        stored?.shadow_latency,
      ),
      histogramWith(
        pairs.map(({ ratio }) => ratio),
        stored?.ratios,
      ),
    )
  }

  #addUnavailable(source: Source, startedAt: number, side: FailurePair['side']): void {
    const window = Math.floor(startedAt / OUTAGE_WINDOW_MS)
    const key = `${source} ${window}`
    const outage = this.#outages.get(key) ?? { source, window, sides: { shadow: 0, primary: 0 } }
    outage.sides[side]++
    this.#outages.set(key, outage)
  }

  #gather(endpointId: number, source: Source): Gathered {
    const key = `${source} ${endpointId}`
    const known = this.#gathered.get(key)
    if (known !== undefined) return known
    const gathered: Gathered = {
      endpointId,
      source,
      samples: 0,
      measured: 0,
      failures: { error: { shadow: 0, primary: 0 }, unavailable: { shadow: 0, primary: 0 } },
      unanswered: 0,
      overflow: 0,
      pairs: [],
    }
    this.#gathered.set(key, gathered)
    return gathered
  }
}

function isBelow500(status: number | undefined): boolean {
  return status !== undefined && status < 500
}
