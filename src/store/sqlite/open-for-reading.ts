/**
 * How a database is opened for reading only. Beside one that is written SQLite keeps two files, and needs them for
 * reading too; one that was closed in order is read without them, also where nothing can be made.
 */

import { statSync } from 'node:fs'
import { Database } from './binding.ts'
import { AppError, codeOf } from '../../core/errors.ts'
import { orClose } from './database.ts'

/** What a reader waits for a lock at most; only recovery after a crash holds one. */
const READER_PATIENCE_MS = 2000

/** Opens an existing file for reading only. */
export function openForReading(path: string): Database {
  if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true) {
    throw new AppError(
      'not_found',
      `${path}: there is no such database; "shadowdiff run --db ${path}" makes one`,
    )
  }
  const db = new Database(path, {
    readonly: true,
    fileMustExist: true,
    timeout: READER_PATIENCE_MS,
  })
  return orClose(db, () => {
    try {
      // The first look at the file, which needs those beside it.
      db.pragma('cache_size = -32768')
      db.pragma('trusted_schema = OFF')
    } catch (error) {
      if (!isForWantOfFilesBeside(error)) throw error
      throw new AppError(
        'invalid',
        `${path}: it was not closed in order, and then it can be read only where files can be made beside it; ` +
          `copy it, with ${path}-wal if that is there, to a folder that you may write, and name the copy with --db`,
        { cause: error },
      )
    }
    return db
  })
}

/** Whether SQLite could not make the files that it wants beside the database. */
function isForWantOfFilesBeside(error: unknown): boolean {
  const code = codeOf(error)
  return (
    code?.startsWith('SQLITE_CANTOPEN') === true || code?.startsWith('SQLITE_READONLY') === true
  )
}
