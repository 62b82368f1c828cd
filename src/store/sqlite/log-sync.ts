/**
 * Makes commits survive the loss of power. Syncing each of them would cost the disk's patience a hundred
 * times a second; syncing the write-ahead log a few times a second, off the main thread, loses at most what
 * came since. A crash of the process alone loses nothing either way.
 */

import { closeSync, fdatasync, openSync } from 'node:fs'

/** Commits are on the disk at the latest after this. */
const FLUSH_MS = 250

/** Syncs one database's log. */
export interface LogSync {
  /** Something was committed. */
  committed(): void
  stop(): void
}

/** Starts to sync the log of the database at `path`. */
export function startLogSync(path: string): LogSync {
  let file: number | undefined
  let timer: NodeJS.Timeout | undefined
  let isStopped = false
  let isSyncing = false

  function sync(): void {
    timer = undefined
    // No lock is lost when this descriptor is closed: SQLite has its locks on the other files.
    file ??= openLog()
    if (file === undefined) return
    isSyncing = true
    fdatasync(file, () => {
      // A disk that fails here fails the next write too, and that one is reported.
      isSyncing = false
      if (isStopped) close()
    })
  }

  function openLog(): number | undefined {
    try {
      return openSync(`${path}-wal`, 'r')
    } catch {
      // Moved away under us; the writer says so.
      return undefined
    }
  }

  function close(): void {
    if (file !== undefined) closeSync(file)
    file = undefined
  }

  return {
    committed: () => {
      timer ??= setTimeout(sync, FLUSH_MS)
    },
    stop: () => {
      isStopped = true
      clearTimeout(timer)
      if (!isSyncing) close()
    },
  }
}
