/** Reading a database while its writer writes: every call is one short read, none holds a transaction open. */

import type { Exchange } from '../../core/exchange.ts'
import { setImmediate } from 'node:timers/promises'
import type {
  Clock,
  JudgedExchange,
  RuleHits,
  StoreReader,
  StoredOverride,
  StoredRule,
} from '../../core/ports.ts'
import type {
  DifferenceRow,
  DivergenceCounts,
  DivergenceDetail,
  DivergenceRow,
  NewestDivergence,
} from '../../core/divergence-report.ts'
import type { ExchangeDetail, ExchangeRow } from '../../core/exchange-report.ts'
import type { Filter, Page, PageRequest } from '../../core/lists.ts'
import type { Rule } from '../../core/rule.ts'
import type { EndpointRow, RunComparison, RunRow, TrafficView } from '../../core/run-report.ts'
import type { AuditRow, JobView } from '../../core/service-report.ts'
import { listAudit } from './audit.ts'
import { setConfidence } from './confidence.ts'
import { explain, orClose, type Database } from './database.ts'
import { findDetails } from './details.ts'
import { differencesOf, type KnownClasses } from './difference-rows.ts'
import {
  countDivergences,
  divergencesAfter,
  findDivergence,
  listDivergences,
  newestDivergence,
  toDivergenceRow,
  type RulesInForce,
} from './divergences.ts'
import type { RunEvidence } from '../../core/verdict-evidence.ts'
import { listEndpoints } from './endpoints.ts'
import { runEvidence } from './evidence-reading.ts'
import { selectExchanges, type ExchangeStep, type SqlExchange } from './exchange-walk.ts'
import { findExchange, listExchanges, toExchangeRow } from './exchanges.ts'
import { findJob, listJobs } from './jobs.ts'
import { NEWEST } from './keys.ts'
import { expectCurrentSchema } from './migrate.ts'
import { openForReading } from './open-for-reading.ts'
import { mirrorOverrides } from './overrides.ts'
import { comparedSince, ruleHits } from './rule-hits.ts'
import { consoleRules } from './rules.ts'
import { compareRuns } from './run-compare.ts'
import { findRun, listRuns } from './runs.ts'
import { readTraffic, type TrafficFilter } from './traffic.ts'
import { loadExchange } from './stored-exchange.ts'

/** Rows that a walk reads at a time. */
const STEP_ROWS = 500

/** Where the database is. */
export interface ReaderOptions {
  readonly path: string
  readonly clock?: Clock
  /** The configuration's rules as they hold now; absent: it has none. */
  readonly rules?: () => readonly Rule[]
  /** The verdict's confidence as it is configured now: noise is told with it too. */
  readonly confidence?: () => number | undefined
}

const SYSTEM_CLOCK: Clock = { now: () => Date.now() }

/** Opens a database that exists; throws an `AppError` that says what is in the way. */
export async function openReader({
  path,
  clock = SYSTEM_CLOCK,
  rules = () => [],
  confidence,
}: ReaderOptions): Promise<StoreReader> {
  return explain(path, () => {
    const db = openForReading(path)
    return orClose(db, () => {
      expectCurrentSchema(db, path)
      setConfidence(db, () => confidence?.())
      return new SqliteReader(db, clock, rules)
    })
  })
}

class SqliteReader implements StoreReader {
  readonly #db: Database
  readonly #clock: Clock
  readonly #rules: RulesInForce

  constructor(db: Database, clock: Clock, rules: RulesInForce) {
    this.#db = db
    this.#clock = clock
    this.#rules = () => [...rules(), ...consoleRules(db).map(({ rule }) => rule)]
  }

