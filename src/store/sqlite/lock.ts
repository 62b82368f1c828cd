/**
 * One writer for each database. The lock is SQLite's own lock on a small file beside the database: the
 * system frees it when its owner dies, however it dies, so nobody ever has to remove it by hand.
 */

import { lstatSync, statSync } from 'node:fs'
import { Database } from './binding.ts'
import { AppError, codeOf } from '../../core/errors.ts'
import { createPrivately, explain } from './database.ts'

/** A lock that is held until released. */
export interface WriterLock {
  release(): void
}

/**
 * Takes the lock of the database at `path`; throws `conflict` naming the owner while another process lives
 * that holds it. `commands` is the socket on which the owner takes commands, if it does.
 */
export function lockDatabase(path: string, commands?: string): WriterLock {
  const lockPath = lockPathOf(path)
  return explain(path, () => {
    createPrivately(lockPath)
    const db = new Database(lockPath, { timeout: 0 })
    try {
      // The owner's number must be readable by those who are refused, so it is committed before the
      // lock is taken for good; whoever comes in between wins, and this process is refused below.
      db.exec('BEGIN IMMEDIATE')
      // A service's writer would be started again: the process to stop is the one that started it.
      db.pragma(`user_version = ${commands === undefined ? process.pid : process.ppid}`)
      db.exec('CREATE TABLE IF NOT EXISTS owner (commands TEXT) STRICT; DELETE FROM owner')
      db.prepare('INSERT INTO owner (commands) VALUES (?)').run(commands ?? null)
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

/**
 * The socket on which the last owner of the database took commands. It may be gone, and its folder may be
 * somebody else's by now: only one of the user who owns the lock file is told.
 */
export function findCommandsSocket(path: string): string | undefined {
  const lockPath = lockPathOf(path)
  const lock = statSync(lockPath, { throwIfNoEntry: false })
  if (lock === undefined) return undefined
  const socket = readCommands(lockPath)
  if (socket === undefined) return undefined
  const found = lstatSync(socket, { throwIfNoEntry: false })
  return found?.isSocket() === true && found.uid === lock.uid ? socket : undefined
}

const lockPathOf = (path: string): string => `${path}.lock`

function readCommands(lockPath: string): string | undefined {
  let db: Database | undefined
  try {
    db = new Database(lockPath, { readonly: true, fileMustExist: true, timeout: 1000 })
    const commands: unknown = db.prepare('SELECT commands FROM owner').pluck().get()
    return typeof commands === 'string' ? commands : undefined
  } catch {
    // An earlier version's lock, one that is being made this very moment, or one that is not ours to read.
    return undefined
  } finally {
    db?.close()
  }
}

function ownerOf(db: Database): string {
  try {
    return String(db.pragma('user_version', { simple: true }))
  } catch {
    // It is writing its number this very moment.
    return 'unknown'
  }
}
