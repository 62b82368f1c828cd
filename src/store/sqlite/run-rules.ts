/** Under which rules the exchanges of a run were judged: a verdict says when they changed meanwhile. */

import { execute, rowsOf, type Database } from './database.ts'

/** Rules in force, each from when on; epoch milliseconds. */
export interface RunRules {
  readonly version: string
  readonly since: number
}

/** Notes that from now on exchanges of this run are judged under these rules. */
export function setRulesVersion(db: Database, runId: number, version: string, now: number): void {
  if (rulesVersionsOf(db, runId).at(-1)?.version === version) return
  execute(db, 'INSERT INTO run_rules (run_id, version, since) VALUES (?, ?, ?)', [
    runId,
    version,
    now,
  ])
}

/** The rules of a run in the order in which they came into force; empty when nobody noted any. */
export function rulesVersionsOf(db: Database, runId: number): readonly RunRules[] {
  return rowsOf<RunRules>(db, 'SELECT version, since FROM run_rules WHERE run_id = ? ORDER BY id', [
    runId,
  ])
}
