/** The `match` of a route, and whether another route leaves it anything to take. */

import { matchesWildcard } from '../core/glob.ts'
import type { RouteMatch, TextMatch } from '../core/settings.ts'
import * as http from './http-values.ts'
import { present } from './present.ts'
import { type Section, show } from './section.ts'
import * as form from './values.ts'

const SAFE_METHODS = ['GET', 'HEAD', 'OPTIONS', 'TRACE']

/** Reads a `match`; without any condition it is every request. */
export function readMatch(section: Section): RouteMatch {
  const hosts = section.values('hosts', http.hostPattern)
  const methods = section.value('methods', form.methods)
  return present({
    hosts: hosts === undefined || hosts.includes('*') ? undefined : hosts,
    path: section.section('path', readPath),
    methods: methods === 'safe' ? SAFE_METHODS : methods === 'all' ? undefined : methods,
    headers: readNamed(section, 'headers', (name) => name.toLowerCase()),
    query: readNamed(section, 'query', (name) => name),
  })
}

const PATH_KINDS = ['exact', 'prefix', 'regex'] as const
const TEXT_KINDS = [...PATH_KINDS, 'present'] as const

function readPath(section: Section): TextMatch | undefined {
  const kind = chooseKind(section, PATH_KINDS)
  if (kind === undefined || kind === 'regex') return kind && readRegex(section)
  const value = section.value(kind, http.path)
  return value === undefined ? undefined : { kind, value }
}

/** `{ NAME: { exact: … } }`; undefined when there is none. */
function readNamed(
  section: Section,
  key: 'headers' | 'query',
  nameOf: (name: string) => string,
): Readonly<Record<string, TextMatch>> | undefined {
  const found = section.section(key, (named) =>
    named.keys().flatMap((name) => {
      if (key === 'headers' && http.headerName.read(name) === undefined) {
        named.problem(name, `expected ${http.headerName.expected}`)
      }
      const match = named.section(name, readText)
      return match === undefined ? [] : [[nameOf(name), match] as const]
    }),
  )
  return found === undefined || found.length === 0 ? undefined : Object.fromEntries(found)
}

function readText(section: Section): TextMatch | undefined {
  const kind = chooseKind(section, TEXT_KINDS)
  if (kind === undefined || kind === 'regex') return kind && readRegex(section)
  if (kind === 'present') {
    const isPresent = section.value(kind, form.toggle)
    if (isPresent === false) section.problem(kind, 'expected true; absence cannot be matched')
    return isPresent === true ? { kind } : undefined
  }
  const value = section.value(kind, http.text)
  return value === undefined ? undefined : { kind, value }
}

function readRegex(section: Section): TextMatch | undefined {
  const value = section.value('regex', http.text)
  if (value === undefined) return undefined
  const problem = http.regexProblem(value)
  if (problem === undefined) return { kind: 'regex', value }
  const got = show(value, section.pathOf('regex'), section.report)
  section.problem('regex', `this regular expression cannot be used: ${problem}; got ${got}`)
  return undefined
}

/** The one kind that is there. */
function chooseKind<K extends string>(section: Section, kinds: readonly K[]): K | undefined {
  for (const kind of kinds) section.raw(kind)
  const found = kinds.filter((kind) => section.has(kind))
  if (found.length === 1) return found[0]
  const got = found.length === 0 ? 'none' : found.join(' and ')
  section.report.problem(section.path, `expected exactly one of ${kinds.join(', ')}, got ${got}`)
  return undefined
}

/** Whether every request that `inner` matches is matched by `outer`; regular expressions only when they are equal. */
export function coversMatch(outer: RouteMatch = {}, inner: RouteMatch = {}): boolean {
  const { hosts, methods, path } = outer
  return (
    (hosts === undefined || inner.hosts?.every((host) => coversHost(hosts, host)) === true) &&
    (methods === undefined || inner.methods?.every((each) => methods.includes(each)) === true) &&
    (path === undefined || coversText(path, inner.path, isPathBelow)) &&
    coversNamed(outer.headers, inner.headers) &&
    coversNamed(outer.query, inner.query)
  )
}

function coversHost(hosts: readonly string[], host: string): boolean {
  return hosts.some(
    (each) => each === host || (each.startsWith('*.') && matchesWildcard(each, host)),
  )
}

function coversNamed(
  outer: Readonly<Record<string, TextMatch>> = {},
  inner: Readonly<Record<string, TextMatch>> = {},
): boolean {
  return Object.entries(outer).every(([name, match]) =>
    coversText(match, Object.hasOwn(inner, name) ? inner[name] : undefined, (prefix, value) =>
      value.startsWith(prefix),
    ),
  )
}

function coversText(
  outer: TextMatch,
  inner: TextMatch | undefined,
  isBelow: (prefix: string, value: string) => boolean,
): boolean {
  if (inner === undefined) return outer.kind === 'prefix' && outer.value === '/'
  if (outer.kind === 'present') return true
  if (inner.kind === 'present') return false
  if (outer.kind === inner.kind && outer.value === inner.value) return true
  return outer.kind === 'prefix' && inner.kind !== 'regex' && isBelow(outer.value, inner.value)
}

/** A prefix of a path ends at a segment: `/items` has `/items/3` below it, `/itemsets` not. */
function isPathBelow(prefix: string, path: string): boolean {
  return path === prefix || path.startsWith(prefix.endsWith('/') ? prefix : `${prefix}/`)
}
