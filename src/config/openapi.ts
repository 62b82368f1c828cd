/** The paths of an OpenAPI 3 or Swagger 2 document as patterns of endpoints. */

import { parseDocument } from 'yaml'
import { messageOf } from '../core/errors.ts'
import * as http from './http-values.ts'
import { isMap } from './section.ts'

const METHODS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'] as const
const MAX_PATTERNS = 10_000

/** The patterns of a document, the concrete ones first, or what is wrong with it. */
export function openApiPatterns(
  text: string,
): { readonly patterns: readonly string[] } | { readonly problem: string } {
  const data = parseText(text)
  if (typeof data === 'string') return { problem: `expected an OpenAPI document; ${data}` }
  if (!isMap(data) || !('openapi' in data || 'swagger' in data)) {
    return { problem: 'expected an OpenAPI document; it has no key "openapi" or "swagger"' }
  }
  if (!isMap(data['paths'])) return { problem: 'expected an OpenAPI document with "paths"' }
  const bases = basesOf(data)
  const patterns: string[] = []
  for (const [path, item] of Object.entries(data['paths'])) {
    if (!path.startsWith('/') || !isMap(item)) continue
    for (const method of METHODS) {
      if (!Object.hasOwn(item, method)) continue
      for (const base of bases) {
        const pattern = `${method.toUpperCase()} ${base}${path}`
        if (http.endpointPattern.read(pattern) === undefined) {
          return { problem: `the path ${JSON.stringify(path.slice(0, 80))} cannot be read` }
        }
        patterns.push(pattern)
      }
    }
    if (patterns.length > MAX_PATTERNS) {
      return { problem: `more than ${MAX_PATTERNS} paths and methods` }
    }
  }
  if (patterns.length === 0) return { problem: 'this OpenAPI document has no paths with methods' }
  return { patterns: patterns.toSorted(byConcreteness) }
}

/** The data, or why the text has none. */
function parseText(text: string): unknown {
  try {
    const yaml = parseDocument(text, { prettyErrors: false, logLevel: 'error' })
    const [error] = yaml.errors
    return error === undefined ? (yaml.toJS({ maxAliasCount: 1000 }) as unknown) : error.message
  } catch (error) {
    return messageOf(error)
  }
}

/** What stands before every path: Swagger's `basePath`, or the paths of the servers. */
function basesOf(data: Readonly<Record<string, unknown>>): readonly string[] {
  if (typeof data['basePath'] === 'string') return [withoutLastSlash(data['basePath'])]
  const servers = Array.isArray(data['servers']) ? data['servers'] : []
  const bases = servers.flatMap((server: unknown) => {
    if (!isMap(server) || typeof server['url'] !== 'string') return []
    const variables = isMap(server['variables']) ? server['variables'] : {}
    const url = server['url'].replace(/\{([^{}]{1,64})\}/g, (_, name: string) => {
      const variable = Object.hasOwn(variables, name) ? variables[name] : undefined
      return isMap(variable) && typeof variable['default'] === 'string' ? variable['default'] : 'x'
    })
    return URL.canParse(url, 'http://x')
      ? [withoutLastSlash(new URL(url, 'http://x').pathname)]
      : []
  })
  return bases.length === 0 ? [''] : [...new Set(bases)]
}

function withoutLastSlash(path: string): string {
  return path.endsWith('/') ? path.slice(0, -1) : path
}

/** `/users/me` before `/users/{id}`, as OpenAPI has it. */
function byConcreteness(a: string, b: string): number {
  const left = a.split('/')
  const right = b.split('/')
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const [one = '', other = ''] = [left[i], right[i]]
    const isOneOpen = one.includes('{')
    if (isOneOpen !== other.includes('{')) return isOneOpen ? 1 : -1
    if (!isOneOpen && one !== other) return one < other ? -1 : 1
  }
  return a < b ? -1 : Number(a > b)
}
