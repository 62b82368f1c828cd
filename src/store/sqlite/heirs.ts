/** Endpoints that a template learned late took over: under their names the heir is found. */

import type { KnownEndpoints } from '../../core/endpoint-learner.ts'
import { rowsOf, type Database, type SqlValue } from './database.ts'

/** More names than this teach nothing that is worth their memory. */
const MAX_KNOWN = 50_000

/** The endpoint that has the counts of a name, as SQL that takes the name once. */
export const ENDPOINT_ID = '(SELECT coalesce(heir_id, id) FROM endpoints WHERE name = ?)'

/** The numbers that exchanges of an endpoint may have: its own and those of all that it took over. */
export function endpointIds(db: Database, name: string): readonly number[] {
  return rowsOf<{ id: number }>(
    db,
    `SELECT h.id FROM endpoints h WHERE h.id = ${ENDPOINT_ID}
     UNION ALL SELECT m.id FROM endpoints m WHERE m.heir_id = ${ENDPOINT_ID}`,
    [name, name],
  ).map(({ id }) => id)
}

/** The names that have counts, and those of them that a run has. */
export function knownEndpoints(db: Database, runId: number | undefined): KnownEndpoints {
  const select = (where: string, values: readonly SqlValue[]) =>
    rowsOf<{ name: string }>(
      db,
      `SELECT name FROM endpoints WHERE heir_id IS NULL ${where} ORDER BY id DESC LIMIT ${MAX_KNOWN}`,
      values,
    ).map(({ name }) => name)
  return {
    names: select('', []),
    ofRun:
      runId === undefined
        ? []
        : select('AND id IN (SELECT endpoint_id FROM endpoint_runs WHERE run_id = ?)', [runId]),
  }
}
