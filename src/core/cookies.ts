/**
 * Set-Cookie lines compared by cookie name and attribute. Values are sessions, mostly: they differ by nature
 * and are let pass, as long as both set one or both clear it.
 */

import type { LineJudge } from './compare-headers.ts'
import { type Findings, addFinding, escapePointer } from './findings.ts'
import { isWithin } from './header-dates.ts'
import type { DifferenceKind, Severity } from './judgement.ts'
import { renderString } from './render.ts'

interface Cookie {
  readonly name: string
  readonly value: string
  /** By lower-cased name; a flag has an empty value. */
  readonly attributes: ReadonlyMap<string, string>
}

/** What the comparison needs to know beside the lines. */
export interface CookieSurroundings {
  /** The base of relative dates: the own Date of each answer, epoch milliseconds. */
  readonly primaryNow: number
  readonly shadowNow: number
  readonly canonical?: ((text: string) => string) | undefined
  readonly rules: LineJudge
}

const VALUE_RULE = 'builtin:cookie-values'

/** Compares all Set-Cookie lines of two answers that both have some. */
export function compareCookies(
  primary: readonly string[],
  shadow: readonly string[],
  findings: Findings,
  surroundings: CookieSurroundings,
): void {
  const left = byName(primary)
  const right = byName(shadow)
  for (const [name, cookie] of left) {
    const other = right.get(name)
    if (other === undefined) report('missing', 'breaking', [name], cookie.value, undefined)
    else compareCookie(name, cookie, other)
  }
  for (const [name, cookie] of right) {
    if (!left.has(name)) report('extra', 'added', [name], undefined, cookie.value)
  }

  function compareCookie(name: string, a: Cookie, b: Cookie): void {
    if (a.value !== b.value) {
      const cleared = a.value === '' || b.value === ''
      report('value', 'changed', [name], a.value, b.value, cleared ? undefined : VALUE_RULE)
    }
    for (const [attribute, value] of a.attributes) {
      const other = b.attributes.get(attribute)
      const path = [name, attribute]
      if (other === undefined) report('missing', 'changed', path, value, undefined)
      else if (value !== other) {
        report('value', 'changed', path, value, other, excuse(attribute, value, other))
      }
    }
    for (const [attribute, value] of b.attributes) {
      if (!a.attributes.has(attribute)) {
        report('extra', 'added', [name, attribute], undefined, value)
      }
    }
  }

  function excuse(attribute: string, a: string, b: string): string | undefined {
    if (attribute === 'expires') {
      const { primaryNow, shadowNow } = surroundings
      return isWithin(a, b, primaryNow, shadowNow) ? 'builtin:relative-dates' : undefined
    }
    return surroundings.canonical?.(b) === a ? 'builtin:shadow-host' : undefined
  }

  function report(
    kind: DifferenceKind,
    severity: Severity,
    path: readonly string[],
    a: string | undefined,
    b: string | undefined,
    by?: string,
  ): void {
    const location = ['header:set-cookie', ...path.map(escapePointer)].join('/')
    const values = {
      ...(a !== undefined && { primary: renderString(a) }),
      ...(b !== undefined && { shadow: renderString(b) }),
    }
    const lines = (value: string | undefined) => (value === undefined ? [] : [value])
    const excuse = surroundings.rules.excuse(location, lines(a), lines(b), by)
    addFinding(findings, { kind, location, pattern: location, severity, ...values }, excuse)
  }
}

/**
 * Cookies by name; a name that is set again, for another path say, gets its number. Which of them comes first says
 * nothing as long as they are for other places.
 */
function byName(lines: readonly string[]): Map<string, Cookie> {
  const groups = new Map<string, Cookie[]>()
  for (const line of lines) {
    const cookie = parseCookie(line)
    const group = groups.get(cookie.name)
    if (group === undefined) groups.set(cookie.name, [cookie])
    else group.push(cookie)
  }
  const cookies = new Map<string, Cookie>()
  for (const [name, group] of groups) {
    if (group.length > 1) group.sort((a, b) => compareTexts(placeOf(a), placeOf(b)))
    group.forEach((cookie, i) =>
      cookies.set(i === 0 ? name : numbered(name, i + 1, groups), cookie),
    )
  }
  return cookies
}

/** A cookie may be called `sid#2` by itself. */
function numbered(name: string, n: number, taken: ReadonlyMap<string, unknown>): string {
  const text = `${name}#${n}`
  return taken.has(text) ? numbered(text, n, taken) : text
}

function placeOf({ attributes }: Cookie): string {
  return `${attributes.get('domain') ?? ''} ${attributes.get('path') ?? ''}`
}

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function parseCookie(line: string): Cookie {
  const [pair = '', ...rest] = line.split(';')
  const { name, value } = split(pair)
  const attributes = new Map<string, string>()
  for (const part of rest) {
    const attribute = split(part)
    if (attribute.name === '') continue
    const key = attribute.name.toLowerCase()
    attributes.set(key, canonicalValue(key, attribute.value))
  }
  return { name, value, attributes }
}

/** Case counts in paths alone, and a dot before a domain means nothing (RFC 6265 §5.2.3). */
function canonicalValue(attribute: string, value: string): string {
  if (attribute === 'domain') return value.toLowerCase().replace(/^\./, '')
  return LOWER_CASED.has(attribute) ? value.toLowerCase() : value
}

const LOWER_CASED: ReadonlySet<string> = new Set(['samesite', 'priority'])

function split(text: string): { name: string; value: string } {
  const equals = text.indexOf('=')
  if (equals === -1) return { name: text.trim(), value: '' }
  return { name: text.slice(0, equals).trim(), value: text.slice(equals + 1).trim() }
}
