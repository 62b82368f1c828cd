/** The only writer of a database: exchanges and everything that is added up from them, in one transaction. */

import { statSync } from 'node:fs'
import type { Statement } from 'better-sqlite3'
import { AppError } from '../../core/errors.ts'
import type {
  BooksWriter,
  Clock,
  EndpointMerger,
  ExchangeWriter,
  JudgedExchange,
  ProxyBooks,
  ReviewWriter,
  RunIdentity,
  StoreCommands,
  Triage,
} from '../../core/ports.ts'
import type { Actor } from '../../core/commands.ts'
import type { Filter } from '../../core/lists.ts'
import { addAudit, auditedFilter, completeAudit } from './audit.ts'
import { backUp } from './backup.ts'
import { BodyTable } from './bodies.ts'
import { keepBooks } from './books.ts'
import {
  closeInOrder,
  configureForWriting,
  explain,
  openForWriting,
  orClose,
  type Database,
} from './database.ts'
import { DetailTable } from './details.ts'
import { DifferenceTable } from './differences.ts'
import { EvidenceTable } from './evidence.ts'
import { ExchangeTable } from './exchanges.ts'
import { forget } from './forget.ts'
import { lockDatabase, type WriterLock } from './lock.ts'
import { expectOurs, migrate } from './migrate.ts'
import { startPruning, type Pruning, type Retention } from './prune.ts'
import { ReviewCommands } from './review.ts'
import { RollupTable } from './rollups.ts'
import { RuleHitTable } from './rule-hits.ts'
import { extendRun, openRun } from './runs.ts'
import { isSampled, type MatchSampling } from './sampling.ts'
import { WriterSession } from './session.ts'
import { setTriage } from './triage.ts'
import { WordTable } from './words.ts'

/** Where the database is, and what of it is kept. */
export interface WriterOptions {
  readonly path: string
  readonly clock?: Clock
  /** Which exchanges that match become rows; all of them count. */
  readonly matches?: MatchSampling | undefined
  /** What is kept; without it, everything. */
  readonly retention?: Retention | undefined
  /** The socket on which commands for this database are taken, told to those whom the lock refuses. */
  readonly commands?: string
  /** Told one sentence when pruning failed. */
  readonly warn?: (message: string) => void
}

/** A writer, and what else only it can do. */
export interface StoreWriter
  extends ExchangeWriter, BooksWriter, StoreCommands, ReviewWriter, EndpointMerger {
  /** From now on this much is kept; what is stored beyond it goes by itself. */
  keep(what: Pick<WriterOptions, 'matches' | 'retention'>): void
  /** Prunes until the retention is met; resolves with how many exchanges went. Happens by itself as well. */
  prune(): Promise<number>
}

/** An endpoint that has counts of its own. */
interface KnownEndpoint {
  readonly id: number
  readonly name: string
}

/** More endpoints than this are looked up again. */
const MAX_CACHED_ENDPOINTS = 10_000
/** How often it is looked whether the file is still in its place. */
const FILE_CHECK_MS = 1000

/** Opens the database for writing, made and brought up to date as needed; throws an `AppError` that says what is in the way. */
export async function openWriter(options: WriterOptions): Promise<StoreWriter> {
  const { path } = options
  const lock = lockDatabase(path, options.commands)
  try {
    return explain(path, () => {
      const db = openForWriting(path)
      return orClose(db, () => {
        expectOurs(db)
        configureForWriting(db)
        migrate(db)
        return new SqliteWriter(db, lock, options)
      })
    })
  } catch (error) {
    lock.release()
    throw error
  }
}

