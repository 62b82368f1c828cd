/** Secrets in bodies, by what their content types and the configuration say of them. */

import type { CapturedBody, HeaderList } from './exchange.ts'
import { hashInsteadOfBytes } from './hashed-body.ts'
import { headerValue } from './headers.ts'
import { markupFormat } from './markup.ts'
import { redactMarkupPointers } from './redact-markup-pointers.ts'
import { redactPointers, type PointerMatch } from './redact-pointers.ts'
import { rewriteBody } from './redact-bytes.ts'
import { redactForm, redactMultipart, redactText } from './redact-text.ts'
import type { Secrets } from './secrets.ts'

const BINARY = /^(?:image|audio|video|font)\/(?!svg)|^application\/(?:zip|gzip|pdf|wasm|x-tar)\b/i

/** The body without its secrets; the same body when it has none. Its length stays that of the true one. */
export function redactBody(
  body: CapturedBody,
  headers: HeaderList,
  secrets: Secrets,
  isNamed?: PointerMatch,
): CapturedBody {
  return rewriteBody(body, headers, (text) => {
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
  // Of the bytes as they are after redaction: a plain hash of a short secret can be guessed.
  return keepHash ? hashInsteadOfBytes(body) : { ...rest, bytes: Buffer.alloc(0) }
}

/** The body without echoes of secrets that were found elsewhere. */
export function redactBodyEchoes(
  body: CapturedBody,
  headers: HeaderList,
  secrets: Secrets,
): CapturedBody {
  return rewriteBody(body, headers, (text) => secrets.replaceEchoes(text))
}

function redactContent(text: string, headers: HeaderList, secrets: Secrets): string {
  const type = headerValue(headers, 'content-type') ?? ''
  if (BINARY.test(type)) return text
  if (/^application\/x-www-form-urlencoded\b/i.test(type)) return redactForm(text, secrets)
  const boundary = /^multipart\/.*;\s*boundary="?([^";]+)"?/i.exec(type)?.[1]
  if (boundary !== undefined) return redactMultipart(text, boundary.trim(), secrets)
  return redactText(text, secrets)
}
