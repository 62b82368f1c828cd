/**
 * What a `key` rule calls an element by: a member (`id`), several that must all be equal (`sku, warehouse`), or
 * ones further inside (`/offer/id`). A member that is called just so, commas and all, comes first.
 */

import { type Json, PreciseNumber, isJsonArray, isJsonObject } from './json-value.ts'

/** One text per key; undefined for an element that lacks a part of it, or has a list or an object there. */
export type ReadKey = (element: Json, canonical?: (text: string) => string) => string | undefined

/** The reader of keys for what a rule says after `by`; `canonical` is applied to texts. */
export function createKeyReader(by: string): ReadKey {
  const paths = by.split(',').map((part) => pathOf(part.trim()))
  const isPlain = paths.length === 1 && !by.startsWith('/')
  return (element, canonical) => {
    if (!isJsonObject(element)) return undefined
    if (isPlain || Object.hasOwn(element, by)) return keyAt(element, [by], canonical)
    const keys: string[] = []
    for (const path of paths) {
      const key = keyAt(element, path, canonical)
      if (key === undefined) return undefined
      keys.push(key)
    }
    return JSON.stringify(keys)
  }
}

function pathOf(part: string): readonly string[] {
  if (!part.startsWith('/')) return [part]
  return part
    .slice(1)
    .split('/')
    .map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'))
}

function keyAt(
  element: Json,
  path: readonly string[],
  canonical: ((text: string) => string) | undefined,
): string | undefined {
  let value: Json | undefined = element
  for (const segment of path) {
    if (!isJsonObject(value) && !isJsonArray(value)) return undefined
    if (!Object.hasOwn(value, segment)) return undefined
    value = (value as Readonly<Record<string, Json>>)[segment]
  }
  if (value instanceof PreciseNumber) return `number ${value.canonical}`
  if (typeof value === 'string')
    return `string ${canonical === undefined ? value : canonical(value)}`
  return typeof value === 'object' || value === undefined ? undefined : `${typeof value} ${value}`
}
