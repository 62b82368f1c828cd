/**
 * Equality and hashes of JSON values. Both recurse: whoever parsed the values bounded their nesting. Both
 * count the nodes they visit, so that the caller can stop comparing everything with everything.
 */

import {
  type Json,
  type JsonObject,
  PreciseNumber,
  RepeatedMember,
  isJsonArray,
} from './json-value.ts'

/** How much looking is left, and how shadow's strings read when the names it was given are put back. */
export interface Looking {
  /** Nodes that may still be visited; may go below zero by one value. */
  nodes: number
  /** Shadow's string as primary would have written it; absent when it never makes a difference. */
  readonly canonical?: ((text: string) => string) | undefined
}

/** Whether two values are the same JSON value: member order does not count, `1` and `1.0` are one. */
export function equalJson(primary: Json, shadow: Json, looking: Looking): boolean {
  if (primary === shadow) return true
  looking.nodes--
  if (typeof primary !== 'object' || typeof shadow !== 'object') {
    return (
      typeof primary === 'string' &&
      typeof shadow === 'string' &&
      looking.canonical !== undefined &&
      looking.canonical(shadow) === primary
    )
  }
  if (primary === null || shadow === null) return false
  if (isJsonArray(primary)) return isJsonArray(shadow) && equalArrays(primary, shadow, looking)
  if (isJsonArray(shadow)) return false
  if (primary instanceof PreciseNumber) {
    return shadow instanceof PreciseNumber && primary.canonical === shadow.canonical
  }
  if (primary instanceof RepeatedMember) {
    return shadow instanceof RepeatedMember && equalArrays(primary.values, shadow.values, looking)
  }
  if (shadow instanceof PreciseNumber || shadow instanceof RepeatedMember) return false
  return equalObjects(primary, shadow, looking)
}

function equalArrays(primary: readonly Json[], shadow: readonly Json[], looking: Looking): boolean {
  if (primary.length !== shadow.length) return false
  for (let i = 0; i < primary.length; i++) {
    if (!equalJson(primary[i] as Json, shadow[i] as Json, looking)) return false
  }
  return true
}

function equalObjects(primary: JsonObject, shadow: JsonObject, looking: Looking): boolean {
  const names = Object.keys(primary)
  if (names.length !== Object.keys(shadow).length) return false
  for (const name of names) {
    if (!Object.hasOwn(shadow, name)) return false
    if (!equalJson(primary[name] as Json, shadow[name] as Json, looking)) return false
  }
  return true
}

/** A hash that equal values share; unequal ones may share it too. `canonical` is for shadow's values only. */
export function hashJson(value: Json, looking: Looking, isShadow: boolean): number {
  looking.nodes--
  switch (typeof value) {
    case 'string':
      return hashString(
        isShadow && looking.canonical !== undefined ? looking.canonical(value) : value,
      )
    case 'number':
      return mix(0x3d4d51cb, (value | 0) ^ Math.imul((value % 1) * 0x40000000, 1))
    case 'boolean':
      return value ? 0x1f123bb5 : 0x159a55e5
    default:
  }
  if (value === null) return 0x2545f491
  if (isJsonArray(value)) return hashArray(0x5bd1e995, value, looking, isShadow)
  if (value instanceof PreciseNumber) return hashString(value.canonical)
  if (value instanceof RepeatedMember) return hashArray(0x27d4eb2f, value.values, looking, isShadow)
  let hash = 0x165667b1
  for (const name of Object.keys(value)) {
    const member = value[name] as Json
    // A sum, because the order of members does not count.
    hash = (hash + mix(hashString(name), hashJson(member, looking, isShadow))) | 0
  }
  return hash
}

function hashArray(
  seed: number,
  values: readonly Json[],
  looking: Looking,
  isShadow: boolean,
): number {
  let hash = seed
  for (const value of values) hash = mix(hash, hashJson(value, looking, isShadow))
  return hash
}

/** Of long strings both ends: equality is checked anyway, and documents share their beginnings. */
function hashString(text: string): number {
  let hash = text.length
  const head = Math.min(text.length, 48)
  for (let i = 0; i < head; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  for (let i = Math.max(head, text.length - 32); i < text.length; i++) {
    hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  }
  return hash
}

function mix(a: number, b: number): number {
  const mixed = Math.imul(a ^ (b + 0x9e3779b9 + (a << 6) + (a >>> 2)), 0x85ebca6b)
  return mixed ^ (mixed >>> 15)
}
