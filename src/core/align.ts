/**
 * Which element of one array answers to which of the other. Equal elements find each other wherever they
 * stand, then objects by a member that names them, then what is left by its place between the others. All of
 * it is linear but for one sort-like step (n log n); an array that was only inserted into costs one
 * difference, one that was only reordered too.
 */

import { IDENTITY_NAMES, indexByIdentity } from './identity.ts'
import { type Looking, equalJson, hashJson } from './json-equal.ts'
import type { Json } from './json-value.ts'

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

/** Aligns two arrays; when `looking` is used up, by index. */
export function alignArrays(
  primary: readonly Json[],
  shadow: readonly Json[],
  looking: Looking,
): Alignment {
  const shortest = Math.min(primary.length, shadow.length)
  let start = 0
  while (
    start < shortest &&
    looking.nodes > 0 &&
    equalJson(primary[start] as Json, shadow[start] as Json, looking)
  ) {
    start++
  }
  let tail = 0
  while (
    tail < shortest - start &&
    looking.nodes > 0 &&
    equalJson(
      primary[primary.length - 1 - tail] as Json,
      shadow[shadow.length - 1 - tail] as Json,
      looking,
    )
  ) {
    tail++
  }
  const middle = alignMiddle(
    range(start, primary.length - tail),
    range(start, shadow.length - tail),
    primary,
    shadow,
    looking,
  )
  // Equal ends need no further look, unless they are only equal once names are put back.
  if (looking.canonical === undefined) return middle
  return {
    ...middle,
    pairs: [
      ...range(0, start).map((i) => [i, i] as const),
      ...middle.pairs,
      ...range(0, tail).map((i) => [primary.length - tail + i, shadow.length - tail + i] as const),
    ],
  }
}

function alignMiddle(
  left: readonly number[],
  right: readonly number[],
  primary: readonly Json[],
  shadow: readonly Json[],
  looking: Looking,
): Alignment {
  if (left.length === 0 || right.length === 0 || left.length + right.length === 2) {
    return byIndex(left, right)
  }
  const equal = matchEqual(left, right, primary, shadow, looking)
  if (looking.nodes <= 0) return byIndex(left, right)
  const named = matchByIdentity(
    left.filter((i) => !equal.has(i)),
    withoutPartners(right, equal),
    primary,
    shadow,
  )
  const partners = new Map([...equal, ...(named ?? [])])
  const matched = left.filter((i) => partners.has(i))
  const inOrder = longestIncreasing(matched.map((i) => partners.get(i) ?? -1)).map(
    (position) => matched[position] ?? -1,
  )
  const moved = matched.length - inOrder.length
  const rest =
    named === undefined
      ? pairBetween(inOrder, partners, left, right)
      : {
          pairs: [],
          missing: left.filter((i) => !partners.has(i)),
          extra: withoutPartners(right, partners),
        }
  const changed = rest.pairs.length + rest.missing.length + rest.extra.length + moved
  if (named === undefined && !isPermutation(left, right, equal) && left.length === right.length) {
    const differing = left.filter(
      (i, at) => !equalJson(primary[i] as Json, shadow[right[at] ?? -1] as Json, looking),
    )
    // A few values that changed in place, not elements that wandered.
    if (differing.length <= changed) return byIndex(left, right)
  }
  return {
    pairs: [...partners, ...rest.pairs].sort(([a], [b]) => a - b),
    missing: rest.missing,
    extra: rest.extra,
    reordered: moved > 0,
  }
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
  primary: readonly Json[],
  shadow: readonly Json[],
  looking: Looking,
): ReadonlyMap<number, number> {
  const byHash = new Map<number, { indexes: number[]; next: number }>()
  for (const j of right) {
    const hash = hashJson(shadow[j] as Json, looking, true)
    const bucket = byHash.get(hash)
    if (bucket === undefined) byHash.set(hash, { indexes: [j], next: 0 })
    else bucket.indexes.push(j)
    if (looking.nodes <= 0) return new Map()
  }
  const partners = new Map<number, number>()
  for (const i of left) {
    const bucket = byHash.get(hashJson(primary[i] as Json, looking, false))
    const j = bucket?.indexes[bucket.next]
    if (bucket !== undefined && j !== undefined) {
      if (equalJson(primary[i] as Json, shadow[j] as Json, looking)) {
        partners.set(i, j)
        bucket.next++
      }
    }
    if (looking.nodes <= 0) return new Map()
  }
  return partners
}

/** Objects that changed but kept their name; undefined when no member names them well enough. */
function matchByIdentity(
  left: readonly number[],
  right: readonly number[],
  primary: readonly Json[],
  shadow: readonly Json[],
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

function isPermutation(
  left: readonly number[],
  right: readonly number[],
  equal: ReadonlyMap<number, number>,
): boolean {
  return equal.size === left.length && equal.size === right.length
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
