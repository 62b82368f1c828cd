/**
 * The differences of two JSON values in sentences, for one exchange that a person looks at. Our own walk has
 * decided that they differ; json-diff-ts, which can call unequal values equal, overflows on depth and is
 * quadratic, only words it: within bounds, with identity keys that were checked first, and only where its
 * account is no longer than the walk's.
 */

import { type IChange, Operation, diff } from 'json-diff-ts'

import { diffJson } from './difference.ts'
import { createFindings } from './findings.ts'
import { identityNameOf } from './identity.ts'
import {
  type Json,
  PreciseNumber,
  RepeatedMember,
  isJsonArray,
  isJsonObject,
} from './json-value.ts'
import type { Difference } from './judgement.ts'
import { renderJson } from './render.ts'

/** Two values' differences in words. */
export interface Description {
  /** Who worded it; `none` when the values are too deep to look at. */
  readonly engine: 'json-diff-ts' | 'walk' | 'none'
  /** Such as `items[id=3].price: 10.5 -> 10`; at most {@link MAX_SENTENCES}. */
  readonly sentences: readonly string[]
  /** How many there are. */
  readonly total: number
}

/** How many sentences a person is given. */
export const MAX_SENTENCES = 200

/** Deeper values overflow a stack in json-diff-ts at ten times this. */
const MAX_DEPTH = 200

/** Nodes of one side; json-diff-ts copies its list at every change, so its time grows with the square. */
const MAX_NODES = 5_000

const NONE: Description = { engine: 'none', sentences: [], total: 0 }

/** Describes how two JSON values differ; never throws. */
export function describeChanges(primary: unknown, shadow: unknown): Description {
  try {
    const nodes = Math.max(countNodes(primary, 0), countNodes(shadow, 0))
    if (!Number.isFinite(nodes)) return NONE
    const findings = createFindings()
    diffJson(primary as Json, shadow as Json, findings)
    if (findings.differencesTotal === 0) return { engine: 'walk', sentences: [], total: 0 }
    const byWalk = describe('walk', findings.differences.map(sentenceOf), findings.differencesTotal)
    if (nodes > MAX_NODES) return byWalk
    const worded = wordedByLibrary(primary as Json, shadow as Json)
    return worded === undefined || worded.length === 0 || worded.length > byWalk.total
      ? byWalk
      : describe('json-diff-ts', worded, worded.length)
  } catch {
    return NONE
  }
}

function describe(
  engine: 'json-diff-ts' | 'walk',
  sentences: readonly string[],
  total: number,
): Description {
  return { engine, sentences: sentences.slice(0, MAX_SENTENCES), total }
}

/** Nodes of a value; infinite when it is too deep, or no tree at all. */
function countNodes(value: unknown, depth: number): number {
  if (typeof value !== 'object' || value === null) return 1
  if (depth >= MAX_DEPTH) return Infinity
  let nodes = 1
  for (const child of Object.values(value)) {
    nodes += countNodes(child, depth + 1)
    if (nodes === Infinity) break
  }
  return nodes
}

function wordedByLibrary(primary: Json, shadow: Json): string[] | undefined {
  try {
    const keys = new Map<string, string>()
    findIdentityKeys(primary, shadow, [], keys, new Set())
    // An object and not a Map: asked for a list named `values`, the library takes a Map's own method for the key.
    const embeddedObjKeys = Object.fromEntries(keys)
    const changes = diff(plain(primary), plain(shadow), { embeddedObjKeys })
    const sentences: string[] = []
    flatten(changes, '', undefined, sentences)
    return sentences
  } catch {
    return undefined
  }
}

/** What json-diff-ts knows to compare: it takes our two classes for objects. */
function plain(value: Json): unknown {
  if (value instanceof PreciseNumber) {
    if (/^-?\d{1,400}$/.test(value.source)) return BigInt(value.source)
    throw new Error('the library has no type for such a number')
  }
  if (value instanceof RepeatedMember) return value.values.map(plain)
  if (isJsonArray(value)) return value.map(plain)
  if (!isJsonObject(value)) return value
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, plain(member)]))
}

/**
 * Finds, for each array, the member that names its elements: only where all elements of both sides have it,
 * each with another value, and wherever the array occurs. The library joins names with dots, so a place
 * that a dotted name makes ambiguous gets no key.
 */
