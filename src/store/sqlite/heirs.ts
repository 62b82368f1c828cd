/** Endpoints that a template learned late took over: under their names the heir is found. */

import { rowsOf, type Database } from './database.ts'

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
