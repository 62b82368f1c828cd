/** `application/x-www-form-urlencoded` as values: names in any order, the values of one name in theirs. */

import { type Json, type JsonObject, RepeatedMember } from './json-value.ts'

/** The fields of a form. */
export function parseForm(text: string): JsonObject {
  const fields = new Map<string, string[]>()
  for (const [name, value] of readPairs(text)) {
    const values = fields.get(name)
    if (values === undefined) fields.set(name, [value])
    else values.push(value)
  }
  return Object.fromEntries(
    [...fields].map(([name, values]): [string, Json] => [
      name,
      values.length === 1 ? (values[0] ?? '') : new RepeatedMember(values),
    ]),
  )
}

/** Names and values. Escapes that are no UTF-8 stay as they were sent: undone, they would all be one character. */
function readPairs(text: string): Iterable<readonly [name: string, value: string]> {
  const pairs = new URLSearchParams(text)
  if (!text.includes('%') || !pairs.toString().includes(REPLACEMENT)) return pairs
  const written = text.split('&').filter((pair) => pair !== '')
  return [...pairs].map(([name, value], i) => {
    const pair = written[i]
    const isWhole = !name.includes('\uFFFD') && !value.includes('\uFFFD')
    if (isWhole || pair === undefined) return [name, value]
    const equals = pair.indexOf('=')
    return equals === -1 ? [pair, ''] : [pair.slice(0, equals), pair.slice(equals + 1)]
  })
}

/** U+FFFD, escaped. */
const REPLACEMENT = '%EF%BF%BD'
