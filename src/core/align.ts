/**
 * Which element of one array answers to which of the other. Equal elements find each other wherever they
 * stand, then objects by a member that names them, then what is left by its place between the others. All of
 * it is linear but for one sort-like step (n log n); an array that was only inserted into costs one
 * difference, one that was only reordered too.
 */

import { createKeyReader } from './element-key.ts'
import { IDENTITY_NAMES, indexByIdentity } from './identity.ts'
import { type HashBucket, type Looking, equalJson, hashJson, takeEqual } from './json-equal.ts'
import { type Json, isJsonObject } from './json-value.ts'
import type { RuleNode } from './rule-node.ts'

/** How two arrays correspond. */
export interface Alignment {
  /** Indexes that belong together and may still differ inside, in primary's order. */
  readonly pairs: readonly (readonly [primary: number, shadow: number])[]
  /** Primary's indexes without partner. */
  readonly missing: readonly number[]
  /** Shadow's indexes without partner. */
  readonly extra: readonly number[]
  /** Whether elements that both have stand in another order. */
  readonly reordered: boolean
}

/** Two arrays and what is known of their place. */
interface Arrays {
  readonly primary: readonly Json[]
  readonly shadow: readonly Json[]
  readonly looking: Looking
  readonly node: RuleNode | undefined
}

/** Aligns two arrays under the rules of their place; when `looking` is used up, by index. */
export function alignArrays(
  primary: readonly Json[],
  shadow: readonly Json[],
  looking: Looking,
  node?: RuleNode,
): Alignment {
  const arrays = { primary, shadow, looking, node }
  if (node?.key !== undefined) return alignByKey(arrays, node.key)
  const shortest = Math.min(primary.length, shadow.length)
  looking.lenient = false
  let start = 0
  while (start < shortest && looking.nodes > 0 && isEqual(arrays, start, start)) start++
  let tail = 0
  while (
    tail < shortest - start &&
    looking.nodes > 0 &&
    isEqual(arrays, primary.length - 1 - tail, shadow.length - 1 - tail)
  ) {
    tail++
  }
  // Equal ends need no further look, unless they are equal only under a rule.
  const endsAreLenient = looking.lenient as boolean
  const left = range(start, primary.length - tail)
  const right = range(start, shadow.length - tail)
  const middle = alignMiddle(left, right, arrays)
  if (!endsAreLenient) return middle
  const tails = range(primary.length - tail, primary.length)
  const shift = shadow.length - primary.length
  return {
    ...middle,
    pairs: [
      ...range(0, start).map((i) => [i, i] as const),
      ...middle.pairs,
      ...tails.map((i) => [i, i + shift] as const),
    ],
  }
}

function isEqual({ primary, shadow, looking, node }: Arrays, i: number, j: number): boolean {
  return equalJson(primary[i] as Json, shadow[j] as Json, looking, node?.child(i))
}

function alignMiddle(left: readonly number[], right: readonly number[], arrays: Arrays): Alignment {
  const { looking, node } = arrays
  if (left.length === 0 || right.length === 0 || left.length + right.length === 2) {
    return byIndex(left, right)
  }
  // Hashing everything could only say the same.
  if (left.length === right.length && isNamedInPlace(left, right, arrays)) {
    return byIndex(left, right)
  }
  const equal = matchEqual(left, right, arrays)
  if (looking.nodes <= 0) return byIndex(left, right)
  const leftOver = left.filter((i) => !equal.has(i))
  const named = matchByIdentity(leftOver, withoutPartners(right, equal), arrays)
  const partners = new Map([...equal, ...(named ?? [])])
  const { inOrder, reordered } = orderOf(left, partners)
  const isList = node?.unorderedBy === undefined
  const rest =
    named === undefined && isList
      ? pairBetween(inOrder, partners, left, right)
      : without(left, right, partners, named === undefined)
  const moved = partners.size - inOrder.length
  const changed = rest.pairs.length + rest.missing.length + rest.extra.length + moved
  const isPermutation = equal.size === left.length && equal.size === right.length
  if (named === undefined && isList && !isPermutation && left.length === right.length) {
    const differing = left.filter((i, at) => !isEqual(arrays, i, right[at] ?? -1))
    // A few values that changed in place, not elements that wandered.
    if (differing.length <= changed) return byIndex(left, right)
  }
  return {
    pairs: [...partners, ...rest.pairs].sort(([a], [b]) => a - b),
    missing: rest.missing,
    extra: rest.extra,
    reordered,
  }
}

