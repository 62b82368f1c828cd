/**
 * Names of endpoints that people gave, such as `GET /files/{name}`: what the shape of a path cannot tell.
 * There may be thousands (an OpenAPI document), so they are looked up segment by segment.
 */

import { endpointOf, pathOf } from './endpoint.ts'
import { matchesWildcard } from './glob.ts'

/** Names the endpoint of a request line; the name of an operation, if any, follows. */
export type NameEndpoint = (method: string, target: string, operation?: string) => string

interface Named {
  readonly index: number
  readonly path: string
}

interface Node {
  readonly literals: Map<string, Node>
  /** Segments with `{name}` in them, as globs. */
  readonly templates: { readonly glob: string; readonly node: Node }[]
  /** What ends here, by method; empty: every method. */
  readonly ends: Map<string, Named>
}

/** Names endpoints by the first pattern that fits, and by their shape when none does. */
export function createEndpointNamer(patterns: readonly string[]): NameEndpoint {
  if (patterns.length === 0) return endpointOf
  const root = createNode()
  for (const [index, pattern] of patterns.entries()) add(root, pattern, index)
  return (method, target, operation = '') => {
    const segments = pathOf(target).split('/')
    const found = find(root, method, segments, 1)
    if (found === undefined) return endpointOf(method, target, operation)
    return `${method} ${found.path}${operation === '' ? '' : ` ${operation}`}`
  }
}

function createNode(): Node {
  return { literals: new Map(), templates: [], ends: new Map() }
}

function add(root: Node, pattern: string, index: number): void {
  const space = pattern.indexOf(' ')
  const path = pattern.slice(space + 1)
  let node = root
  for (const segment of path.split('/').slice(1)) node = childOf(node, segment)
  const method = space === -1 ? '' : pattern.slice(0, space)
  if (!node.ends.has(method)) node.ends.set(method, { index, path })
}

function childOf(node: Node, segment: string): Node {
  if (!segment.includes('{')) {
    const known = node.literals.get(segment) ?? createNode()
    node.literals.set(segment, known)
    return known
  }
  const glob = segment.replace(/\{[^}]*\}/g, '*')
  const known = node.templates.find((each) => each.glob === glob)?.node
  if (known !== undefined) return known
  const child = createNode()
  node.templates.push({ glob, node: child })
  return child
}

/** The first given of all that fit. */
function find(
  node: Node,
  method: string,
  segments: readonly string[],
  at: number,
): Named | undefined {
  const segment = segments[at]
  if (segment === undefined) return first(node.ends.get(method), node.ends.get(''))
  const literal = node.literals.get(segment)
  let found = literal && find(literal, method, segments, at + 1)
  if (segment === '') return found
  for (const { glob, node: child } of node.templates) {
    if (!matchesWildcard(glob, segment)) continue
    found = first(found, find(child, method, segments, at + 1))
  }
  return found
}

function first(one: Named | undefined, other: Named | undefined): Named | undefined {
  if (one === undefined || other === undefined) return one ?? other
  return one.index < other.index ? one : other
}
