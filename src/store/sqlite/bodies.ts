/**
 * Bodies, stored once by content, and in fewer bytes where that pays. References are counted in memory and written
 * once for each transaction.
 */

import { hash } from 'node:crypto'
import type { Statement } from 'better-sqlite3'
import { packContent, unpackContent, type ContentCoding } from './content.ts'
import { execute, rowsOf, type Database } from './database.ts'

/** The bodies of one writer. */
export class BodyTable {
  readonly #find: Statement<[number, Buffer], number>
  readonly #insert: Statement<[number, Buffer]>
  readonly #insertContent: Statement<[number, ContentCoding, Buffer]>
  readonly #addRefs: Statement<[number, number]>
  /** References of the transaction that is open, by body. */
  readonly #refs = new Map<number, number>()
  /** The last body: two upstreams that agree sent the same bytes. */
  #last: { readonly bytes: Buffer; readonly id: number } | undefined

  constructor(db: Database) {
    this.#find = db
      .prepare<[number, Buffer], number>('SELECT id FROM bodies WHERE hash = ? AND sha256 = ?')
      .pluck()
    this.#insert = db.prepare('INSERT INTO bodies (hash, sha256, refs) VALUES (?, ?, 0)')
    this.#insertContent = db.prepare(
      'INSERT INTO body_contents (body_id, coding, content) VALUES (?, ?, ?)',
    )
    this.#addRefs = db.prepare('UPDATE bodies SET refs = refs + ? WHERE id = ?')
  }

  /** Forgets what a transaction that failed had counted. */
  begin(): void {
    this.#refs.clear()
    this.#last = undefined
  }

  /** Stores the bytes unless they are there, and counts one reference; an empty body needs no row. */
  add(bytes: Buffer): number | null {
    if (bytes.length === 0) return null
    const id = this.#last?.bytes.equals(bytes) === true ? this.#last.id : this.#idOf(bytes)
    this.#last = { bytes, id }
    this.#refs.set(id, (this.#refs.get(id) ?? 0) + 1)
    return id
  }

  /** Writes the references that were counted. */
  flush(): void {
    for (const [id, refs] of this.#refs) this.#addRefs.run(refs, id)
    this.begin()
  }

  #idOf(bytes: Buffer): number {
    const sha256 = hash('sha256', bytes, 'buffer')
    const prefix = sha256.readUIntBE(0, 6)
    const known = this.#find.get(prefix, sha256)
    if (known !== undefined) return known
    const id = Number(this.#insert.run(prefix, sha256).lastInsertRowid)
    const { coding, content } = packContent(bytes)
    this.#insertContent.run(id, coding, content)
    return id
  }
}

/** Takes references away; a body without any is removed. */
export function releaseBodies(db: Database, ids: readonly number[]): void {
  const refs = new Map<number, number>()
  for (const id of ids) refs.set(id, (refs.get(id) ?? 0) + 1)
  for (const [id, count] of refs) {
    const [body] = rowsOf<{ refs: number }>(
      db,
      'UPDATE bodies SET refs = refs - ? WHERE id = ? RETURNING refs',
      [count, id],
    )
    if (body === undefined || body.refs > 0) continue
    execute(db, 'DELETE FROM body_contents WHERE body_id = ?', [id])
    execute(db, 'DELETE FROM bodies WHERE id = ?', [id])
  }
}

/** The bytes of a stored body. */
export function readBody(db: Database, id: number | null): Buffer {
  if (id === null) return Buffer.alloc(0)
  const [row] = rowsOf<{ coding: ContentCoding; content: Buffer }>(
    db,
    'SELECT coding, content FROM body_contents WHERE body_id = ?',
    [id],
  )
  return row === undefined ? Buffer.alloc(0) : unpackContent(row)
}
