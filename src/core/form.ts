/** `application/x-www-form-urlencoded` as values: names in any order, the values of one name in theirs. */

import { type Json, type JsonObject, RepeatedMember } from './json-value.ts'

/** The fields of a form. */
export function parseForm(text: string): JsonObject {
  const fields = new Map<string, string[]>()
  for (const [name, value] of new URLSearchParams(text)) {
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
