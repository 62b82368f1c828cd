/** Which array elements stand beside each other, following what the server said is missing, extra or moved. */

import type { JsonNode } from './json-tree.ts'
import type { Marks } from './marks.ts'

/** Indexes of one row of elements; one of them is absent where only one side has it. */
export interface ElementPair {
  readonly left?: number
  readonly right?: number
}

const identityNames = ['id', '_id', 'uuid', 'guid', 'key', 'code', 'sku', 'slug', 'name', 'href']

/** Pairs in primary's order, elements that only shadow has where they stand. */
export function pairElements(
  left: readonly JsonNode[],
  right: readonly JsonNode[],
  pointer: string,
  marks: Marks,
): readonly ElementPair[] {
  const isMissing = (i: number) => marks.isMissing(`${pointer}/${i}`) !== undefined
  const isExtra = (j: number) => marks.isExtra(`${pointer}/${j}`) !== undefined
  const lefts = left.map((_, i) => i).filter((i) => !isMissing(i))
  const rights = right.map((_, j) => j).filter((j) => !isExtra(j))
  const reordered = marks.at(pointer).some((mark) => mark.kind === 'order')
  const isTouched = (i: number) => {
    const place = `${pointer}/${i}`
    return marks.at(place).length > 0 || marks.inside(place) !== undefined
  }
  // Of equal elements, those that the server found unchanged choose first: one with a difference was
  // paired with another value, however many equal ones shadow has.
  const choosing = [...lefts.filter((i) => !isTouched(i)), ...lefts.filter(isTouched)]
  const partners = reordered
    ? findPartners(choosing, rights, left, right)
    : new Map(lefts.slice(0, rights.length).map((i, at) => [i, rights[at] ?? -1]))
  const taken = new Set(partners.values())
  const pairs: ElementPair[] = []
  let j = 0
  const flushTo = (end: number) => {
    for (; j < end; j++) if (!taken.has(j)) pairs.push({ right: j })
  }
  for (let i = 0; i < left.length; i++) {
    const partner = partners.get(i)
    if (partner !== undefined) flushTo(partner)
    pairs.push(partner === undefined ? { left: i } : { left: i, right: partner })
  }
  flushTo(right.length)
  return pairs
}

/** In an array that was reordered: equal elements first, then objects of one name, then by place. */
function findPartners(
  lefts: readonly number[],
  rights: readonly number[],
  left: readonly JsonNode[],
  right: readonly JsonNode[],
): Map<number, number> {
  const partners = new Map<number, number>()
  const free = new Set(rights)
  const match = (keyOf: (node: JsonNode | undefined) => string | undefined) => {
    const byKey = new Map<string, number[]>()
    for (const j of free) {
      const key = keyOf(right[j])
      if (key !== undefined) byKey.set(key, [...(byKey.get(key) ?? []), j])
    }
    for (const i of lefts) {
      if (partners.has(i)) continue
      const key = keyOf(left[i])
      const j = key === undefined ? undefined : byKey.get(key)?.shift()
      if (j === undefined) continue
      partners.set(i, j)
      free.delete(j)
    }
  }
  match((node) => node && compactText(node))
  for (const name of identityNames) match((node) => identity(node, name))
  const rest = [...free]
  for (const i of lefts) {
    const j = partners.has(i) ? undefined : rest.shift()
    if (j !== undefined) partners.set(i, j)
  }
  return partners
}

function identity(node: JsonNode | undefined, name: string): string | undefined {
  if (node?.kind !== 'object') return undefined
  const value = node.members.find((member) => member.name === name)?.value
  return value?.kind === 'scalar' ? value.text : undefined
}

/** The value on one line, members by name, so that equal values have equal texts. */
function compactText(node: JsonNode): string {
  if (node.kind === 'scalar') return node.text
  if (node.kind === 'array') return `[${node.items.map(compactText).join(',')}]`
  return `{${node.members
    .map((member) => `${JSON.stringify(member.name)}:${compactText(member.value)}`)
    .sort()
    .join(',')}}`
}
