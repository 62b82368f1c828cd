/** Compiled forms of the texts that routes are matched by. */

import { isIPv6 } from 'node:net'
import { AppError } from '../core/errors.ts'
import type { TextMatch } from '../core/settings.ts'
import { compileTextPattern } from '../core/text-pattern.ts'

/** Whether a text is meant. */
export type TextMatcher = (text: string) => boolean

/** A matcher for values; throws `invalid` for an expression that is refused. */
export function textMatcher(match: TextMatch): TextMatcher {
  switch (match.kind) {
    case 'exact':
      return (text) => text === match.value
    case 'prefix':
      return (text) => text.startsWith(match.value)
    case 'present':
      return () => true
    case 'regex': {
      const compiled = compileTextPattern(match.value)
      if ('problem' in compiled) {
        throw new AppError(
          'invalid',
          `the regular expression ${match.value} cannot be used: ${compiled.problem}`,
        )
      }
      const { pattern } = compiled
      return (text) => pattern.matches(text)
    }
  }
}

/** A matcher for paths: a prefix ends at a segment, and a slash at its own end says nothing. */
export function pathMatcher(match: TextMatch): TextMatcher {
  if (match.kind !== 'prefix') return textMatcher(match)
  const prefix = match.value.endsWith('/') ? match.value.slice(0, -1) : match.value
  const { length } = prefix
  if (length === 0) return () => true
  return (path) =>
    path.startsWith(prefix) && (path.length === length || path.charCodeAt(length) === SLASH)
}

const SLASH = 0x2f

/** A matcher for host names, lower case and without port; undefined when every name is meant. */
export function hostMatcher(hosts: readonly string[]): TextMatcher | undefined {
  const names = new Set<string>()
  const endings: string[] = []
  for (const host of hosts) {
    const name = host.toLowerCase()
    if (name === '*') return undefined
    if (name.startsWith('*.')) endings.push(name.slice(1))
    else names.add(isIPv6(name) ? `[${name}]` : name)
  }
  return (host) => names.has(host) || endings.some((ending) => isBelow(host, ending))
}

/** Of `.example` every name below it is meant, the empty one not. */
function isBelow(host: string, ending: string): boolean {
  return host.length > ending.length && host.endsWith(ending)
}

/** The name in an authority, as host matchers want it: `[::1]:80` gives `[::1]`, `A.example.:80` `a.example`. */
export function hostName(authority: string): string {
  const end = authority.endsWith(']') ? -1 : authority.lastIndexOf(':')
  const name = (end === -1 ? authority : authority.slice(0, end)).toLowerCase()
  return name.endsWith('.') ? name.slice(0, -1) : name
}