class SqliteWriter extends ReviewCommands implements StoreWriter {
  readonly #db: Database
  readonly #lock: WriterLock
  readonly #path: string
  #matches: MatchSampling
  readonly #pruning: Pruning
  readonly #bodies: BodyTable
  readonly #words: WordTable
  readonly #exchanges: ExchangeTable
  readonly #details: DetailTable
  readonly #differences: DifferenceTable
  readonly #rollups: RollupTable
  readonly #evidence: EvidenceTable
  readonly #ruleHits: RuleHitTable
  readonly #upsertEndpoint: Statement<[string], KnownEndpoint>
  readonly #endpoints = new Map<string, KnownEndpoint>()
  readonly #file: bigint
  readonly #log: bigint
  #fileCheckedAt = 0

  constructor(db: Database, lock: WriterLock, options: WriterOptions) {
    const { path, clock = { now: () => Date.now() }, matches = 'all', retention, warn } = options
    super(new WriterSession(db, path, clock))
    this.#db = db
    this.#lock = lock
    this.#path = path
    this.#matches = matches
    this.#bodies = new BodyTable(db)
    this.#words = new WordTable(db)
    this.#exchanges = new ExchangeTable(db)
    this.#details = new DetailTable(db, this.#bodies, this.#words)
    this.#differences = new DifferenceTable(db)
    this.#rollups = new RollupTable(db)
    this.#evidence = new EvidenceTable(db)
    this.#ruleHits = new RuleHitTable(db)
    this.#upsertEndpoint = db.prepare<[string], KnownEndpoint>(
      `INSERT INTO endpoints (name) VALUES (?) ON CONFLICT DO UPDATE SET name = name
       RETURNING coalesce(heir_id, id) AS id,
         coalesce((SELECT h.name FROM endpoints h WHERE h.id = endpoints.heir_id), name) AS name`,
    )
    this.#file = fileIdOf(path)
    this.#log = fileIdOf(`${path}-wal`)
    this.#pruning = startPruning(db, { retention, clock, warn })
  }

  async openRun(
    run: RunIdentity,
    { keepsEnd = false }: { readonly keepsEnd?: boolean } = {},
  ): Promise<void> {
    const { session } = this
    session.runId = session.write(() => openRun(this.#db, run, session.clock.now(), keepsEnd))
  }

  async save(batch: readonly JudgedExchange[]): Promise<void> {
    const { runId } = this.session
    if (runId === undefined) throw new Error('no run is open')
    this.saveTo(runId, batch, this.#matches)
  }

  protected override saveTo(
    runId: number,
    batch: readonly JudgedExchange[],
    matches: MatchSampling,
  ): number {
    this.#expectFile()
    this.#bodies.begin()
    this.#words.begin()
    this.#differences.begin()
    this.#rollups.begin()
    this.#evidence.begin()
    this.#ruleHits.begin()
    try {
      const saved = this.session.write(() => this.#saveAll(runId, batch, matches))
      this.#words.committed()
      return saved
    } catch (error) {
      // Endpoints of the transaction that failed are not there.
      this.#endpoints.clear()
      throw error
    }
  }

  keep({ matches = 'all', retention }: Pick<WriterOptions, 'matches' | 'retention'>): void {
    this.#matches = matches
    this.#pruning.keep(retention ?? {})
  }

  prune(): Promise<number> {
    return this.#pruning.run()
  }

  async forget(filter: Filter, actor?: Actor): Promise<number> {
    const complete = this.#auditLong('forget', '', { filter: auditedFilter(filter) }, actor)
    const forgotten = await forget(this.#db, this.#path, filter)
    complete({ forgotten })
    return forgotten
  }

  async backup(path: string, actor?: Actor): Promise<void> {
    const complete = this.#auditLong('backup', path, {}, actor)
    await backUp(this.#db, path)
    complete({ done: true })
  }

  async triage(id: string, triage: Triage): Promise<boolean> {
    const { session } = this
    return session.write(() => setTriage(this.#db, id, triage, session.runId, session.clock.now()))
  }

  async keepBooks(books: readonly ProxyBooks[]): Promise<void> {
    this.session.write(() => {
      this.#keepBooks(books)
    })
  }

  protected override forgetEndpoints(): void {
    this.#endpoints.clear()
  }

  protected override beforeRunChange(books: readonly ProxyBooks[]): void {
    this.#keepBooks(books)
  }

  async close(): Promise<void> {
    this.stopJobs()
    this.#pruning.stop()
    this.session.stop()
    closeInOrder(this.#db)
    this.#lock.release()
  }

  /** Writes down what is about to be done in several transactions; the function given back adds what came of it. */
  #auditLong(action: string, subject: string, detail: object, actor: Actor | undefined) {
    if (actor === undefined) return () => undefined
    const { session } = this
    const deed = { actor, action, subject, detail: JSON.stringify(detail) }
    const id = session.write(() => addAudit(session.db, deed, session.clock.now()))
    return (result: object) => {
      session.write(() => {
        completeAudit(session.db, id, JSON.stringify({ ...detail, ...result }))
      })
    }
  }

  #keepBooks(books: readonly ProxyBooks[]): void {
    const { runId, clock } = this.session
    if (runId !== undefined) keepBooks(this.#db, runId, books, clock.now())
  }

  /** Tells how many were new. */
  #saveAll(runId: number, batch: readonly JudgedExchange[], matches: MatchSampling): number {
    let saved = 0
    let firstKey = Infinity
    let lastKey = -1
    for (const each of batch) {
      const { exchange, judgement } = each
      const { id: endpointId, name: endpoint } = this.#endpoint(each.endpoint)
      const judged = endpoint === each.endpoint ? each : { ...each, endpoint }
      let divergences: readonly number[] = []
      if (judged.judgement.outcome !== 'match' || isSampled(matches, judged.exchange)) {
        const key = this.#exchanges.insert(runId, endpointId, judged)
        if (key === undefined) continue
        firstKey = Math.min(firstKey, key)
        lastKey = Math.max(lastKey, key)
        this.#details.insert(key, judged)
        divergences = this.#differences.insert(key, endpointId, judged)
      }
      saved++
      this.#rollups.add(endpointId, exchange, judgement)
      this.#evidence.add(endpointId, exchange, judgement, divergences)
      this.#ruleHits.add(exchange.startedAt, judgement)
    }
    this.#bodies.flush()
    this.#differences.flush(runId)
    this.#rollups.flush(runId)
    this.#evidence.flush(runId)
    this.#ruleHits.flush()
    if (lastKey >= 0) extendRun(this.#db, runId, firstKey, lastKey)
    return saved
  }

  /** The endpoint of this name, or the heir that took it over. */
  #endpoint(name: string): KnownEndpoint {
    const known = this.#endpoints.get(name)
    if (known !== undefined) return known
    if (this.#endpoints.size >= MAX_CACHED_ENDPOINTS) this.#endpoints.clear()
    const endpoint = this.#upsertEndpoint.get(name) ?? { id: 0, name }
    this.#endpoints.set(name, endpoint)
    return endpoint
  }

  /** SQLite would go on writing to a file that was removed, where nobody will ever read it. */
  #expectFile(): void {
    const now = performance.now()
    if (now - this.#fileCheckedAt < FILE_CHECK_MS) return
    if (fileIdOf(this.#path) !== this.#file) {
      throw new AppError(
        'unavailable',
        `${this.#path}: the database was removed or replaced while it was written; restart shadowdiff`,
      )
    }
    if (fileIdOf(`${this.#path}-wal`) !== this.#log) {
      // Nobody else can read the log any more, but this process can still bring it into the database.
      this.#db.pragma('wal_checkpoint(PASSIVE)')
      throw new AppError(
        'unavailable',
        `${this.#path}-wal: this part of the database was removed while it was written; restart shadowdiff`,
      )
    }
    this.#fileCheckedAt = now
  }
}

function fileIdOf(path: string): bigint {
  return statSync(path, { bigint: true, throwIfNoEntry: false })?.ino ?? 0n
}
