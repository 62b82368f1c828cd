/** Which bytes may stand where in an HTTP/1.1 message (RFC 9110 §5.6, RFC 9112 §4 and §7.1.1), as one table look-up. */

export const CR = 0x0d
export const LF = 0x0a
export const SP = 0x20
export const HTAB = 0x09

/** A byte of a token: field names, names of chunk extensions. */
export const TOKEN = 1
/** A byte of a field value or reason phrase: HTAB, SP, VCHAR, obs-text. */
export const TEXT = 2
/** A byte inside the quotes of a quoted string, apart from the backslash. */
export const QUOTED = 4

const SYMBOLS_OF_TOKENS = "!#$%&'*+-.^_`|~"

/** For every byte the classes it belongs to. */
export const BYTE_CLASS: Uint8Array = Uint8Array.from({ length: 256 }, (_, byte) => {
  const character = String.fromCharCode(byte)
  const isToken = /^[0-9A-Za-z]$/.test(character) || SYMBOLS_OF_TOKENS.includes(character)
  const isText = byte === HTAB || (byte >= SP && byte !== 0x7f)
  const isQuoted = isText && character !== '"' && character !== '\\'
  return (isToken ? TOKEN : 0) | (isText ? TEXT : 0) | (isQuoted ? QUOTED : 0)
})
