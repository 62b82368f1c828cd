/**
 * Equality and hashes of JSON values, under the rules of their place. Both recurse: whoever parsed the values
 * bounded their nesting. Both count the nodes they visit, so that the caller can stop comparing everything
 * with everything.
 */

import {
  type Json,
  type JsonObject,
  PreciseNumber,
  RepeatedMember,
  isJsonArray,
} from './json-value.ts'
import { excuseValues } from './normalize.ts'
import type { PatternAllowance } from './pattern.ts'
import type { RuleNode } from './rule-node.ts'

/** How much looking is left, and how shadow's strings read when the names it was given are put back. */
export interface Looking extends PatternAllowance {
  /** Nodes that may still be visited; may go below zero by one value. */
  nodes: number
  /** Shadow's string as primary would have written it; absent when it never makes a difference. */
  readonly canonical?: ((text: string) => string) | undefined
  /** Set when two values were equal only under a rule, which then has to be named. */
  lenient: boolean
}

/** Whether two values are the same JSON value where the rules are `node`: member order does not count, `1` and `1.0` are one. */
export function equalJson(primary: Json, shadow: Json, looking: Looking, node?: RuleNode): boolean {
  if (primary === shadow) return true
  if (node?.ignoredBy !== undefined) return leniently(looking)
  looking.nodes--
  if (typeof primary !== 'object' || typeof shadow !== 'object') {
    if (looking.canonical === undefined && node === undefined) return false
    return isExcused(primary, shadow, looking, node) && leniently(looking)
  }
  if (primary === null || shadow === null) return false
  if (isJsonArray(primary)) {
    if (!isJsonArray(shadow) || primary.length !== shadow.length) return false
    return node?.unorderedBy === undefined
      ? equalArrays(primary, shadow, looking, node)
      : equalMultisets(primary, shadow, looking, node)
  }
  if (isJsonArray(shadow)) return false
  if (primary instanceof PreciseNumber) {
    if (shadow instanceof PreciseNumber && primary.canonical === shadow.canonical) return true
    return isExcused(primary, shadow, looking, node) && leniently(looking)
  }
  if (primary instanceof RepeatedMember) {
    return (
      shadow instanceof RepeatedMember &&
      primary.values.length === shadow.values.length &&
      equalArrays(primary.values, shadow.values, looking, undefined)
    )
  }
  if (shadow instanceof PreciseNumber || shadow instanceof RepeatedMember) return false
  return node === undefined
    ? equalObjects(primary, shadow, looking)
    : equalUnderRules(primary, shadow, looking, node)
}

/** Remembers that a rule was needed. */
function leniently(looking: Looking): true {
  looking.lenient = true
  return true
}

function isExcused(
  primary: Json,
  shadow: Json,
  looking: Looking,
  node: RuleNode | undefined,
): boolean {
  return (
    renameOf(primary, shadow, looking) === primary ||
    excuseLeaf(primary, shadow, looking, node) !== undefined
  )
}

/** Shadow's value with the names put back that it was given, when it is text beside text. */
function renameOf(primary: Json, shadow: Json, looking: Looking): Json {
  return looking.canonical !== undefined &&
    typeof primary === 'string' &&
    typeof shadow === 'string'
    ? looking.canonical(shadow)
    : shadow
}

/** The rule that lets two single values differ, names put back before. */
export function excuseLeaf(
  primary: Json,
  shadow: Json,
  looking: Looking,
  node: RuleNode | undefined,
): string | undefined {
  if (node === undefined || node.leaf.length === 0) return undefined
  return excuseValues(primary, renameOf(primary, shadow, looking), node.leaf, looking)
}

function equalArrays(
  primary: readonly Json[],
  shadow: readonly Json[],
  looking: Looking,
  node: RuleNode | undefined,
): boolean {
  for (let i = 0; i < primary.length; i++) {
    if (!equalJson(primary[i] as Json, shadow[i] as Json, looking, node?.child(i))) return false
  }
  return true
}

