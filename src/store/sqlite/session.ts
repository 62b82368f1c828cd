/** One writer's connection: the transactions in which everything is written, and the run that goes on. */

import type { Clock } from '../../core/ports.ts'
import { explainWriting, type Database } from './database.ts'
import { startLogSync, type LogSync } from './log-sync.ts'

/** What everything that writes shares. */
export class WriterSession {
  readonly db: Database
  readonly path: string
  readonly clock: Clock
  /** The run that new exchanges belong to; absent until one was opened. */
  runId: number | undefined
  /** Transactions so far. */
  writes = 0
  readonly #logSync: LogSync

  constructor(db: Database, path: string, clock: Clock) {
    this.db = db
    this.path = path
    this.clock = clock
    this.#logSync = startLogSync(path)
  }

  /** Does the work in one transaction; what it throws undoes all of it. */
  write<T>(work: () => T): T {
    const result = explainWriting(this.path, () => this.db.transaction(work).immediate())
    this.writes++
    this.#logSync.committed()
    return result
  }

  /** Ends the syncing; the database is closed by who opened it. */
  stop(): void {
    this.#logSync.stop()
  }
}
