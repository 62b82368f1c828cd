/**
 * One writer for each database. The lock is SQLite's own lock on a small file beside the database: the
 * system frees it when its owner dies, however it dies, so nobody ever has to remove it by hand.
 */

import Database from 'better-sqlite3'
import { AppError, codeOf } from '../../core/errors.ts'
import { createPrivately, explain } from './database.ts'

/** A lock that is held until released. */
export interface WriterLock {
  release(): void
}

/** Takes the lock of the database at `path`; throws `conflict` naming the owner while another process lives that holds it. */
export function lockDatabase(path: string): WriterLock {
  const lockPath = `${path}.lock`
  return explain(path, () => {
    createPrivately(lockPath)
    const db = new Database(lockPath, { timeout: 0 })
    try {
      // The owner's number must be readable by those who are refused, so it is committed before the
      // lock is taken for good; whoever comes in between wins, and this process is refused below.
      db.exec('BEGIN IMMEDIATE')
      db.pragma(`user_version = ${process.pid}`)
      db.exec('COMMIT')
      db.exec('BEGIN IMMEDIATE')
    } catch (error) {
      const owner = codeOf(error)?.startsWith('SQLITE_BUSY') === true ? ownerOf(db) : undefined
      db.close()
      if (owner === undefined) throw error
      throw new AppError(
        'conflict',
        `${path}: the shadowdiff with process id ${owner} is writing to it; stop that one, or name another file with --db`,
        { cause: error },
      )
    }
    return { release: () => db.close() }
  })
}

function ownerOf(db: Database.Database): string {
  try {
    return String(db.pragma('user_version', { simple: true }))
  } catch {
    // It is writing its number this very moment.
    return 'unknown'
  }
}
