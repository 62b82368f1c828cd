/** How a database file is opened: settings, problems in words, and statements prepared once. */

import { closeSync, openSync } from 'node:fs'
import type { Statement } from 'better-sqlite3'
import { AppError, codeOf, messageOf } from '../../core/errors.ts'
import { Database } from './binding.ts'

export type { Database } from './binding.ts'

/** A value that SQL can take. */
export type SqlValue = string | number | Buffer | null

/** What the writer waits for another program; meanwhile it does nothing else. */
const WRITER_PATIENCE_MS = 500
/** What the writer waits for readers when it opens the database. */
const LOG_PATIENCE_MS = 5000
/** The write-ahead log is cut to this after a checkpoint. */
const MAX_WAL_BYTES = 64 * 1024 * 1024

/** Opens the file for writing and makes it if it is not there. */
export function openForWriting(path: string): Database {
  createPrivately(path)
  return new Database(path, { timeout: WRITER_PATIENCE_MS })
}

/** Sets a database that is known to be ours up for writing. */
export function configureForWriting(db: Database): void {
  // Space of pruned rows goes back in small steps; only an empty file takes this.
  if (db.pragma('page_count', { simple: true }) === 0) db.pragma('auto_vacuum = INCREMENTAL')
  beginLog(db)
  db.pragma('synchronous = NORMAL')
  // Pages that many transactions touch are copied once for all of them.
  db.pragma('wal_autocheckpoint = 8192')
  db.pragma(`journal_size_limit = ${MAX_WAL_BYTES}`)
  db.pragma('cache_size = -32768')
  db.pragma('foreign_keys = ON')
  db.pragma('trusted_schema = OFF')
  db.pragma('secure_delete = FAST')
}

/** Waits for those who read a database that nobody wrote so far: their questions take less than a second. */
function beginLog(db: Database): void {
  const patience = db.pragma('busy_timeout', { simple: true }) as number
  db.pragma(`busy_timeout = ${LOG_PATIENCE_MS}`)
  db.pragma('journal_mode = WAL')
  db.pragma(`busy_timeout = ${patience}`)
}

/**
 * Closes a database that was written: brings the log into it and makes it one file, which can be read wherever it
 * is brought. While somebody reads, it stays as it is.
 */
export function closeInOrder(db: Database): void {
  try {
    db.pragma('wal_checkpoint(TRUNCATE)')
    db.pragma('busy_timeout = 0')
    db.pragma('journal_mode = DELETE')
  } catch {
    // What a full disk does not take stays in the log, and is read from there.
  }
  db.close()
}

/** Does the work, and closes the database when it fails. */
export function orClose<T>(db: Database, work: () => T): T {
  try {
    return work()
  } catch (error) {
    db.close()
    throw error
  }
}

/** Makes the file readable by its owner alone; one that is there keeps its mode. */
export function createPrivately(path: string): void {
  // Never opens a file that is there: closing it again would drop the locks this process has on it.
  try {
    closeSync(openSync(path, 'wx', 0o600))
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error
  }
}

/** Runs the work, and says in one sentence what is wrong with the file when it fails. */
export function explain<T>(path: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw problemOf(path, error)
  }
}

/** Runs a write, and says in one sentence why it failed; recording goes on as soon as it can. */
export function explainWriting<T>(path: string, write: () => T): T {
  try {
    return write()
  } catch (error) {
    const code = codeOf(error)
    const known = Object.keys(WRITE_PROBLEMS).find(
      (name) => code === name || code?.startsWith(`${name}_`) === true,
    )
    if (known === undefined) throw error
    throw new AppError('unavailable', `${path}: ${WRITE_PROBLEMS[known] ?? ''}`, { cause: error })
  }
}

/** The rows of a statement that is prepared once for each text and database. */
export function rowsOf<Row>(db: Database, sql: string, params: readonly SqlValue[]): Row[] {
  return statementOf(db, sql).all(...params) as Row[]
}

/** Runs a statement that is prepared once for each text and database; tells how many rows it changed. */
export function execute(db: Database, sql: string, params: readonly SqlValue[]): number {
  return statementOf(db, sql).run(...params).changes
}

/** SQLite refuses patterns that are far longer. */
const MAX_PART = 1000

/** A LIKE pattern for texts that contain this one; to be used with `ESCAPE '\'`. */
export function containing(text: string): string {
  if (text.length > MAX_PART) {
    throw new AppError('invalid', `q: at most ${MAX_PART} characters, not ${text.length}`)
  }
  return `%${text.replace(/[\\%_]/g, '\\$&')}%`
}

const statements = new WeakMap<Database, Map<string, Statement>>()
/** Filters combine to a few hundred texts at most; beyond that, preparing again is cheap. */
const MAX_STATEMENTS = 500

function statementOf(db: Database, sql: string): Statement {
  let prepared = statements.get(db)
  if (prepared === undefined || prepared.size >= MAX_STATEMENTS) {
    prepared = new Map()
    statements.set(db, prepared)
  }
  let statement = prepared.get(sql)
  if (statement === undefined) {
    statement = db.prepare(sql)
    prepared.set(sql, statement)
  }
  return statement
}

/** What to tell people, by the code of Node's or SQLite's error. */
const PROBLEMS: Readonly<Record<string, string>> = {
  ENOENT: 'its folder does not exist; make it, or name another file with --db',
  ENOTDIR: 'its folder is no folder; name another file with --db',
  EISDIR: 'it is a folder; name a file with --db',
  EACCES: 'it cannot be written; change its permissions, or name another file with --db',
  EPERM: 'it cannot be written; change its permissions, or name another file with --db',
  EROFS: 'it lies on a read-only file system; name another file with --db',
  ENOSPC: 'the disk is full; make room, or name another file with --db',
  SQLITE_NOTADB: 'it is not a shadowdiff database; name another file with --db',
  SQLITE_CORRUPT: 'the database is damaged; move it away, or restore a backup',
  SQLITE_READONLY: 'it cannot be written; change its permissions, or name another file with --db',
  SQLITE_FULL: 'the disk is full; make room, or name another file with --db',
  SQLITE_BUSY: 'another program is using it; stop that one, or name another file with --db',
}

/** What to tell people when writing fails in the middle of the work. */
const WRITE_PROBLEMS: Readonly<Record<string, string>> = {
  SQLITE_FULL: 'the disk is full; recording goes on when there is room',
  SQLITE_IOERR: 'the disk does not take what is written; recording goes on when it does',
  SQLITE_READONLY: 'the file became read-only; recording goes on when it can be written again',
  SQLITE_BUSY: 'another program holds it; recording goes on when it lets go',
  SQLITE_CORRUPT:
    'the database is damaged; stop, move it away or restore a backup, and start again',
  SQLITE_NOTADB: 'the database is damaged; stop, move it away or restore a backup, and start again',
}

function problemOf(path: string, error: unknown): unknown {
  if (error instanceof AppError) return error
  const code = codeOf(error)
  if (code === undefined) return error
  if (code.startsWith('SQLITE_CANTOPEN')) {
    return new AppError(
      'invalid',
      `${path}: it cannot be opened; name a file that you may read and write with --db`,
      { cause: error },
    )
  }
  // Extended codes (SQLITE_READONLY_DIRECTORY) begin with the one they refine.
  const known = Object.keys(PROBLEMS).find((name) => code === name || code.startsWith(`${name}_`))
  const words = known === undefined ? messageOf(error) : PROBLEMS[known]
  return new AppError('invalid', `${path}: ${words ?? messageOf(error)}`, { cause: error })
}
