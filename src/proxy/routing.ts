/** Which route takes a request: matchers made once, tried in order. */

import type { HeaderList } from '../core/exchange.ts'
import type { RouteMatch } from '../core/settings.ts'
import {
  hostMatcher,
  hostName,
  pathMatcher,
  textMatcher,
  type TextMatcher,
} from './text-matcher.ts'

/** What of a request decides about its route. */
export interface RoutedRequest {
  readonly method: string
  /** The authority it is for: an absolute target's, else its Host; empty when it has none. */
  readonly authority: string
  /** Path and query, or `*`. */
  readonly target: string
  /** As the client sent them. */
  readonly headers: HeaderList
}

/** Whether a route takes a request. */
export type RouteMatcher = (request: RoutedRequest) => boolean

/** The matcher of a route; undefined when it takes every request. Throws `invalid` for a bad expression. */
export function routeMatcher(match: RouteMatch | undefined): RouteMatcher | undefined {
  if (match === undefined) return undefined
  const tests: RouteMatcher[] = []
  const { methods, hosts, path, headers, query } = match
  if (methods !== undefined) {
    const names = new Set(methods)
    tests.push(({ method }) => names.has(method))
  }
  const isHost = hosts === undefined ? undefined : hostMatcher(hosts)
  if (isHost !== undefined) tests.push(({ authority }) => isHost(hostName(authority)))
  if (path !== undefined) {
    const isPath = pathMatcher(path)
    tests.push(({ target }) => isPath(pathOf(target)))
  }
  for (const [name, text] of Object.entries(headers ?? {})) {
    tests.push(headerTest(name.toLowerCase(), textMatcher(text)))
  }
  for (const [name, text] of Object.entries(query ?? {})) {
    tests.push(queryTest(name, textMatcher(text)))
  }
  if (tests.length === 0) return undefined
  const [only] = tests
  if (tests.length === 1) return only
  return (request) => tests.every((test) => test(request))
}

function pathOf(target: string): string {
  const query = target.indexOf('?')
  return query === -1 ? target : target.slice(0, query)
}

/** Any line of the name will do. */
function headerTest(name: string, matches: TextMatcher): RouteMatcher {
  // The authority counts, not a Host line that gave way to it.
  if (name === 'host') return ({ authority }) => authority !== '' && matches(authority)
  return ({ headers }) => {
    for (let i = 0; i < headers.length; i += 2) {
      const line = headers[i] ?? ''
      if (line.length !== name.length || line.toLowerCase() !== name) continue
      if (matches(headers[i + 1] ?? '')) return true
    }
    return false
  }
}

/** Any parameter of the name will do; names and values are taken as they were sent, undecoded. */
function queryTest(name: string, matches: TextMatcher): RouteMatcher {
  return ({ target }) => {
    let at = target.indexOf('?')
    while (at !== -1) {
      const start = at + 1
      at = target.indexOf('&', start)
      const pair = target.slice(start, at === -1 ? target.length : at)
      if (pair === '') continue
      const equals = pair.indexOf('=')
      const key = equals === -1 ? pair : pair.slice(0, equals)
      if (key === name && matches(equals === -1 ? '' : pair.slice(equals + 1))) return true
    }
    return false
  }
}
