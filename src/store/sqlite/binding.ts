/**
 * SQLite, by the one of two versions of its binding that this Node can run: 13 crashes on Node 20, and 12 on Node 24
 * from 24.19 on, whenever a statement is collected outside of JavaScript. See docs/decisions/0008-dependencies.md.
 */

import { createRequire } from 'node:module'
import type BetterSqlite3 from 'better-sqlite3'
import { codeOf } from '../../core/errors.ts'

const require = createRequire(import.meta.url)

/** The first major version of Node that version 13 runs on. */
const NAPI_SINCE = 22

/** Opens a database file; throws SQLite's error, with its `code`, when it cannot. */
export const Database = load(Number.parseInt(process.versions.node))

/** An open database. */
export type Database = BetterSqlite3.Database

function load(nodeMajor: number): typeof BetterSqlite3 {
  if (nodeMajor >= NAPI_SINCE) {
    try {
      return require('better-sqlite3-napi') as typeof BetterSqlite3
    } catch (error) {
      // An install without optional dependencies has version 12 alone.
      if (codeOf(error) !== 'MODULE_NOT_FOUND') throw error
    }
  }
  return require('better-sqlite3') as typeof BetterSqlite3
}
