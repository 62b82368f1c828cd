/**
 * Bytes to something comparable. What a body is, its bytes decide first: whatever parses as JSON is JSON,
 * whatever the content type says, and what is no valid text is binary.
 */

import { TextDecoder } from 'node:util'

import { undoCodings } from './content-coding.ts'
import type { ObservedResponse } from './exchange.ts'
import { contentCodings } from './header-values.ts'
import { headerValue, headerValues } from './headers.ts'
import { parseJson } from './json-text.ts'
import type { Json } from './json-value.ts'

/** How much decoding may cost. */
export interface DecodeBounds {
  /** Bytes after the content codings are undone. */
  readonly maxBytes: number
  /** Levels of nesting in JSON. */
  readonly maxDepth: number
}

/** A body as it is compared. */
export type Decoded =
  | { readonly kind: 'empty' }
  | { readonly kind: 'json'; readonly value: Json; readonly repeatedMembers: number }
  /** Several JSON documents, one a line; a single one becomes a list of one beside another stream. */
  | {
      readonly kind: 'json-lines'
      readonly values: readonly Json[]
      readonly repeatedMembers: number
    }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'binary' }
  | { readonly kind: 'too-deep' }

/** The body's bytes with its content codings undone. */
export function decodeCodings(response: ObservedResponse, maxBytes: number) {
  const codings = contentCodings(headerValues(response.headers, 'content-encoding'))
  return undoCodings(response.body.bytes, codings, maxBytes)
}

/** Decodes the bytes of one body; never throws. */
export function decodeBody(
  bytes: Buffer,
  response: ObservedResponse,
  bounds: DecodeBounds,
): Decoded {
  if (bytes.length === 0) return { kind: 'empty' }
  const text = decodeText(bytes, headerValue(response.headers, 'content-type'))
  if (text === undefined) return { kind: 'binary' }
  const json = parseJson(text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text, bounds.maxDepth)
  if (json.kind !== 'not-json') return json
  return parseLines(text, bounds.maxDepth) ?? { kind: 'text', text }
}

const BYTE_ORDER_MARK = '\uFEFF'

/** Kept for the life of the process: making one costs more than using it. */
const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Text in the charset that the content type names, else UTF-8; undefined when the bytes are no such text. */
function decodeText(bytes: Buffer, contentType: string | undefined): string | undefined {
  const charset = /;\s*charset\s*=\s*"?([^\s;"]+)/i.exec(contentType ?? '')?.[1]?.toLowerCase()
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
    if (parsed.kind === 'too-deep') return { kind: 'too-deep' }
    if (parsed.kind === 'not-json') return undefined
    values.push(parsed.value)
    repeatedMembers += parsed.repeatedMembers
  }
  return values.length < 2 ? undefined : { kind: 'json-lines', values, repeatedMembers }
}
