/**
 * The shadow is called by another name than primary (Envoy's `-shadow` Host), and services write the name
 * they were called by into links and bodies. This puts the name back: exactly the authority that we sent,
 * and only where it stands as a whole token.
 */

import { headerValue } from './headers.ts'
import type { HeaderList } from './exchange.ts'

/** The rule under which the name is put back. */
export const RENAME_RULE = 'builtin:shadow-host'

/** Gives shadow's text with the shadow's authority replaced by primary's. */
export type Unsuffix = (text: string) => string

/** The replacement for the Hosts that were sent to the two; undefined when they are the same. */
export function createUnsuffix(
  sentToPrimary: HeaderList,
  sentToShadow: HeaderList,
): Unsuffix | undefined {
  const primary = headerValue(sentToPrimary, 'host')
  const shadow = headerValue(sentToShadow, 'host')
  if (primary === undefined || shadow === undefined || primary === '' || shadow === '') return
  if (primary === shadow) return
  const names: (readonly [string, string])[] = [[shadow, primary]]
  const primaryName = withoutPort(primary)
  const shadowName = withoutPort(shadow)
  // Before 2018 Envoy wrote `host:port-shadow`, and some proxies still do.
  if (shadow !== primary + SUFFIX && shadowName === primaryName + SUFFIX) {
    names.push([primary + SUFFIX, primary])
  }
  // A link inside a query parameter.
  if (shadow !== shadowName) {
    names.push([encodeURIComponent(shadow), encodeURIComponent(primary)])
    // Addresses without their port stand for clients and peers too.
    if (shadowName !== primaryName && !isAddress(shadowName)) names.push([shadowName, primaryName])
  }
  if (shadow !== shadow.toLowerCase()) {
    // Frameworks write hosts as they compare them: without case.
    names.push(...names.map(([from, to]) => [from.toLowerCase(), to.toLowerCase()] as const))
  }
  return (text) => names.reduce((result, [from, to]) => replaceToken(result, from, to), text)
}

function isAddress(name: string): boolean {
  return name.startsWith('[') || /^[\d.]+$/.test(name)
}

const SUFFIX = '-shadow'

function withoutPort(authority: string): string {
  return authority.replace(/:\d*$/, '')
}

function replaceToken(text: string, from: string, to: string): string {
  let found = text.indexOf(from)
  if (found === -1) return text
  let result = ''
  let done = 0
  for (; found !== -1; found = text.indexOf(from, found + from.length)) {
    const after = found + from.length
    if (isInsideName(text, found - 1) || continuesAuthority(text, after)) continue
    result += text.slice(done, found) + to
    done = after
  }
  return result + text.slice(done)
}

/** Whether the character at this place would make the authority the end of a longer name. */
function isInsideName(text: string, at: number): boolean {
  if (at < 0 || !/[A-Za-z0-9_.-]/.test(text.charAt(at))) return false
  return !/^%[0-9A-Fa-f]{2}$/.test(text.slice(Math.max(0, at - 2), at + 1))
}

/** A longer name, a sub-domain or another port is another authority; a full stop at the end of a sentence is not. */
function continuesAuthority(text: string, at: number): boolean {
  if (at >= text.length) return false
  return /^(?:[A-Za-z0-9_-]|\.[A-Za-z0-9]|(?::|%3[Aa])\d)/.test(text.slice(at, at + 4))
}
