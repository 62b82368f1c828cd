/** Secrets in bodies: content codings are undone for looking, and done again only when something was found. */

import { createHash } from 'node:crypto'
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import { undoCodings } from './content-coding.ts'
import type { CapturedBody, HeaderList } from './exchange.ts'
import { headerValue } from './headers.ts'
import { markupFormat } from './markup.ts'
import { redactMarkupPointers } from './redact-markup-pointers.ts'
import { redactPointers, type PointerMatch } from './redact-pointers.ts'
import { redactForm, redactMultipart, redactText } from './redact-text.ts'
import type { Secrets } from './secrets.ts'

/** Codings that can be done again. */
const ENCODERS: Readonly<Record<string, (bytes: Buffer) => Buffer>> = {
  gzip: (bytes) => gzipSync(bytes),
  br: (bytes) => brotliCompressSync(bytes),
  deflate: (bytes) => deflateSync(bytes),
}
/** A coded body that becomes longer is not looked into. */
const MAX_DECODED_BYTES = 16 * 1024 * 1024
const BINARY = /^(?:image|audio|video|font)\/(?!svg)|^application\/(?:zip|gzip|pdf|wasm|x-tar)\b/i

/** The body without its secrets; the same body when it has none. Its length stays that of the true one. */
export function redactBody(
  body: CapturedBody,
  headers: HeaderList,
  secrets: Secrets,
  isNamed?: PointerMatch,
): CapturedBody {
  return rewrite(body, headers, (text) => {
    const named = isNamed === undefined ? text : redactNamed(text, headers, isNamed, secrets)
    return redactContent(named, headers, secrets)
  })
}

/** What the configuration names by place, in whatever has places. */
function redactNamed(
  text: string,
  headers: HeaderList,
  isNamed: PointerMatch,
  secrets: Secrets,
): string {
  const format = /^[^{["\w]{0,64}</.test(text)
    ? markupFormat(text, headerValue(headers, 'content-type') ?? '')
    : undefined
  return format === undefined
    ? redactPointers(text, isNamed, secrets)
    : redactMarkupPointers(text, format, isNamed, secrets)
}

/** What is left of a body when bodies are not kept: its length, and its hash if that is. */
export function withoutBytes(body: CapturedBody, keepHash: boolean): CapturedBody {
  const { bytes, sha256, ...rest } = body
  if (bytes.length === 0 && sha256 === undefined) return body
  const empty = Buffer.alloc(0)
  // Of the bytes as they are after redaction: a plain hash of a short secret can be guessed.
  return keepHash
    ? { ...rest, bytes: empty, sha256: sha256 ?? hashOf(bytes) }
    : { ...rest, bytes: empty }
}

function hashOf(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex')
}

/** The body without echoes of secrets that were found elsewhere. */
export function redactBodyEchoes(
  body: CapturedBody,
  headers: HeaderList,
  secrets: Secrets,
): CapturedBody {
  return rewrite(body, headers, (text) => secrets.replaceEchoes(text))
}

function redactContent(text: string, headers: HeaderList, secrets: Secrets): string {
  const type = headerValue(headers, 'content-type') ?? ''
  if (BINARY.test(type)) return text
  if (/^application\/x-www-form-urlencoded\b/i.test(type)) return redactForm(text, secrets)
  const boundary = /^multipart\/.*;\s*boundary="?([^";]+)"?/i.exec(type)?.[1]
  if (boundary !== undefined) return redactMultipart(text, boundary.trim(), secrets)
  return redactText(text, secrets)
}

/** One character is one byte here, so that whatever is not replaced keeps its bytes. */
function rewrite(
  body: CapturedBody,
  headers: HeaderList,
  change: (text: string) => string,
): CapturedBody {
  if (body.bytes.length === 0) return body
  const coding = headerValue(headers, 'content-encoding')?.trim().toLowerCase() ?? 'identity'
  if (coding === 'identity' || coding === '') {
    const text = body.bytes.toString('latin1')
    const changed = change(text)
    return changed === text ? body : { ...body, bytes: Buffer.from(changed, 'latin1') }
  }
  const encode = ENCODERS[coding]
  const decoded = undoCodings(body.bytes, [coding], MAX_DECODED_BYTES)
  if (encode === undefined || decoded.kind !== 'bytes') return body
  const text = decoded.bytes.toString('latin1')
  const changed = change(text)
  return changed === text ? body : { ...body, bytes: encode(Buffer.from(changed, 'latin1')) }
}