/** Elements of the same key belong together, the first with the first; others have no partner. */
function alignByKey({ primary, shadow, looking }: Arrays, by: string): Alignment {
  const readKey = createKeyReader(by)
  const primaryKeys = primary.map((value) => readKey(value))
  const shadowKeys = shadow.map((value) => readKey(value, looking.canonical))
  const waiting = new Map<string, number[]>()
  shadowKeys.forEach((key, j) => {
    if (key === undefined) return
    const known = waiting.get(key)
    if (known === undefined) waiting.set(key, [j])
    else known.push(j)
  })
  for (const indexes of waiting.values()) indexes.reverse()
  const partners = new Map<number, number>()
  primaryKeys.forEach((key, i) => {
    const j = key === undefined ? undefined : waiting.get(key)?.pop()
    if (j !== undefined) partners.set(i, j)
  })
  const left = range(0, primary.length)
  const rest = byIndex(
    left.filter((i) => primaryKeys[i] === undefined),
    range(0, shadow.length).filter((j) => shadowKeys[j] === undefined),
  )
  const lost = without(left, range(0, shadow.length), partners, false)
  return {
    pairs: [...partners, ...rest.pairs].sort(([a], [b]) => a - b),
    missing: [...lost.missing.filter((i) => primaryKeys[i] !== undefined), ...rest.missing],
    extra: [...lost.extra.filter((j) => shadowKeys[j] !== undefined), ...rest.extra],
    reordered: orderOf(left, partners).reordered,
  }
}

/** The partners that keep primary's order, as many as can. */
function orderOf(
  left: readonly number[],
  partners: ReadonlyMap<number, number>,
): { inOrder: readonly number[]; reordered: boolean } {
  const matched = left.filter((i) => partners.has(i))
  const positions = longestIncreasing(matched.map((i) => partners.get(i) ?? -1))
  const inOrder = positions.map((position) => matched[position] ?? -1)
  return { inOrder, reordered: inOrder.length < matched.length }
}

/** What has no partner, paired by place or not at all. */
function without(
  left: readonly number[],
  right: readonly number[],
  partners: ReadonlyMap<number, number>,
  pairUp: boolean,
): Omit<Alignment, 'reordered'> {
  const missing = left.filter((i) => !partners.has(i))
  const extra = withoutPartners(right, partners)
  return pairUp ? byIndex(missing, extra) : { pairs: [], missing, extra }
}

function byIndex(left: readonly number[], right: readonly number[]): Alignment {
  const shortest = Math.min(left.length, right.length)
  return {
    pairs: left.slice(0, shortest).map((i, at) => [i, right[at] ?? -1] as const),
    missing: left.slice(shortest),
    extra: right.slice(shortest),
    reordered: false,
  }
}

/** Equal elements, the first of one side with the first of the other. */
function matchEqual(
  left: readonly number[],
  right: readonly number[],
  arrays: Arrays,
): ReadonlyMap<number, number> {
  const { primary, shadow, looking, node } = arrays
  const byHash = new Map<number, HashBucket<number>>()
  for (const j of right) {
    const hash = hashJson(shadow[j] as Json, looking, true, node?.child(j))
    const bucket = byHash.get(hash)
    if (bucket === undefined) byHash.set(hash, { values: [j], next: 0 })
    else bucket.values.push(j)
    if (looking.nodes <= 0) return new Map()
  }
  const partners = new Map<number, number>()
  for (const i of left) {
    const bucket = byHash.get(hashJson(primary[i] as Json, looking, false, node?.child(i)))
    const j = bucket && takeEqual(bucket, (candidate) => isEqual(arrays, i, candidate))
    if (j !== undefined) partners.set(i, j)
    if (looking.nodes <= 0) return new Map()
  }
  return partners
}

