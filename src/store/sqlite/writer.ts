/** The only writer of a database: exchanges and everything that is added up from them, in one transaction. */

import type { Statement } from 'better-sqlite3'
import type { Clock, ExchangeWriter, JudgedExchange, RunIdentity } from '../../core/ports.ts'
import { BodyTable } from './bodies.ts'
import { configureForWriting, explain, openForWriting, orClose, type Database } from './database.ts'
import { DetailTable } from './details.ts'
import { DifferenceTable } from './differences.ts'
import { ExchangeTable } from './exchanges.ts'
import { lockDatabase, type WriterLock } from './lock.ts'
import { expectOurs, migrate } from './migrate.ts'
import { RollupTable } from './rollups.ts'
import { extendRun, openRun } from './runs.ts'
import { WordTable } from './words.ts'

/** Where the database is, and whose clock dates the runs. */
export interface WriterOptions {
  readonly path: string
  readonly clock?: Clock
}

/** More endpoints than this are looked up again. */
const MAX_CACHED_ENDPOINTS = 10_000

/** Opens the database for writing, made and brought up to date as needed; throws an `AppError` that says what is in the way. */
export async function openWriter({
  path,
  clock = { now: () => Date.now() },
}: WriterOptions): Promise<ExchangeWriter> {
  const lock = lockDatabase(path)
  try {
    return explain(path, () => {
      const db = openForWriting(path)
      return orClose(db, () => {
        expectOurs(db)
        configureForWriting(db)
        migrate(db)
        return new SqliteWriter(db, lock, clock)
      })
    })
  } catch (error) {
    lock.release()
    throw error
  }
}

class SqliteWriter implements ExchangeWriter {
  readonly #db: Database
  readonly #lock: WriterLock
  readonly #clock: Clock
  readonly #bodies: BodyTable
  readonly #words: WordTable
  readonly #exchanges: ExchangeTable
  readonly #details: DetailTable
  readonly #differences: DifferenceTable
  readonly #rollups: RollupTable
  readonly #upsertEndpoint: Statement<[string], number>
  readonly #endpoints = new Map<string, number>()
  #runId: number | undefined

  constructor(db: Database, lock: WriterLock, clock: Clock) {
    this.#db = db
    this.#lock = lock
    this.#clock = clock
    this.#bodies = new BodyTable(db)
    this.#words = new WordTable(db)
    this.#exchanges = new ExchangeTable(db)
    this.#details = new DetailTable(db, this.#bodies, this.#words)
    this.#differences = new DifferenceTable(db)
    this.#rollups = new RollupTable(db)
    this.#upsertEndpoint = db
      .prepare<[string], number>(
        'INSERT INTO endpoints (name) VALUES (?) ON CONFLICT DO UPDATE SET name = name RETURNING id',
      )
      .pluck()
  }

  async openRun(run: RunIdentity): Promise<void> {
    this.#runId = this.#db.transaction(() => openRun(this.#db, run, this.#clock.now())).immediate()
  }

  async save(batch: readonly JudgedExchange[]): Promise<void> {
    const runId = this.#runId
    if (runId === undefined) throw new Error('no run is open')
    this.#bodies.begin()
    this.#words.begin()
    this.#differences.begin()
    this.#rollups.begin()
    try {
      this.#db
        .transaction(() => {
          this.#saveAll(runId, batch)
        })
        .immediate()
      this.#words.committed()
    } catch (error) {
      // Endpoints of the transaction that failed are not there.
      this.#endpoints.clear()
      throw error
    }
  }

  async close(): Promise<void> {
    this.#db.pragma('wal_checkpoint(TRUNCATE)')
    this.#db.close()
    this.#lock.release()
  }

  #saveAll(runId: number, batch: readonly JudgedExchange[]): void {
    let firstKey = Infinity
    let lastKey = -1
    for (const judged of batch) {
      const endpointId = this.#endpointId(judged.endpoint)
      const key = this.#exchanges.insert(runId, endpointId, judged)
      if (key === undefined) continue
      firstKey = Math.min(firstKey, key)
      lastKey = Math.max(lastKey, key)
      this.#details.insert(key, judged)
      this.#differences.insert(key, endpointId, judged)
      this.#rollups.add(endpointId, judged.exchange, judged.judgement)
    }
    if (lastKey < 0) return
    this.#bodies.flush()
    this.#differences.flush(runId)
    this.#rollups.flush(runId)
    extendRun(this.#db, runId, firstKey, lastKey)
  }

  #endpointId(name: string): number {
    const known = this.#endpoints.get(name)
    if (known !== undefined) return known
    if (this.#endpoints.size >= MAX_CACHED_ENDPOINTS) this.#endpoints.clear()
    const id = this.#upsertEndpoint.get(name) ?? 0
    this.#endpoints.set(name, id)
    return id
  }
}