  async listExchanges(filter: Filter, page: PageRequest): Promise<Page<ExchangeRow>> {
    return listExchanges(this.#db, filter, page)
  }

  async findExchange(id: string): Promise<ExchangeDetail | undefined> {
    return this.#db.transaction(() => {
      const row = findExchange(this.#db, id)
      if (row === undefined) return undefined
      const { differences: differencesTotal, ...rest } = toExchangeRow(row)
      const details = findDetails(this.#db, row.key)
      if (details === undefined) return undefined
      const differences = differencesOf(this.#db, [row.key]).get(row.key) ?? []
      return {
        ...rest,
        ...details,
        differences: differences.map(({ difference, ...known }) => ({ ...difference, ...known })),
        differencesTotal,
      }
    })()
  }

  async listDivergences(filter: Filter, page: PageRequest): Promise<Page<DivergenceRow>> {
    return this.#db.transaction(() => listDivergences(this.#db, filter, page, this.#rules))()
  }

  async countDivergences(filter: Filter): Promise<DivergenceCounts> {
    return countDivergences(this.#db, filter)
  }

  async findDivergence(id: string, examples: number): Promise<DivergenceDetail | undefined> {
    return this.#db.transaction(() => findDivergence(this.#db, id, examples, this.#rules))()
  }

  async newestDivergence(): Promise<NewestDivergence | undefined> {
    return newestDivergence(this.#db)
  }

  async listEndpoints(filter: Filter, page: PageRequest): Promise<Page<EndpointRow>> {
    return this.#db.transaction(() => listEndpoints(this.#db, filter, page))()
  }

  async listRuns(page: PageRequest): Promise<Page<RunRow>> {
    return listRuns(this.#db, page)
  }

  async traffic(filter: TrafficFilter): Promise<TrafficView> {
    return this.#db.transaction(() => readTraffic(this.#db, filter))()
  }

  async *iterateExchanges(filter: Filter): AsyncGenerator<ExchangeRow> {
    for await (const rows of this.#steps(filter)) yield* rows.map(toExchangeRow)
  }

  async *iterateDivergences(filter: Filter): AsyncGenerator<DivergenceRow> {
    let after = 0
    for (;;) {
      const rows = divergencesAfter(this.#db, filter, after, STEP_ROWS)
      yield* rows.map(toDivergenceRow)
      const last = rows.at(-1)
      if (last === undefined || rows.length < STEP_ROWS) return
      after = last.key
    }
  }

  async *iterateDifferences(filter: Filter): AsyncGenerator<DifferenceRow> {
    const known: KnownClasses = new Map()
    for await (const rows of this.#steps(filter)) {
      const differing = rows.filter(({ differences }) => differences > 0)
      const byExchange = differencesOf(
        this.#db,
        differing.map(({ key }) => key),
        filter,
        known,
      )
      for (const row of differing) {
        const exchange = toExchangeRow(row)
        for (const difference of byExchange.get(row.key) ?? []) yield { exchange, ...difference }
      }
    }
  }

  async consoleRules(): Promise<readonly StoredRule[]> {
    return consoleRules(this.#db)
  }

  async ruleHits(): Promise<readonly RuleHits[]> {
    return ruleHits(this.#db)
  }

  async comparedSince(time: number): Promise<number> {
    return comparedSince(this.#db, time)
  }

  async listAudit(page: PageRequest): Promise<Page<AuditRow>> {
    return listAudit(this.#db, page)
  }

  async findJob(id: number): Promise<JobView | undefined> {
    return findJob(this.#db, id)
  }

  async listJobs(page: PageRequest): Promise<Page<JobView>> {
    return listJobs(this.#db, page)
  }

  async mirrorOverrides(): Promise<readonly StoredOverride[]> {
    return mirrorOverrides(this.#db)
  }

  async compareRuns(before: string, after: string): Promise<RunComparison | undefined> {
    return this.#db.transaction(() => compareRuns(this.#db, before, after))()
  }

  async findRun(run: string | undefined): Promise<RunRow | undefined> {
    return findRun(this.#db, run)
  }

  async runEvidence(run: string | undefined): Promise<RunEvidence | undefined> {
    return this.#db.transaction(() => runEvidence(this.#db, run, this.#clock.now()))()
  }

  async *recordedExchanges(filter: Filter): AsyncGenerator<Exchange> {
    const keys: number[] = []
    for await (const rows of this.#steps(filter)) keys.push(...rows.map(({ key }) => key))
    for (const key of keys.reverse()) {
      const stored = this.#db.transaction(() => loadExchange(this.#db, key))()
      if (stored !== undefined) yield stored.judged.exchange
    }
  }

  async findJudged(id: string): Promise<JudgedExchange | undefined> {
    return this.#db.transaction(() => {
      const row = findExchange(this.#db, id)
      return row && loadExchange(this.#db, row.key)?.judged
    })()
  }

  async version(): Promise<number> {
    return this.#db.pragma('data_version', { simple: true }) as number
  }

  async close(): Promise<void> {
    this.#db.close()
  }

  /** Other work gets its turn between two steps, also when a step finds nothing. */
  async *#steps(filter: Filter): AsyncGenerator<readonly SqlExchange[]> {
    let before: number | undefined = NEWEST
    while (before !== undefined) {
      const { rows, next }: ExchangeStep = selectExchanges(this.#db, filter, before, STEP_ROWS)
      yield rows
      before = next
      await setImmediate()
    }
  }
}
