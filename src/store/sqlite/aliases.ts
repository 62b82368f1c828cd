/** Ids that divergences had before their endpoints merged lead to what they are now. */

import { rowsOf, type Database } from './database.ts'

/** A divergence's key by its id or one of its former ids, as SQL that takes the id twice. */
export const DIVERGENCE_KEY = `coalesce((SELECT key FROM divergences WHERE id = ?),
  (SELECT divergence_key FROM divergence_aliases WHERE id = ?))`

/** The key of a divergence by its id or one of its former ids. */
export function divergenceKey(db: Database, id: string): number | undefined {
  const [row] = rowsOf<{ key: number | null }>(db, `SELECT ${DIVERGENCE_KEY} AS key`, [id, id])
  return row?.key ?? undefined
}
