/**
 * JSON text to values without losing anything. One scan finds what JSON.parse would lose (digits, repeated
 * members) or what would cost too much (nesting); nearly every text has none of it and is parsed natively.
 */

import { parse as parseLossless } from 'lossless-json'

import { messageOf } from './errors.ts'
import { type Json, RepeatedMember, isJsonObject, numberFromToken } from './json-value.ts'

/** What became of a text that might be JSON. */
export type ParsedJson =
  | { readonly kind: 'json'; readonly value: Json; readonly repeatedMembers: number }
  | { readonly kind: 'not-json' }
  /** It looks like JSON, but it is nested deeper than can be compared. */
  | { readonly kind: 'too-deep' }

const NOT_JSON: ParsedJson = { kind: 'not-json' }

/** Parses a whole text as one JSON document, nested at most `maxDepth` deep; never throws. */
export function parseJson(text: string, maxDepth: number): ParsedJson {
  if (!startsLikeJson(text)) return NOT_JSON
  const scan = scanJson(text, maxDepth)
  if (scan.tooDeep) return { kind: 'too-deep' }
  try {
    const value = scan.losesDigits ? undefined : (JSON.parse(text) as Json)
    const repeated = value === undefined ? 0 : scan.members - countMembers(value)
    if (value !== undefined && repeated === 0) return { kind: 'json', value, repeatedMembers: 0 }
    const lossless = parseLossless(text, null, {
      parseNumber: numberFromToken,
      onDuplicateKey: createGatherer(),
    }) as Json
    return {
      kind: 'json',
      value: lossless,
      repeatedMembers: scan.members - countMembers(lossless),
    }
  } catch (thrown) {
    // Both parsers throw SyntaxError alone for bad text; anything else is a bug of ours and must show.
    if (thrown instanceof SyntaxError) return NOT_JSON
    throw new Error(`parsing JSON: ${messageOf(thrown)}`, { cause: thrown })
  }
}

interface Scan {
  readonly members: number
  readonly losesDigits: boolean
  readonly tooDeep: boolean
}

const QUOTE = 0x22
const BACKSLASH = 0x5c
const COLON = 0x3a

/** Counts members and nesting and looks at long numbers. The text need not be JSON; the parser decides that. */
function scanJson(text: string, maxDepth: number): Scan {
  let members = 0
  let depth = 0
  let losesDigits = false
  const end = text.length
  for (let i = 0; i < end; i++) {
    const code = text.charCodeAt(i)
    if (code === QUOTE) {
      i = endOfString(text, i + 1)
    } else if (code === COLON) {
      members++
    } else if (code === 0x7b || code === 0x5b) {
      depth++
      if (depth > maxDepth) return { members, losesDigits, tooDeep: true }
    } else if (code === 0x7d || code === 0x5d) {
      depth--
    } else if (code === 0x2d || isDigit(code)) {
      const start = i
      let exponent = false
      for (i++; i < end; i++) {
        const inner = text.charCodeAt(i)
        if (inner === 0x65 || inner === 0x45) exponent = true
        else if (!isDigit(inner) && inner !== 0x2e && inner !== 0x2d && inner !== 0x2b) break
      }
      losesDigits ||= (exponent || i - start > SAFE_TOKEN) && loses(text.slice(start, i))
      i--
    }
  }
  return { members, losesDigits, tooDeep: false }
}

/** The index of the quote that ends a string; that of the text's end when none does. */
function endOfString(text: string, start: number): number {
  let quote = text.indexOf('"', start)
  while (quote !== -1 && text.charCodeAt(quote - 1) === BACKSLASH) {
    let before = quote - 2
    while (before >= start && text.charCodeAt(before) === BACKSLASH) before--
    // An even number of backslashes escape each other.
    if ((quote - before) % 2 === 1) break
    quote = text.indexOf('"', quote + 1)
  }
  return quote === -1 ? text.length : quote
}

/** Every decimal of at most 15 digits, here without its sign or point, has a double of its own. */
const SAFE_TOKEN = 15

function loses(token: string): boolean {
  return typeof numberFromToken(token) !== 'number'
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39
}

/** Spares words, markup and binary the scan. */
function startsLikeJson(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09) continue
    return '{["-0123456789tfn'.includes(text.charAt(i))
  }
  return false
}

/** Gathers the values of repeated members; copying the list for each of 100,000 would take minutes. */
function createGatherer(): (info: { oldValue: unknown; newValue: unknown }) => RepeatedMember {
  const lists = new Map<unknown, Json[]>()
  return ({ oldValue, newValue }) => {
    const list = lists.get(oldValue)
    if (list !== undefined) {
      list.push(newValue as Json)
      return oldValue as RepeatedMember
    }
    const values = [oldValue as Json, newValue as Json]
    const member = new RepeatedMember(values)
    lists.set(member, values)
    return member
  }
}

/** How many members the text had to have for this value; recursion is safe because nesting was bounded. */
function countMembers(value: Json): number {
  if (typeof value !== 'object' || value === null) return 0
  let members = 0
  if (Array.isArray(value)) {
    for (const element of value as readonly Json[]) members += countMembers(element)
  } else if (value instanceof RepeatedMember) {
    members = value.values.length - 1
    for (const occurrence of value.values) members += countMembers(occurrence)
  } else if (isJsonObject(value)) {
    for (const name of Object.keys(value)) {
      members += 1 + countMembers(value[name] as Json)
    }
  }
  return members
}
