/**
 * How exchanges are found by their request id. An index over hashes alone costs a page of the log for every
 * row, wherever it happens to fall; so the hashes of a few thousand rows share a bucket, new rows go to the
 * last bucket, and who looks for an id looks into each. Rows from before there were buckets have a hash of 48 bits.
 */

import { hash } from 'node:crypto'
import type { Statement } from 'better-sqlite3'
import { rowsOf, type Database } from './database.ts'
import { isUuid } from './keys.ts'

/** Rows of a bucket: its pages are a few dozen, and ten million rows are a thousand places to look at. */
const BUCKET_ROWS = 8192
/** Values of one bucket. */
const BUCKET_SPAN = 2 ** 32
/** Lower values are hashes without a bucket. */
const FIRST_BUCKET = 2 ** 16
/** An id that more exchanges have is no way to find one of them. */
const MAX_SAME = 1000

/** The place of the version nibble in a UUID. */
const NIBBLE = 14

/** The request ids of one writer. */
export class RequestIdTable {
  #bucket = FIRST_BUCKET
  #left = BUCKET_ROWS

  constructor(db: Database) {
    const newest = db
      .prepare<[], number | null>('SELECT max(request_hash) FROM exchanges')
      .pluck()
      .get()
    if (typeof newest !== 'number' || newest < FIRST_BUCKET * BUCKET_SPAN) return
    this.#bucket = Math.floor(newest / BUCKET_SPAN)
    const count: Statement<[number], number> = db
      .prepare<[number], number>('SELECT count(*) FROM exchanges WHERE request_hash >= ?')
      .pluck()
    this.#left -= count.get(this.#bucket * BUCKET_SPAN) ?? 0
  }

  /** What the index holds for a new row. */
  add(requestId: string): number {
    if (this.#left <= 0) {
      this.#bucket++
      this.#left = BUCKET_ROWS
    }
    this.#left--
    return this.#bucket * BUCKET_SPAN + parseInt(hashOf(requestId).slice(0, 8), 16)
  }
}

/** Which exchanges have a request id. */
export interface RequestIdMatch {
  /** What SQL compares, since hashes may meet. */
  readonly condition: string
  readonly params: readonly string[]
  /** Their keys, in no order; absent when they are too many. */
  readonly keys?: readonly number[]
}

/**
 * Finds a request id. Envoy packs its trace decision into the version nibble of a UUID, so the same id may
 * arrive with another digit there: UUIDs count as equal without it, and in any case.
 */
export function findRequestId(db: Database, requestId: string): RequestIdMatch {
  const { condition, params } = conditionOf(requestId)
  const rows = rowsOf<{ key: number }>(
    db,
    `SELECT e.key FROM json_each(?) h CROSS JOIN exchanges e ON e.request_hash = h.value
     WHERE ${condition} LIMIT ?`,
    [JSON.stringify(placesOf(db, requestId)), ...params, MAX_SAME + 1],
  )
  if (rows.length > MAX_SAME) return { condition, params }
  return { condition, params, keys: rows.map(({ key }) => key) }
}

function conditionOf(requestId: string): { condition: string; params: readonly string[] } {
  if (!isUuid(requestId)) return { condition: 'e.request_id = ?', params: [requestId] }
  const lower = requestId.toLowerCase()
  return {
    condition: 'lower(substr(e.request_id, 1, 14)) = ? AND lower(substr(e.request_id, 16)) = ?',
    params: [lower.slice(0, NIBBLE), lower.slice(NIBBLE + 1)],
  }
}

/** Every value that the index may hold for it, the newest first. */
function placesOf(db: Database, requestId: string): readonly number[] {
  const hex = hashOf(requestId)
  const low = parseInt(hex.slice(0, 8), 16)
  const [bounds] = rowsOf<{ first: number | null; last: number | null }>(
    db,
    `SELECT (SELECT min(request_hash) FROM exchanges WHERE request_hash >= ?) AS first,
       (SELECT max(request_hash) FROM exchanges) AS last`,
    [FIRST_BUCKET * BUCKET_SPAN],
  )
  const places: number[] = []
  if (bounds?.first != null && bounds.last != null) {
    const first = Math.floor(bounds.first / BUCKET_SPAN)
    const last = Math.floor(bounds.last / BUCKET_SPAN)
    for (let bucket = last; bucket >= first; bucket--) places.push(bucket * BUCKET_SPAN + low)
  }
  places.push(parseInt(hex.slice(0, 12), 16))
  return places
}

/** A hash in hex, equal for request ids that count as equal; a buffer of it would cost three times as much. */
function hashOf(requestId: string): string {
  const key = isUuid(requestId)
    ? requestId.slice(0, NIBBLE).toLowerCase() + requestId.slice(NIBBLE + 1).toLowerCase()
    : requestId
  return hash('sha1', key, 'hex')
}
