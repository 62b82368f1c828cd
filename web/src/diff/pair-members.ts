/** Which members of two objects stand beside each other. */

import type { JsonMember } from './json-tree.ts'

/** Members by name in primary's order; what only shadow has follows the member it follows there. */
export function pairMembers(
  left: readonly JsonMember[],
  right: readonly JsonMember[],
): (readonly [JsonMember | undefined, JsonMember | undefined])[] {
  const rights = new Map<string, JsonMember>()
  const occurrence = occurrences()
  for (const member of right) rights.set(occurrence(member.name), member)
  const leftKey = occurrences()
  const keys = left.map((member) => leftKey(member.name))
  const known = new Set(keys)
  const after = new Map<string, JsonMember[]>()
  let previous = ''
  for (const [key, member] of rights) {
    if (known.has(key)) previous = key
    else after.set(previous, [...(after.get(previous) ?? []), member])
  }
  const extras = (key: string) => (after.get(key) ?? []).map((b) => [undefined, b] as const)
  return [
    ...extras(''),
    ...left.flatMap((a, i) => {
      const key = keys[i] ?? ''
      return [[a, rights.get(key)] as const, ...extras(key)]
    }),
  ]
}

/** Names made unique by how often they came before; never the empty string. */
function occurrences(): (name: string) => string {
  const seen = new Map<string, number>()
  return (name) => {
    const count = seen.get(name) ?? 0
    seen.set(name, count + 1)
    return `${count}:${name}`
  }
}
