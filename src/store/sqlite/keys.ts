/**
 * How identities are kept. An exchange's key orders it by time: `startedAt * 2048 + n` stays below 2^53
 * until the year 2109. A UUID is 16 bytes instead of 36.
 */

import { hash } from 'node:crypto'

/** Keys that one millisecond has room for. */
export const KEYS_PER_MS = 2048

/** A key may lie this far behind its millisecond, when an import has more exchanges in one than it holds. */
export const KEY_OVERFLOW_MS = 1000

/** Above every key: where a list that has no cursor begins. */
export const NEWEST = Number.MAX_SAFE_INTEGER

/** The place of the version nibble in a UUID. */
const NIBBLE = 14

const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i

/** The 16 bytes of a UUID; `undefined` for any other text. */
export function uuidBytes(text: string): Buffer | undefined {
  return UUID.test(text) ? Buffer.from(text.replaceAll('-', ''), 'hex') : undefined
}

/** The UUID of 16 bytes. */
export function uuidText(bytes: Buffer): string {
  const hex = bytes.toString('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}

/** A look-up of a request id: an index's hash, and what SQL compares, since hashes may meet. */
export interface RequestIdMatch {
  readonly hash: number
  readonly condition: string
  readonly params: readonly string[]
}

/**
 * How a request id is found. Envoy packs its trace decision into the version nibble of a UUID, so the
 * same id may arrive with another digit there: UUIDs count as equal without it, and in any case.
 */
export function matchRequestId(requestId: string): RequestIdMatch {
  const match = requestHash(requestId)
  if (!UUID.test(requestId))
    return { hash: match, condition: 'e.request_id = ?', params: [requestId] }
  const lower = requestId.toLowerCase()
  return {
    hash: match,
    condition: 'lower(substr(e.request_id, 1, 14)) = ? AND lower(substr(e.request_id, 16)) = ?',
    params: [lower.slice(0, NIBBLE), lower.slice(NIBBLE + 1)],
  }
}

/** 48 bits of a hash, equal for request ids that count as equal. */
export function requestHash(requestId: string): number {
  const key = UUID.test(requestId)
    ? requestId.slice(0, NIBBLE).toLowerCase() + requestId.slice(NIBBLE + 1).toLowerCase()
    : requestId
  // A third of what a buffer of it costs.
  return parseInt(hash('sha1', key, 'hex').slice(0, 12), 16)
}

/** The key an exchange would like: its time, then the bits that follow the time in a UUIDv7. */
export function preferredKey(startedAt: number, id: Buffer): number {
  const n = (((id[6] ?? 0) & 0x0f) << 7) | ((id[7] ?? 0) >> 1)
  return Math.floor(startedAt) * KEYS_PER_MS + n
}
