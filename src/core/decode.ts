/**
 * Bytes to something comparable. What a body is, its bytes decide first: whatever parses as JSON is JSON,
 * whatever the content type says, and what is no valid text is binary. Only formats that cannot be told from
 * text (event streams, forms, multipart, parts of HTML) need their content type. XML or HTML that is broken is
 * text and compared by line.
 */

import { createHash } from 'node:crypto'

import { undoCodings } from './content-coding.ts'
import { BYTE_ORDER_MARK, decodeText } from './decode-text.ts'
import { parseEventStream } from './event-stream.ts'
import type { HeaderList, ObservedResponse } from './exchange.ts'
import { parseForm } from './form.ts'
import { canonicalMediaType, contentCodings } from './header-values.ts'
import { headerValue, headerValues, headersByName } from './headers.ts'
import { parseJson } from './json-text.ts'
import { type Json, isJsonArray, isJsonObject } from './json-value.ts'
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
  /** Whether JSON begins with a byte order mark, which many parsers refuse. */
  readonly hasMark?: boolean
  /** Whether a stream ends inside an event. */
  readonly isCut?: boolean
  /** What is written, where single values of JSON are only meant as text. */
  readonly text?: string | undefined
}

/** A body as it is compared. */
export type Decoded =
  | StructuredBody
  | { readonly kind: 'empty' }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'binary' }
  /** `isJson` where spelling takes no part in how deep it is. */
  | { readonly kind: 'too-deep'; readonly isJson: boolean }

const TOO_DEEP: Decoded = { kind: 'too-deep', isJson: false }

/** The body's bytes with its content codings undone. */
export function decodeCodings(response: ObservedResponse, maxBytes: number) {
  // A coding of nothing, as some servers announce it, is nothing.
  if (response.body.bytes.length === 0) return undoCodings(response.body.bytes, [], maxBytes)
  const codings = contentCodings(headerValues(response.headers, 'content-encoding'))
  return undoCodings(response.body.bytes, codings, maxBytes)
}

/** Parts in parts, as batches of changes have them. */
const MAX_PARTS_DEEP = 3

/**
 * Decodes the bytes of one body, or of one part of it, with the headers that speak of it; never throws.
 * `partsAround` counts the parts that it is in.
 */
export function decodeBody(
  bytes: Buffer,
  headers: HeaderList,
  bounds: DecodeBounds,
  partsAround = 0,
): Decoded {
  if (bytes.length === 0) return { kind: 'empty' }
  const contentType = headerValue(headers, 'content-type') ?? ''
  const boundary = /^multipart\//i.test(contentType) ? boundaryOf(contentType) : undefined
  if (boundary !== undefined && partsAround < MAX_PARTS_DEEP) {
    const parts = decodeParts(bytes, boundary, bounds, partsAround)
    if (parts !== undefined) return parts
  }
  const text = decodeText(bytes, contentType)
  if (text === undefined) return { kind: 'binary' }
  const marked = text.startsWith(BYTE_ORDER_MARK)
  const json = parseJson(marked ? text.slice(1) : text, bounds.maxDepth)
  if (json.kind === 'too-deep') return { kind: 'too-deep', isJson: true }
  if (json.kind === 'json') {
    const found = structured('json', json.value, json.repeatedMembers)
    // UTF-16 needs its mark.
    if (marked && bytes[0] === 0xef) return { ...found, hasMark: true }
    return isPlain(contentType) && isSingle(json.value) ? { ...found, text } : found
  }
  if (/^text\/event-stream\b/i.test(contentType)) {
    const stream = parseEventStream(text, bounds.maxDepth)
    if (stream === undefined) return TOO_DEEP
    return { ...structured('event-stream', stream.events), isCut: stream.isCut }
  }
  if (/^application\/x-www-form-urlencoded\b/i.test(contentType)) {
    return structured('form', parseForm(text))
  }
  const language = markupFormat(text, contentType)
  const markup = language && parseMarkup(text, language)
  if (markup?.kind === 'too-deep') return TOO_DEEP
  if (markup?.kind === 'markup') return structured(markup.format, markup.value)
  const lines = parseLines(text, bounds.maxDepth)
  if (lines?.kind !== 'structured') return lines ?? { kind: 'text', text }
  const areWords = isPlain(contentType) && (lines.value as readonly Json[]).every(isSingle)
  return areWords ? { ...lines, text } : lines
}

/** Text that nobody calls JSON, though it may be. */
function isPlain(contentType: string): boolean {
  return /^text\/(?!(?:[\w.-]+\+)?json\b)/i.test(contentType)
}

function isSingle(value: Json): boolean {
  return !isJsonObject(value) && !isJsonArray(value)
}

function structured(format: BodyFormat, value: Json, repeatedMembers = 0): StructuredBody {
  return { kind: 'structured', format, value, repeatedMembers }
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

function decodeParts(
  bytes: Buffer,
  boundary: string,
  bounds: DecodeBounds,
  partsAround: number,
): Decoded | undefined {
  const values: Json[] = []
  for (const part of splitParts(bytes, boundary) ?? [undefined]) {
    if (part === undefined) return undefined
    const decoded = decodeBody(part.bytes, part.headers, bounds, partsAround + 1)
    if (decoded.kind === 'too-deep') return TOO_DEEP
    const headers: Record<string, Json> = {}
    for (const [name, lines] of headersByName(part.headers)) {
      const value = lines.join(', ')
      // The part itself is compared; only a length that it has not would say anything more.
      if (name === 'content-length' && value === String(part.bytes.length)) continue
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
