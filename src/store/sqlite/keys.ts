/**
 * How identities are kept. An exchange's key orders it by time: `startedAt * 2048 + n` stays below 2^53
 * until the year 2109. A UUID is 16 bytes instead of 36.
 */

/** Keys that one millisecond has room for. */
export const KEYS_PER_MS = 2048

/** A key may lie this far behind its millisecond, when an import has more exchanges in one than it holds. */
export const KEY_OVERFLOW_MS = 1000

/** Above every key: where a list that has no cursor begins. */
export const NEWEST = Number.MAX_SAFE_INTEGER

const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i

/** Whether this is a UUID of any version, in any case. */
export function isUuid(text: string): boolean {
  return UUID.test(text)
}

/** The 16 bytes of a UUID; `undefined` for any other text. */
export function uuidBytes(text: string): Buffer | undefined {
  return UUID.test(text) ? Buffer.from(text.replaceAll('-', ''), 'hex') : undefined
}

/** The UUID of 16 bytes. */
export function uuidText(bytes: Buffer): string {
  const hex = bytes.toString('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}

/** The key an exchange would like: its time, then the bits that follow the time in a UUIDv7. */
export function preferredKey(startedAt: number, id: Buffer): number {
  const n = (((id[6] ?? 0) & 0x0f) << 7) | ((id[7] ?? 0) >> 1)
  return Math.floor(startedAt) * KEYS_PER_MS + n
}
