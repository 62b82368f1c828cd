/** Holds parsed data against the tree of keys and reports every problem together. */

import type { KeyPath, Problem } from './document.ts'
import type { KeyNode } from './keys.ts'
import { readRules } from './rules.ts'

/** Walks `data` along `node`; `where` names the place of a key for people. */
export function findProblems(
  data: unknown,
  node: KeyNode,
  where: (path: KeyPath) => string,
  path: KeyPath = [],
): Problem[] {
  const problem = (message: string): Problem => ({ where: where(path), message })
  const label = path.length > 0 ? `${path.join('.')}: ` : ''
  switch (node.kind) {
    case 'notYet':
      return [problem(`${label}not supported yet; remove it to go on without`)]
    case 'value':
      return node.form.read(data) === undefined
        ? [problem(`${label}expected ${node.form.expected}, got ${describe(data, path)}`)]
        : []
    case 'list':
      if (!Array.isArray(data))
        return [problem(`${label}expected a list, got ${describe(data, path)}`)]
      return data.flatMap((item: unknown, index) =>
        findProblems(item, node.of, where, [...path, index]),
      )
    case 'rules':
      if (!Array.isArray(data)) {
        return [problem(`${label}expected a list of rules, got ${describe(data, path)}`)]
      }
      return [...readRules(data, where, path).problems]
    case 'map':
      if (typeof data !== 'object' || data === null || Array.isArray(data)) {
        return [problem(`${label}expected keys and values, got ${describe(data, path)}`)]
      }
      return Object.entries(data).flatMap(([key, item]) => {
        const child = Object.hasOwn(node.keys, key) ? node.keys[key] : undefined
        const childPath = [...path, key]
        if (child !== undefined) return findProblems(item, child, where, childPath)
        const known = Object.keys(node.keys).join(', ')
        return [
          {
            where: where(childPath),
            message: `${childPath.join('.')}: unknown key; known are ${known}`,
          },
        ]
      })
  }
}

/** The found value for a message, without giving a secret away. */
function describe(value: unknown, path: KeyPath): string {
  if (value === undefined) return 'nothing'
  if (path.at(-1) === 'token') return 'another value'
  // What stands before an @ in a URL is a password more often than not.
  const text = JSON.stringify(value).replace(/\/\/[^/@]{0,1000}@/g, '//…@')
  return text.length > 80 ? `${text.slice(0, 80)}…` : text
}