/** Each of one side finds an equal one of the other, the first of its hash that is left. */
function equalMultisets(
  primary: readonly Json[],
  shadow: readonly Json[],
  looking: Looking,
  node: RuleNode,
): boolean {
  looking.lenient = true
  const byHash = new Map<number, HashBucket<Json>>()
  for (const value of shadow) {
    const hash = hashJson(value, looking, true, node.child(0))
    const bucket = byHash.get(hash)
    if (bucket === undefined) byHash.set(hash, { values: [value], next: 0 })
    else bucket.values.push(value)
    if (looking.nodes <= 0) return false
  }
  return primary.every((value) => {
    const bucket = byHash.get(hashJson(value, looking, false, node.child(0)))
    return (
      bucket !== undefined &&
      takeEqual(bucket, (other) => equalJson(value, other, looking, node.child(0))) !== undefined
    )
  })
}

/** What shares a hash; all before `next` is taken. */
export interface HashBucket<T> {
  readonly values: T[]
  next: number
}

/** Values that share a hash without being equal are few, unless a rule lets them differ. */
const MAX_CANDIDATES = 256

/** Takes the first value that is equal, of those that are left in the bucket; the others keep their order. */
export function takeEqual<T>(
  bucket: HashBucket<T>,
  isEqual: (candidate: T) => boolean,
): T | undefined {
  const { values, next } = bucket
  const end = Math.min(values.length, next + MAX_CANDIDATES)
  for (let at = next; at < end; at++) {
    const candidate = values[at] as T
    if (!isEqual(candidate)) continue
    values.copyWithin(next + 1, next, at)
    bucket.next++
    return candidate
  }
  return undefined
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

function equalUnderRules(
  primary: JsonObject,
  shadow: JsonObject,
  looking: Looking,
  node: RuleNode,
): boolean {
  for (const name of Object.keys(primary)) {
    const child = node.child(name)
    const value = primary[name] as Json
    if (!Object.hasOwn(shadow, name)) {
      if (absenceRule(value, child) === undefined) return false
      looking.lenient = true
    } else if (!equalJson(value, shadow[name] as Json, looking, child)) {
      return false
    }
  }
  for (const name of Object.keys(shadow)) {
    if (Object.hasOwn(primary, name)) continue
    if (absenceRule(shadow[name] as Json, node.child(name)) === undefined) return false
    looking.lenient = true
  }
  return true
}

/** The rule under which a member that only one side has does not count. */
export function absenceRule(value: Json, node: RuleNode | undefined): string | undefined {
  return node?.ignoredBy ?? (value === null ? node?.nullBy : undefined)
}

/** A hash that equal values share; unequal ones may share it too. Rules and names put back are honoured. */
export function hashJson(
  value: Json,
  looking: Looking,
  isShadow: boolean,
  node?: RuleNode,
): number {
  looking.nodes--
  // What may differ must not tell two values apart.
  if (node !== undefined && (node.ignoredBy !== undefined || node.leaf.length > 0))
    return 0x2f6b3a1d
  switch (typeof value) {
    case 'string':
      return hashString(
        isShadow && looking.canonical !== undefined ? looking.canonical(value) : value,
      )
    case 'number':
      return mix(mix(0x3d4d51cb, value | 0), (value / 0x100000000) ^ ((value % 1) * 0x40000000))
    case 'boolean':
      return value ? 0x1f123bb5 : 0x159a55e5
    default:
  }
  if (value === null) return 0x2545f491
  if (isJsonArray(value)) return hashArray(value, looking, isShadow, node)
  if (value instanceof PreciseNumber) return hashString(value.canonical)
  if (value instanceof RepeatedMember) return hashArray(value.values, looking, isShadow, undefined)
  let hash = 0x165667b1
  for (const name of Object.keys(value)) {
    const member = value[name] as Json
    const child = node?.child(name)
    if (child !== undefined && absenceRule(member, child) !== undefined) continue
    // A sum, because the order of members does not count.
    hash = (hash + mix(hashString(name), hashJson(member, looking, isShadow, child))) | 0
  }
  return hash
}

function hashArray(
  values: readonly Json[],
  looking: Looking,
  isShadow: boolean,
  node: RuleNode | undefined,
): number {
  let hash = 0x5bd1e995
  values.forEach((value, i) => {
    const element = hashJson(value, looking, isShadow, node?.child(i))
    hash = node?.unorderedBy === undefined ? mix(hash, element) : (hash + mix(1, element)) | 0
  })
  return hash
}

/** Longer strings are hashed by both ends: equality is checked anyway. Links often differ in their middle alone. */
const MAX_HASHED_HEAD = 4_096

function hashString(text: string): number {
  let hash = text.length
  const head = Math.min(text.length, MAX_HASHED_HEAD)
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
