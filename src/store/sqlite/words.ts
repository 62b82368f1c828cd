/**
 * A dictionary of what every exchange repeats: header names, and the values of headers that say nothing
 * about anybody. Heads refer to its words by number, which makes them a fraction of their size. Other
 * values never get in, because forgetting an exchange does not take words out.
 */

import type { Statement } from 'better-sqlite3'
import { rowsOf, type Database } from './database.ts'

/** A word is worth a number when it was seen this often, … */
const SEEN_OFTEN = 8
/** … while the dictionary has room, … */
const MAX_WORDS = 8192
/** … and it is not longer than this. */
const MAX_LENGTH = 256
/** Words that are being counted; when there are more, counting starts again. */
const MAX_CANDIDATES = 8192

/** Headers whose values are the same for everybody. */
const COMMON_VALUES = new Set(
  `accept accept-charset accept-encoding accept-language accept-ranges access-control-allow-credentials
   access-control-allow-headers access-control-allow-methods access-control-max-age age allow alt-svc
   cache-control connection content-encoding content-language content-length content-security-policy
   content-type cross-origin-opener-policy cross-origin-resource-policy dnt expect expires host keep-alive
   permissions-policy pragma priority referrer-policy sec-ch-ua sec-ch-ua-mobile sec-ch-ua-platform
   sec-fetch-dest sec-fetch-mode sec-fetch-site sec-fetch-user server strict-transport-security te
   transfer-encoding upgrade-insecure-requests user-agent vary via x-content-type-options
   x-dns-prefetch-control x-download-options x-frame-options x-permitted-cross-domain-policies
   x-powered-by x-shadow x-xss-protection`.split(/\s+/),
)

/** The dictionary of one writer. */
export class WordTable {
  readonly #insert: Statement<[string], number>
  readonly #ids = new Map<string, number>()
  readonly #counts = new Map<string, number>()
  readonly #isCommon = new Map<string, boolean>()
  /** Words of the transaction that is open. */
  #added: string[] = []

  constructor(db: Database) {
    // Somebody who removed the lock has two writers, and the other one may know the word already.
    this.#insert = db
      .prepare<[string], number>(
        'INSERT INTO words (text) VALUES (?) ON CONFLICT DO UPDATE SET text = text RETURNING id',
      )
      .pluck()
    for (const { id, text } of rowsOf<{ id: number; text: string }>(
      db,
      'SELECT * FROM words',
      [],
    )) {
      this.#ids.set(text, id)
    }
  }

  /** Forgets the words of a transaction that failed. */
  begin(): void {
    for (const text of this.#added) this.#ids.delete(text)
    this.#added = []
  }

  /** The words of this transaction are there to stay. */
  committed(): void {
    this.#added = []
  }

  /** The number of a header name, once it is seen often. */
  nameId(name: string): number | undefined {
    return this.#ids.get(name) ?? this.#count(name)
  }

  /** The number of a header's value, if it is one of those that everybody sends. */
  valueId(name: string, value: string): number | undefined {
    let isCommon = this.#isCommon.get(name)
    if (isCommon === undefined) {
      isCommon = COMMON_VALUES.has(name.toLowerCase())
      if (this.#isCommon.size >= MAX_CANDIDATES) this.#isCommon.clear()
      this.#isCommon.set(name, isCommon)
    }
    return isCommon ? this.nameId(value) : undefined
  }

  #count(text: string): number | undefined {
    if (text.length > MAX_LENGTH || this.#ids.size >= MAX_WORDS) return undefined
    const count = (this.#counts.get(text) ?? 0) + 1
    if (count < SEEN_OFTEN) {
      if (this.#counts.size >= MAX_CANDIDATES) this.#counts.clear()
      this.#counts.set(text, count)
      return undefined
    }
    this.#counts.delete(text)
    const id = this.#insert.get(text) ?? 0
    this.#ids.set(text, id)
    this.#added.push(text)
    return id
  }
}

const wordsRead = new WeakMap<Database, Map<number, string>>()

/** The word of a number. */
export function readWord(db: Database, id: number): string {
  let known = wordsRead.get(db)
  if (known === undefined) {
    known = new Map()
    wordsRead.set(db, known)
  }
  let text = known.get(id)
  if (text === undefined) {
    const [row] = rowsOf<{ text: string }>(db, 'SELECT text FROM words WHERE id = ?', [id])
    text = row?.text ?? ''
    known.set(id, text)
  }
  return text
}