function findIdentityKeys(
  primary: Json,
  shadow: Json,
  path: readonly string[],
  keys: Map<string, string>,
  refused: Set<string>,
): void {
  if (isJsonArray(primary) && isJsonArray(shadow)) {
    const place = path.join('.')
    if (place in Object.prototype) throw new Error(`a list named ${place} has no key of its own`)
    const isAmbiguous = path.some((segment) => segment === '' || segment.includes('.'))
    const name = isAmbiguous ? undefined : identityNameOf([primary, shadow])
    const known = keys.get(place)
    if (refused.has(place) || name === undefined || (known !== undefined && known !== name)) {
      keys.delete(place)
      refused.add(place)
    } else {
      keys.set(place, name)
    }
    const shadowByName = new Map(
      shadow.map((element, i) => [identify(element, name) ?? i, element]),
    )
    primary.forEach((element, i) => {
      const partner = shadowByName.get(identify(element, name) ?? i)
      if (partner !== undefined) findIdentityKeys(element, partner, path, keys, refused)
    })
  } else if (isJsonObject(primary) && isJsonObject(shadow)) {
    for (const [member, value] of Object.entries(primary)) {
      const other = Object.hasOwn(shadow, member) ? shadow[member] : undefined
      if (other === undefined) continue
      findIdentityKeys(value, other, [...path, member], keys, refused)
    }
  }
}

function identify(element: Json, name: string | undefined): string | undefined {
  if (name === undefined || !isJsonObject(element)) return undefined
  const identity = element[name]
  return typeof identity === 'string' || typeof identity === 'number' ? String(identity) : undefined
}

/** The library's nested changes, one sentence for each leaf; a removal and an addition in one place are one. */
function flatten(
  changes: readonly IChange[],
  path: string,
  arrayKey: string | undefined,
  sentences: string[],
): void {
  const removed = new Map<string, IChange>()
  for (const change of changes)
    if (change.type === Operation.REMOVE) removed.set(change.key, change)
  const replaced = new Set<string>()
  for (const change of changes) {
    if (change.type === Operation.ADD && removed.has(change.key)) replaced.add(change.key)
  }
  for (const change of changes) {
    const place = append(path, change.key, arrayKey)
    if (change.changes !== undefined) {
      const key = change.embeddedKey
      flatten(change.changes, place, typeof key === 'string' ? key : undefined, sentences)
    } else if (change.type === Operation.UPDATE) {
      sentences.push(`${subject(place)}: ${show(change.oldValue)} -> ${show(change.value)}`)
    } else if (replaced.has(change.key)) {
      if (change.type === Operation.REMOVE) continue
      const before: unknown = removed.get(change.key)?.value
      sentences.push(`${subject(place)}: ${show(before)} -> ${show(change.value)}`)
    } else {
      const verb = change.type === Operation.ADD ? 'added' : 'removed'
      sentences.push(`${subject(place)}: ${verb} ${show(change.value)}`)
    }
  }
}

function append(path: string, key: string, arrayKey: string | undefined): string {
  if (key === '$root' && path === '') return ''
  if (arrayKey === '$index') return `${path}[${key}]`
  if (arrayKey !== undefined) return `${path}[${arrayKey}=${key}]`
  if (!/^[A-Za-z_$][\w$-]*$/.test(key)) return `${path}[${JSON.stringify(key)}]`
  return path === '' ? key : `${path}.${key}`
}

function subject(place: string): string {
  return place === '' ? 'the whole' : place
}

function show(value: unknown): string {
  return typeof value === 'bigint' ? String(value) : renderJson((value ?? null) as Json)
}

/** The walk's account of one difference, in the same words. */
function sentenceOf({ kind, location, pattern, primary, shadow }: Difference): string {
  const names = pattern.split('/').slice(1)
  const place = location
    .split('/')
    .slice(1)
    .map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce(
      (path, segment, i) => append(path, segment, names[i] === '*' ? '$index' : undefined),
      '',
    )
  switch (kind) {
    case 'missing':
      return `${subject(place)}: removed ${primary ?? ''}`
    case 'extra':
      return `${subject(place)}: added ${shadow ?? ''}`
    case 'order':
      return `${subject(place)}: the same elements in another order`
    default:
      return `${subject(place)}: ${primary ?? ''} -> ${shadow ?? ''}`
  }
}