/** Objects that changed but kept their name; undefined when no member names them well enough. */
function matchByIdentity(
  left: readonly number[],
  right: readonly number[],
  { primary, shadow }: Arrays,
): ReadonlyMap<number, number> | undefined {
  if (left.length === 0 || right.length === 0) return undefined
  for (const name of IDENTITY_NAMES) {
    const leftByName = indexByIdentity(left, primary, name)
    const rightByName = leftByName && indexByIdentity(right, shadow, name)
    if (leftByName === undefined || rightByName === undefined) continue
    const partners = new Map<number, number>()
    for (const [identity, i] of leftByName) {
      const j = rightByName.get(identity)
      if (j !== undefined) partners.set(i, j)
    }
    // Names that both sides make up afresh name nothing.
    if (partners.size * 2 >= Math.min(left.length, right.length)) return partners
  }
  return undefined
}

/** Whether each object stands where the one of the same name does, by the first of the names that it has. */
function isNamedInPlace(
  left: readonly number[],
  right: readonly number[],
  { primary, shadow }: Arrays,
): boolean {
  const first = primary[left[0] ?? 0]
  if (!isJsonObject(first)) return false
  const name = IDENTITY_NAMES.find((each) => Object.hasOwn(first, each))
  if (name === undefined) return false
  const seen = new Set<unknown>()
  for (const [at, i] of left.entries()) {
    const mine = primary[i]
    const other = shadow[right[at] ?? -1]
    if (!isJsonObject(mine) || !isJsonObject(other)) return false
    const identity = mine[name]
    if (identity !== other[name] || !Object.hasOwn(mine, name)) return false
    if (typeof identity !== 'string' && typeof identity !== 'number') return false
    seen.add(identity)
  }
  return seen.size === left.length
}

/** What is left between two elements that kept their order is paired by place. */
function pairBetween(
  anchors: readonly number[],
  partners: ReadonlyMap<number, number>,
  left: readonly number[],
  right: readonly number[],
): Omit<Alignment, 'reordered'> {
  const pairs: (readonly [number, number])[] = []
  const missing: number[] = []
  const extra: number[] = []
  const taken = new Set(partners.values())
  let atLeft = 0
  let atRight = 0
  for (const anchor of [...anchors, undefined]) {
    const stop = anchor === undefined ? undefined : partners.get(anchor)
    const gapLeft: number[] = []
    const gapRight: number[] = []
    for (; atLeft < left.length && left[atLeft] !== anchor; atLeft++) {
      const i = left[atLeft] ?? -1
      if (!partners.has(i)) gapLeft.push(i)
    }
    for (; atRight < right.length && right[atRight] !== stop; atRight++) {
      const j = right[atRight] ?? -1
      if (!taken.has(j)) gapRight.push(j)
    }
    atLeft++
    atRight++
    const gap = byIndex(gapLeft, gapRight)
    for (const pair of gap.pairs) pairs.push(pair)
    for (const i of gap.missing) missing.push(i)
    for (const j of gap.extra) extra.push(j)
  }
  return { pairs, missing, extra }
}

function withoutPartners(
  right: readonly number[],
  partners: ReadonlyMap<number, number>,
): number[] {
  const taken = new Set(partners.values())
  return right.filter((j) => !taken.has(j))
}

/** Positions of a longest increasing subsequence (patience sorting). */
function longestIncreasing(sequence: readonly number[]): number[] {
  const tails: number[] = []
  const previous: number[] = []
  for (let position = 0; position < sequence.length; position++) {
    const value = sequence[position] ?? 0
    let low = 0
    let high = tails.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((sequence[tails[middle] ?? 0] ?? 0) < value) low = middle + 1
      else high = middle
    }
    previous[position] = low === 0 ? -1 : (tails[low - 1] ?? -1)
    tails[low] = position
  }
  const result: number[] = []
  for (let at = tails.at(-1) ?? -1; at !== -1; at = previous[at] ?? -1) result.push(at)
  return result.reverse()
}

function range(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from) }, (_, i) => from + i)
}
