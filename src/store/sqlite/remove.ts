/** Exchanges taken out of the store again, with all that hangs on them. Aggregates stay. */

import { releaseBodies } from './bodies.ts'
import { execute, rowsOf, type Database } from './database.ts'

/** Removes these exchanges, their details, their differences, and bodies that no other one shows. */
export function removeExchanges(db: Database, keys: readonly number[]): void {
  const list = JSON.stringify(keys)
  const bodies = rowsOf<{ id: number | null }>(
    db,
    `WITH removed AS (SELECT d.* FROM json_each(?) k CROSS JOIN details d ON d.exchange_key = k.value)
     SELECT request_body_id AS id FROM removed UNION ALL
     SELECT primary_body_id FROM removed UNION ALL
     SELECT shadow_body_id FROM removed UNION ALL
     SELECT control_body_id FROM removed`,
    [list],
  )
  execute(db, 'DELETE FROM exchanges WHERE key IN (SELECT value FROM json_each(?))', [list])
  releaseBodies(
    db,
    bodies.flatMap(({ id }) => (id === null ? [] : [id])),
  )
}
