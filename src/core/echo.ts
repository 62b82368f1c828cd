/**
 * Services that echo the request's headers in a JSON body show what differs between the legs by nature. Only
 * an object that echoes at least two headers as we sent them is taken for such an echo: on one side at least two,
 * because the copy's own marker may be the second, and on the other at least one.
 */

import type { HeaderList } from './exchange.ts'
import { headersByName } from './headers.ts'
import { isLegHeader } from './header-catalogue.ts'
import type { Json, JsonObject } from './json-value.ts'

/** The rule that excuses an echoed header. */
export const ECHO_RULE = 'builtin:echoed-headers'

/** Says whether a member that differs is an echoed header that may. */
export type EchoExcuse = (
  name: string,
  primary: JsonObject,
  shadow: JsonObject,
) => string | undefined

/** The excuse for bodies that answer requests with these headers; the lists are read when first needed. */
export function createEchoExcuse(sentToPrimary: HeaderList, sentToShadow: HeaderList): EchoExcuse {
  let primarySent: ReadonlyMap<string, readonly string[]> | undefined
  let shadowSent: ReadonlyMap<string, readonly string[]> | undefined
  const unknown = new Set<string>()
  return (name, primary, shadow) => {
    primarySent ??= headersByName(sentToPrimary)
    shadowSent ??= headersByName(sentToShadow)
    // In a long list the same members differ in each element.
    if (unknown.has(name)) return undefined
    const header = headerNameOf(name)
    const sent = primarySent.has(header) || shadowSent.has(header)
    if (!sent && !isLegHeader(header)) {
      if (unknown.size < MAX_UNKNOWN) unknown.add(name)
      return undefined
    }
    const left = echoed(primary, primarySent)
    const right = echoed(shadow, shadowSent)
    if (Math.max(left, right) < 2 || Math.min(left, right) < 1) return undefined
    if (isLegHeader(header)) return ECHO_RULE
    // Anything else may differ only because we sent it so.
    const asSent =
      isEcho(ownMember(primary, name), primarySent.get(header)) &&
      isEcho(ownMember(shadow, name), shadowSent.get(header))
    return asSent ? ECHO_RULE : undefined
  }
}

/** Names that are remembered to be no header's. */
const MAX_UNKNOWN = 100

/** The header that a member is named after: `X-B3-Traceid`, `x_b3_traceid` and CGI's `HTTP_X_B3_TRACEID` are one. */
function headerNameOf(member: string): string {
  const name = member.toLowerCase().replaceAll('_', '-')
  return name.startsWith('http-') ? name.slice(5) : name
}

/** A member named `constructor` is missing unless it is there. */
function ownMember(object: JsonObject, name: string): Json | undefined {
  return Object.hasOwn(object, name) ? object[name] : undefined
}

/** Members looked at per object; echoes are small. */
const MAX_MEMBERS = 500

/** How many headers an object echoes as they were sent: 0, 1, or 2 for more; 0 for one too large to be an echo. */
function echoed(object: JsonObject, sent: ReadonlyMap<string, readonly string[]>): number {
  let count = 0
  const names = Object.keys(object)
  if (names.length > MAX_MEMBERS) return 0
  for (const name of names) {
    const values = sent.get(headerNameOf(name))
    if (values !== undefined && isEcho(object[name], values) && ++count === 2) break
  }
  return count
}

/** Whether a value says what was sent; both absent is agreement too. */
function isEcho(value: Json | undefined, sent: readonly string[] | undefined): boolean {
  if (value === undefined || sent === undefined) return value === undefined && sent === undefined
  if (Array.isArray(value)) {
    return value.length === sent.length && sent.every((line, i) => value[i] === line)
  }
  return (
    typeof value === 'string' &&
    (value === sent[0] || value === sent.join(', ') || value === sent.join(','))
  )
}
