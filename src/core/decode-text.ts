/**
 * Bytes to characters: in the charset that the content type names, else UTF-8, unless a byte order mark or the
 * document itself says otherwise. Bytes that are no such text are binary, never text with holes.
 */

import { TextDecoder } from 'node:util'

/** What the text of a UTF-8 file may begin with, and JSON may not (RFC 8259 §8.1). */
export const BYTE_ORDER_MARK = '\uFEFF'

/** Kept for the life of the process: making one costs more than using it. */
const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** The text that the bytes are; undefined when they are none. */
export function decodeText(bytes: Buffer, contentType: string): string | undefined {
  const charset = /;\s*charset\s*=\s*"?([^\s;"]+)/i.exec(contentType)?.[1]?.toLowerCase()
  const wide = wideCharset(bytes, charset, contentType)
  if (wide !== undefined) return decodeAs(wide, bytes)
  // A NUL is in no text, but in nearly every binary format.
  if (bytes.includes(0)) return undefined
  if (charset !== undefined && charset !== 'utf-8') return decodeAs(charset, bytes)
  const text = decodeWith(UTF8, bytes)
  if (text !== undefined || charset !== undefined) return text
  const declared = declaredCharset(bytes)
  return declared === undefined ? undefined : decodeAs(declared, bytes)
}

const TEXTUAL = /^(?:text\/|application\/(?:[\w.-]+\+)?(?:json|xml)\b)/i

/** UTF-16 in the byte order of its mark, where the content type says that it is UTF-16, or just text. */
function wideCharset(
  bytes: Buffer,
  charset: string | undefined,
  contentType: string,
): string | undefined {
  const isWide = charset?.startsWith('utf-16') === true
  if (!isWide && (charset !== undefined || !TEXTUAL.test(contentType))) return undefined
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le'
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be'
  return isWide ? charset : undefined
}

/** Bytes in which XML and HTML must have told their encoding. */
const DECLARING = 1024

function declaredCharset(bytes: Buffer): string | undefined {
  const head = bytes.toString('latin1', 0, DECLARING)
  const [, xml, html] =
    /^\s*<\?xml\s[^>]*\bencoding\s*=\s*["']([\w-]+)|<meta\s[^>]*\bcharset\s*=\s*["']?([\w-]+)/i.exec(
      head,
    ) ?? []
  return xml ?? html
}

/** An unknown charset is read as UTF-8. */
function decodeAs(charset: string, bytes: Buffer): string | undefined {
  let decoder
  try {
    decoder = new TextDecoder(charset, { fatal: true, ignoreBOM: true })
  } catch {
    decoder = UTF8
  }
  return decodeWith(decoder, bytes)
}

function decodeWith(decoder: TextDecoder, bytes: Buffer): string | undefined {
  try {
    return decoder.decode(bytes)
  } catch {
    return undefined
  }
}
