/**
 * Bytes to something comparable. What a body is, its bytes decide first: whatever parses as JSON is JSON,
 * whatever the content type says, and what is no valid text is binary. Only formats that cannot be told from
 * text (event streams, forms, multipart, parts of HTML) need their content type. XML or HTML that is broken is
 * text and compared by line.
 */

import { createHash } from 'node:crypto'
import { TextDecoder } from 'node:util'

import { undoCodings } from './content-coding.ts'
import { parseEventStream } from './event-stream.ts'
import type { HeaderList, ObservedResponse } from './exchange.ts'
import { parseForm } from './form.ts'
import { canonicalMediaType, contentCodings } from './header-values.ts'
import { headerValue, headerValues, headersByName } from './headers.ts'
import { parseJson } from './json-text.ts'
import type { Json } from './json-value.ts'
import { type MarkupFormat, markupFormat, parseMarkup } from './markup.ts'
import { boundaryOf, splitParts } from './multipart.ts'

/** How much decoding may cost. */
export interface DecodeBounds {
  /** Bytes after the content codings are undone. */
  readonly maxBytes: number
  /** Levels of nesting in JSON. */
  readonly maxDepth: number
}

/** What a structured body was written in; `json-lines` is one JSON document a line, two at least. */
export type BodyFormat =
  'json' | 'json-lines' | 'event-stream' | 'form' | 'multipart' | MarkupFormat

/** A body that is compared member by member. */
export interface StructuredBody {
  readonly kind: 'structured'
  readonly format: BodyFormat
  readonly value: Json
  /** Members that were written more than once with an equal value. */
  readonly repeatedMembers: number
}

/** A body as it is compared. */
export type Decoded =
  | StructuredBody
  | { readonly kind: 'empty' }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'binary' }
  | { readonly kind: 'too-deep' }

const TOO_DEEP: Decoded = { kind: 'too-deep' }

/** The body's bytes with its content codings undone. */
export function decodeCodings(response: ObservedResponse, maxBytes: number) {
  const codings = contentCodings(headerValues(response.headers, 'content-encoding'))
  return undoCodings(response.body.bytes, codings, maxBytes)
}

/** Decodes the bytes of one body, or of one part of it, with the headers that speak of it; never throws. */
export function decodeBody(bytes: Buffer, headers: HeaderList, bounds: DecodeBounds): Decoded {
  if (bytes.length === 0) return { kind: 'empty' }
  const contentType = headerValue(headers, 'content-type') ?? ''
  const boundary = /^multipart\//i.test(contentType) ? boundaryOf(contentType) : undefined
  if (boundary !== undefined) {
    const parts = decodeParts(bytes, boundary, bounds)
    if (parts !== undefined) return parts
  }
  const text = decodeText(bytes, contentType)
  if (text === undefined) return { kind: 'binary' }
  const json = parseJson(text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text, bounds.maxDepth)
  if (json.kind === 'too-deep') return TOO_DEEP
  if (json.kind === 'json') return structured('json', json.value, json.repeatedMembers)
  if (/^text\/event-stream\b/i.test(contentType)) {
    const events = parseEventStream(text, bounds.maxDepth)
    return events === undefined ? TOO_DEEP : structured('event-stream', events)
  }
  if (/^application\/x-www-form-urlencoded\b/i.test(contentType)) {
    return structured('form', parseForm(text))
  }
  const language = markupFormat(text, contentType)
  const markup = language && parseMarkup(text, language)
  if (markup?.kind === 'too-deep') return TOO_DEEP
  if (markup?.kind === 'markup') return structured(markup.format, markup.value)
  return parseLines(text, bounds.maxDepth) ?? { kind: 'text', text }
}

function structured(format: BodyFormat, value: Json, repeatedMembers = 0): StructuredBody {
  return { kind: 'structured', format, value, repeatedMembers }
}

const BYTE_ORDER_MARK = '\uFEFF'

/** Kept for the life of the process: making one costs more than using it. */
const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Text in the charset that the content type names, else UTF-8; undefined when the bytes are no such text. */
function decodeText(bytes: Buffer, contentType: string): string | undefined {
  const charset = /;\s*charset\s*=\s*"?([^\s;"]+)/i.exec(contentType)?.[1]?.toLowerCase()
  // A NUL is in no text, but in nearly every binary format.
  if (charset?.startsWith('utf-16') !== true && bytes.includes(0)) return undefined
  if (charset === undefined || charset === 'utf-8') return decodeWith(UTF8, bytes)
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

/** JSON documents one a line, two at least; undefined when any line is something else. */
function parseLines(text: string, maxDepth: number): Decoded | undefined {
  const values: Json[] = []
  let repeatedMembers = 0
  let start = 0
  while (start < text.length) {
    const newline = text.indexOf('\n', start)
    const end = newline === -1 ? text.length : newline
    const line = text.slice(start, end)
    start = end + 1
    if (line.trim() === '') continue
    const parsed = parseJson(line, maxDepth)
    if (parsed.kind === 'too-deep') return TOO_DEEP
    if (parsed.kind === 'not-json') return undefined
    values.push(parsed.value)
    repeatedMembers += parsed.repeatedMembers
  }
  return values.length < 2 ? undefined : structured('json-lines', values, repeatedMembers)
}

/** Parts in parts are compared as binary: nobody answers so on purpose. */
function decodeParts(bytes: Buffer, boundary: string, bounds: DecodeBounds): Decoded | undefined {
  const values: Json[] = []
  for (const part of splitParts(bytes, boundary) ?? [undefined]) {
    if (part === undefined) return undefined
    const isNested = /^multipart\//i.test(headerValue(part.headers, 'content-type') ?? '')
    const decoded: Decoded = isNested
      ? { kind: 'binary' }
      : decodeBody(part.bytes, part.headers, bounds)
    if (decoded.kind === 'too-deep') return TOO_DEEP
    const headers: Record<string, Json> = {}
    for (const [name, lines] of headersByName(part.headers)) {
      const value = lines.join(', ')
      headers[name] = name === 'content-type' ? canonicalMediaType(value) : value
    }
    values.push({ headers, body: partValue(decoded, part.bytes) })
  }
  return structured('multipart', values)
}

function partValue(decoded: Decoded, bytes: Buffer): Json {
  switch (decoded.kind) {
    case 'structured':
      return decoded.value
    case 'text':
      return decoded.text
    case 'empty':
      return ''
    case 'binary':
    case 'too-deep':
      return { bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') }
  }
}
