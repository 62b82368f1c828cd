/**
 * A copy of the database while it is written. Only the writer's own connection makes one that does not start
 * anew with every transaction. It gets its name when it is whole, so that what a killed one leaves is no backup.
 */

import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { AppError } from '../../core/errors.ts'
import { Database } from './binding.ts'
import { closeInOrder, createPrivately, explain } from './database.ts'

/** Pages copied before other work has its turn: a few milliseconds. */
const STEP_PAGES = 500

/** Files that are being made, of all databases of this process. */
const underWay = new Set<string>()

/** Copies the database to a file that does not exist yet; what fails leaves no file. */
export async function backUp(db: Database, path: string): Promise<void> {
  const partial = `${path}.partial`
  if (underWay.has(path)) {
    throw new AppError('conflict', `${path}: a backup is being written there already`)
  }
  underWay.add(path)
  try {
    explain(path, () => {
      expectNothingAt(path)
      removePartial(partial)
      createPrivately(partial)
    })
    await db.backup(partial, { progress: () => STEP_PAGES })
    explain(path, () => {
      closeInOrder(new Database(partial))
      expectNothingAt(path)
      renameSync(partial, path)
      syncFolder(dirname(path))
    })
  } catch (error) {
    removePartial(partial)
    return explain(path, () => {
      throw error
    })
  } finally {
    underWay.delete(path)
  }
}

function expectNothingAt(path: string): void {
  if (!existsSync(path)) return
  throw new AppError('conflict', `${path}: it exists already; name a new file for the backup`)
}

/** Its logs first: SQLite would bring them into the next file of that name. */
function removePartial(partial: string): void {
  for (const end of ['-journal', '-wal', '-shm', '']) rmSync(`${partial}${end}`, { force: true })
}

/** A name that is told must outlive a power loss. */
function syncFolder(folder: string): void {
  const descriptor = openSync(folder, 'r')
  try {
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}
