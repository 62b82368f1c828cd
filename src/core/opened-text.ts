/** Structure inside a string: JSON written into JSON, and the claims of a JWT (RFC 7519 §3). */

import { parseJson } from './json-text.ts'
import { type Json, isJsonArray, isJsonObject } from './json-value.ts'

/** Levels of nesting inside one string. */
const MAX_DEPTH = 200

/** What a string holds; undefined when it is just text. */
export function openText(text: string): Json | undefined {
  const value = parseInner(text)
  return isJsonObject(value) || isJsonArray(value) ? value : openJwt(text)
}

function openJwt(text: string): Json | undefined {
  const [, head, claims, signature = ''] =
    /^(?:Bearer )?([\w-]{4,})\.([\w-]{2,})\.([\w-]*)$/.exec(text) ?? []
  if (head === undefined || claims === undefined) return undefined
  const header = parseInner(Buffer.from(head, 'base64url').toString('utf8'))
  const payload = parseInner(Buffer.from(claims, 'base64url').toString('utf8'))
  if (!isJsonObject(header) || !isJsonObject(payload)) return undefined
  return { header, payload, signature }
}

function parseInner(text: string): Json | undefined {
  const parsed = parseJson(text, MAX_DEPTH)
  return parsed.kind === 'json' ? parsed.value : undefined
}
