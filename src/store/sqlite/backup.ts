/**
 * A copy of the database while it is written. Only the writer's own connection makes one that does not start
 * anew with every transaction.
 */

import { existsSync, rmSync } from 'node:fs'
import { AppError } from '../../core/errors.ts'
import { createPrivately, explain, type Database } from './database.ts'

/** Pages copied before other work has its turn: a few milliseconds. */
const STEP_PAGES = 500

/** Copies the database to a file that does not exist yet; what fails leaves no file. */
export async function backUp(db: Database, path: string): Promise<void> {
  explain(path, () => {
    if (existsSync(path)) {
      throw new AppError('conflict', `${path}: it exists already; name a new file for the backup`)
    }
    createPrivately(path)
  })
  try {
    await db.backup(path, { progress: () => STEP_PAGES })
  } catch (error) {
    rmSync(path, { force: true })
    return explain(path, () => {
      throw error
    })
  }
}
