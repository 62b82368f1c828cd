/** Who did what: written in the transaction of the change itself, bounded, read newest first. */

import type { Actor } from '../../core/commands.ts'
import type { Filter, Page, PageRequest } from '../../core/lists.ts'
import type { AuditRow } from '../../core/service-report.ts'
import { decodeCursor, encodeCursor } from './cursor.ts'
import { execute, rowsOf, type Database } from './database.ts'
import { NEWEST } from './keys.ts'

/** So many rows are kept, the newest. */
const MAX_ROWS = 100_000

/** What is written of a deed. `detail` is JSON text without secrets. */
export interface Deed {
  readonly actor: Actor
  readonly action: string
  readonly subject: string
  readonly detail: string
}

/** Adds a row within the transaction that is open, and removes the one that is too old; tells its number. */
export function addAudit(db: Database, { actor, action, subject, detail }: Deed, now: number) {
  const [row] = rowsOf<{ id: number }>(
    db,
    `INSERT INTO audit (at, actor, role, action, subject, detail) VALUES (?, ?, ?, ?, ?, ?)
     RETURNING id`,
    [now, actor.name, actor.role, action, subject, detail],
  )
  const id = row?.id ?? 0
  execute(db, 'DELETE FROM audit WHERE id <= ?', [id - MAX_ROWS])
  return id
}

/** A filter as it may be written down: a part of a path or a request id may be the very secret that is looked for. */
export function auditedFilter({ q, requestId, ...told }: Filter): object {
  return q === undefined && requestId === undefined ? told : { ...told, q: 'not kept' }
}

/** Says what came of a deed that took more than one transaction. */
export function completeAudit(db: Database, id: number, detail: string): void {
  execute(db, 'UPDATE audit SET detail = ? WHERE id = ?', [detail, id])
}

interface SqlAudit {
  readonly id: number
  readonly at: number
  readonly actor: string
  readonly role: string
  readonly action: string
  readonly subject: string
  readonly detail: string
}

/** What people did, newest first. */
export function listAudit(db: Database, { cursor, limit }: PageRequest): Page<AuditRow> {
  const [before] = cursor === undefined ? [NEWEST] : decodeCursor('audit', ['number'], cursor)
  const rows = rowsOf<SqlAudit>(db, 'SELECT * FROM audit WHERE id < ? ORDER BY id DESC LIMIT ?', [
    Number(before),
    limit + 1,
  ])
  const items = rows
    .slice(0, limit)
    .map(({ at, ...row }): AuditRow => ({ ...row, time: new Date(at).toISOString() }))
  const last = items.at(-1)
  return rows.length > limit && last !== undefined
    ? { items, next: encodeCursor('audit', [last.id]) }
    : { items }
}
