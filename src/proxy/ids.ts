/** Identifiers that the proxy makes. */

import { randomUUID } from 'node:crypto'

let prefixMs = -1
let prefix = ''

/** A UUIDv7 (RFC 9562 §5.7) for this moment: 48 bits of epoch milliseconds, the rest random. */
export function uuidV7(epochMs: number): string {
  if (epochMs !== prefixMs) {
    const hex = epochMs.toString(16).padStart(12, '0')
    prefix = `${hex.slice(0, 8)}-${hex.slice(8)}-7`
    prefixMs = epochMs
  }
  return prefix + randomUUID().slice(15)
}

/** Whether a client's `x-request-id` may stay: 1 to 128 visible ASCII characters. */
export function isValidRequestId(value: string): boolean {
  const { length } = value
  if (length === 0 || length > 128) return false
  for (let i = 0; i < length; i++) {
    const code = value.charCodeAt(i)
    if (code < 0x21 || code > 0x7e) return false
  }
  return true
}
