/** What kind of header field a name stands for, looked up by the name as it was written. */

import { isHopByHop } from '../core/headers.ts'

/** The kinds that the request path treats differently; everything else is `PLAIN` and passes as it is. */
export const Field = {
  PLAIN: 0,
  /** Ends here (RFC 9110 §7.6.1), without further meaning. */
  HOP: 1,
  HOST: 2,
  CONNECTION: 3,
  REQUEST_ID: 4,
  CONTENT_LENGTH: 5,
  TRANSFER_ENCODING: 6,
  VIA: 7,
  EXPECT: 8,
  UPGRADE: 9,
  TE: 10,
  MAX_FORWARDS: 11,
  TRAILER: 12,
  CONTENT_DISPOSITION: 13,
  SHADOW_MARK: 14,
} as const

/** One of {@link Field}. */
export type FieldKind = (typeof Field)[keyof typeof Field]

const KINDS: ReadonlyMap<string, FieldKind> = new Map<string, FieldKind>([
  ['host', Field.HOST],
  ['connection', Field.CONNECTION],
  ['x-request-id', Field.REQUEST_ID],
  ['content-length', Field.CONTENT_LENGTH],
  ['transfer-encoding', Field.TRANSFER_ENCODING],
  ['via', Field.VIA],
  ['expect', Field.EXPECT],
  ['upgrade', Field.UPGRADE],
  ['te', Field.TE],
  ['max-forwards', Field.MAX_FORWARDS],
  ['trailer', Field.TRAILER],
  ['content-disposition', Field.CONTENT_DISPOSITION],
  ['x-shadow', Field.SHADOW_MARK],
])

/** Names as written, so that the usual ones cost one look-up and no lower-casing. */
const asWritten = new Map<string, FieldKind>()
/** Clients choose names: beyond this many, nothing is remembered. */
const MAX_REMEMBERED = 1000
const MAX_REMEMBERED_LENGTH = 64

/** The kind of the field of this name, in any case. */
export function fieldKind(name: string): FieldKind {
  const known = asWritten.get(name)
  if (known !== undefined) return known
  const lower = name.toLowerCase()
  const kind = KINDS.get(lower) ?? (isHopByHop(lower) ? Field.HOP : Field.PLAIN)
  if (asWritten.size < MAX_REMEMBERED && name.length <= MAX_REMEMBERED_LENGTH) {
    asWritten.set(name, kind)
  }
  return kind
}
