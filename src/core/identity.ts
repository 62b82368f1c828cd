/** Members that name an object among its siblings. */

import { type Json, PreciseNumber, isJsonObject } from './json-value.ts'

/** Names of such members, likeliest first. */
export const IDENTITY_NAMES = [
  'id',
  '_id',
  'uuid',
  'guid',
  'key',
  'code',
  'sku',
  'slug',
  'name',
  'href',
]

/** The indexes of a list's objects by the value of one member; undefined when it does not name each. */
export function indexByIdentity(
  indexes: readonly number[],
  values: readonly Json[],
  name: string,
): ReadonlyMap<string, number> | undefined {
  const byIdentity = new Map<string, number>()
  for (const index of indexes) {
    const value = values[index]
    if (!isJsonObject(value) || !Object.hasOwn(value, name)) return undefined
    const text = identityOf(value[name])
    if (text === undefined || byIdentity.has(text)) return undefined
    byIdentity.set(text, index)
  }
  return byIdentity
}

/** As text, because two elements `1` and `"1"` would be one to most readers. */
function identityOf(value: Json | undefined): string | undefined {
  // Ids of 64 bits are above what a number holds exactly.
  if (value instanceof PreciseNumber) return value.canonical
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined
}

/** The member that names every element of every list; undefined when none does, or a list is empty. */
export function identityNameOf(lists: readonly (readonly Json[])[]): string | undefined {
  return IDENTITY_NAMES.find((name) =>
    lists.every((list) => {
      const byIdentity = indexByIdentity([...list.keys()], list, name)
      return byIdentity !== undefined && byIdentity.size > 0 && !byIdentity.has('__proto__')
    }),
  )
}
