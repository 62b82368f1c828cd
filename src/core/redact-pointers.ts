/**
 * Members that the configuration names by place: `/user/email`; a `*` is any one segment, a `**` any number.
 * A pattern names whole values: all that is in an object that it names is replaced.
 */

import { endOfJson, endOfString, redactScalars, unescapeString } from './redact-json.ts'
import type { Secrets } from './secrets.ts'

/** Tells whether the value at a JSON Pointer is named. */
export type PointerMatch = (pointer: string) => boolean

/** Deeper values are looked at as one. */
const MAX_DEPTH = 200

/** A match for patterns of JSON Pointers; `undefined` when there are none. */
export function createPointerMatch(patterns: readonly string[]): PointerMatch | undefined {
  if (patterns.length === 0) return undefined
  const sources = patterns.map((pattern) =>
    pattern
      .split('/')
      .slice(1)
      .map((segment) => {
        if (segment === '**') return '(?:/[^/]*)*'
        if (segment === '*') return '/[^/]*'
        return `/${segment.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}`
      })
      .join(''),
  )
  const expression = new RegExp(`^(?:${sources.join('|')})$`)
  return (pointer) => expression.test(pointer)
}

/** Whether the value at a pointer is in one that is named, or is one. */
export function isInNamed(isNamed: PointerMatch, pointer: string): boolean {
  for (
    let end = pointer.length;
    end >= 0;
    end = end === 0 ? -1 : pointer.lastIndexOf('/', end - 1)
  ) {
    if (isNamed(pointer.slice(0, end))) return true
  }
  return false
}

/** The JSON text with the named values replaced; `base` is the pointer of the text itself. */
export function redactPointers(
  text: string,
  isNamed: PointerMatch,
  secrets: Secrets,
  base = '',
): string {
  const start = skipSpace(text, 0)
  if (isInNamed(isNamed, base)) return redactScalars(text, secrets)
  if (text[start] !== '{' && text[start] !== '[') return text
  let result = ''
  let copied = 0
  let at = start
  // Of documents one a line each is an element for the comparer; people mean them all.
  for (let line = 0; text[at] === '{' || text[at] === '['; line++) {
    at = walk(text, at, base, 0, (pointer, from, to) => {
      if (!isNamed(pointer) && !isNamed(`/${line}${pointer}`)) return false
      result += text.slice(copied, from) + redactScalars(text.slice(from, to), secrets)
      copied = to
      return true
    })
    at = skipSpace(text, at)
  }
  return result + text.slice(copied)
}

/** Visits each value below the one at `start`, parents first, until a visit says that it took all; tells the end. */
function walk(
  text: string,
  start: number,
  pointer: string,
  depth: number,
  visit: (pointer: string, from: number, to: number) => boolean,
): number {
  const isObject = text[start] === '{'
  let at = start + 1
  for (let index = 0; at < text.length; index++) {
    at = skipSpace(text, at)
    if (text[at] === '}' || text[at] === ']') return at + 1
    let segment = String(index)
    if (isObject) {
      const end = endOfString(text, at)
      segment = unescapeString(text.slice(at + 1, end - 1))
      at = skipSpace(text, end)
      if (text[at] !== ':') return text.length
      at = skipSpace(text, at + 1)
    }
    const child = `${pointer}/${segment.replaceAll('~', '~0').replaceAll('/', '~1')}`
    const isContainer = (text[at] === '{' || text[at] === '[') && depth < MAX_DEPTH
    const end = endOfJson(text, at)
    if (visit(child, at, end) || !isContainer) at = end
    else at = walk(text, at, child, depth + 1, visit)
    at = skipSpace(text, at)
    if (text[at] === ',') at++
    else if (text[at] !== '}' && text[at] !== ']') return text.length
  }
  return text.length
}

function skipSpace(text: string, start: number): number {
  let at = start
  while (at < text.length && ' \n\r\t'.includes(text.charAt(at))) at++
  return at
}
