/**
 * Reads a request's head: refuses what a gateway must not forward, and makes of the rest the target and
 * the header lines that primary gets.
 */

import { randomUUID } from 'node:crypto'
import type { HeaderList } from '../core/exchange.ts'
import { Field, fieldKind } from './field.ts'
import { appendForwarded, type ClientSide } from './forwarded.ts'
import { isValidRequestId } from './ids.ts'
import { hasConnectionOptions, withoutListed } from './hop-by-hop.ts'
import type { BodyFraming } from './leg.ts'
import * as refusals from './refusal.ts'
import type { Refusal } from './refusal.ts'

/** A request's head as the parser read it. */
export interface RequestHead {
  readonly method: string
  readonly target: string
  /** `1.1` or `1.0`; others are refused. */
  readonly version: string
  readonly headers: HeaderList
}

/** What is the same for all requests. */
export interface AdmitRules {
  /** Our name in `Via`, without the protocol; absent: no `Via` is added and no loop is seen. */
  readonly pseudonym: string | undefined
  readonly forwarded: 'preserve' | 'append'
  /** The Host for an HTTP/1.0 request that has none. */
  readonly fallbackHost: string
}

/** A request that may be forwarded. */
export interface Admitted {
  readonly kind: 'admitted'
  readonly requestId: string
  /** Verbatim from the wire, except that an absolute URL is cut to what follows its authority. */
  readonly target: string
  readonly host: string
  /** Primary's final lines. */
  readonly headers: string[]
  /**
   * Where in `headers` the Host's value stands, when a copy differs in nothing else but our mark; -1 when
   * the copy's lines need a look each.
   */
  readonly hostAt: number
  readonly framing: BodyFraming
  /** The protocols of the client's `Upgrade`; not in `headers`. */
  readonly upgrade: string | undefined
}

const NO_BODY: BodyFraming = { kind: 'none' }
const CHUNKED: BodyFraming = { kind: 'chunked' }

const ABSOLUTE = /^https?:\/\/([^/?#]*)(.*)$/i
const AUTHORITY =
  /^(?:\[[0-9A-Fa-f:.]+\]|(?:[A-Za-z0-9\-._~!$&'()*+,;=]|%[0-9A-Fa-f]{2})+)(?::\d{0,5})?$/

/** Decides whether a request may be forwarded, and as what. */
export function admit(
  head: RequestHead,
  rules: AdmitRules,
  client: ClientSide,
): Admitted | Refusal {
  const { method, version, headers: lines } = head
  if (version !== '1.1' && version !== '1.0') return refusals.VERSION_UNKNOWN
  if (method === 'TRACE' || method === 'CONNECT') return refusals.METHOD_REFUSED

  const headers: string[] = []
  let host: string | undefined
  let hostAt = -1
  let connection = ''
  let requestId: string | undefined
  let requestIdAt = -1
  let contentLength: string | undefined
  let coding: string | undefined
  let upgrade: string | undefined
  let plainCopy = true
  let takesTrailers = false
  let trailer: string | undefined

  for (let i = 0; i < lines.length; i += 2) {
    const name = lines[i] ?? ''
    const value = lines[i + 1] ?? ''
    switch (fieldKind(name)) {
      case Field.HOP:
        break
      case Field.HOST:
        if (host !== undefined) return refusals.HOST_REPEATED
        if (!AUTHORITY.test(value)) return refusals.HOST_INVALID
        host = value
        hostAt = headers.length + 1
        headers.push(name, value)
        break
      case Field.CONNECTION:
        connection = connection === '' ? value : `${connection},${value}`
        break
      case Field.REQUEST_ID:
        if (requestIdAt === -1) {
          requestId = isValidRequestId(value) ? value : undefined
          requestIdAt = headers.length + 1
          headers.push(name, value)
        } else {
          // Two ids name nothing: one fresh id takes the place of the first.
          requestId = undefined
        }
        break
      case Field.CONTENT_LENGTH:
        contentLength = value
        headers.push(name, value)
        break
      case Field.TRANSFER_ENCODING:
        coding = coding === undefined ? value : `${coding},${value}`
        break
      case Field.VIA:
        if (rules.pseudonym !== undefined && passedHere(value, rules.pseudonym)) {
          return refusals.LOOP
        }
        headers.push(name, value)
        break
      case Field.EXPECT:
        if (value.toLowerCase() !== '100-continue') return refusals.EXPECTATION_UNKNOWN
        if (version === '1.1') {
          plainCopy = false
          headers.push(name, value)
        }
        break
      case Field.UPGRADE:
        upgrade = upgrade === undefined ? value : `${upgrade},${value}`
        break
      case Field.TE:
        takesTrailers ||= /(?:^|,)\s*trailers\s*(?:,|$)/i.test(value)
        break
      case Field.MAX_FORWARDS:
        if (method !== 'OPTIONS' || !/^\d{1,9}$/.test(value)) headers.push(name, value)
        else if (Number(value) === 0) return refusals.LAST_HOP
        else headers.push(name, String(Number(value) - 1))
        break
      case Field.TRAILER:
        trailer = trailer === undefined ? value : `${trailer}, ${value}`
        break
      case Field.SHADOW_MARK:
        plainCopy = false
        headers.push(name, value)
        break
      default:
        headers.push(name, value)
    }
  }

  if (coding !== undefined) {
    if (version === '1.0') return refusals.CODING_IN_1_0
    if (contentLength !== undefined) return refusals.MALFORMED
    const unsupported = codingRefusal(coding)
    if (unsupported !== undefined) return unsupported
  }

  let { target } = head
  let fromTarget = false
  if (target.charCodeAt(0) !== 0x2f /* / */) {
    if (target !== '*') {
      const absolute = ABSOLUTE.exec(target)
      if (absolute === null) return refusals.TARGET_INVALID
      // RFC 9112 §3.2.2: the Host line, whatever it says, gives way to the target's authority.
      host = absolute[1] ?? ''
      fromTarget = true
      const rest = absolute[2] ?? ''
      if (rest === '') target = method === 'OPTIONS' ? '*' : '/'
      else target = rest.startsWith('/') ? rest : `/${rest}`
    } else if (method !== 'OPTIONS') return refusals.TARGET_INVALID
  }
  if (target.includes('#')) return refusals.TARGET_FRAGMENT
  if (fromTarget && (host === undefined || !AUTHORITY.test(host))) return refusals.TARGET_INVALID
  if (hostAt !== -1) {
    if (fromTarget) headers[hostAt] = host ?? ''
  } else {
    if (version === '1.1') return refusals.HOST_MISSING
    host ??= rules.fallbackHost
    headers.unshift('Host', host)
    hostAt = 1
    if (requestIdAt !== -1) requestIdAt += 2
  }

  let id = requestId
  if (id === undefined) {
    id = randomUUID()
    if (requestIdAt === -1) headers.push('x-request-id', id)
    else headers[requestIdAt] = id
  }
  // Before our own lines are added, so that nobody can have them removed.
  const listed = hasConnectionOptions(connection)
  const kept = listed ? withoutListed(headers, connection) : headers
  if (takesTrailers) kept.push('TE', 'trailers', 'Connection', 'TE')
  if (coding !== undefined && trailer !== undefined) kept.push('Trailer', trailer)
  if (rules.forwarded === 'append') appendForwarded(kept, client, host ?? '')
  if (rules.pseudonym !== undefined) kept.push('Via', `${version} ${rules.pseudonym}`)

  return {
    kind: 'admitted',
    requestId: id,
    target,
    host: host ?? '',
    headers: kept,
    hostAt: plainCopy && !listed ? hostAt : -1,
    framing: framingOf(coding, contentLength),
    upgrade,
  }
}

function framingOf(coding: string | undefined, contentLength: string | undefined): BodyFraming {
  if (coding !== undefined) return CHUNKED
  if (contentLength === undefined) return NO_BODY
  return { kind: 'length', length: Number(contentLength) }
}

/** RFC 9112 §6.1 and §6.3: without `chunked` at the end the length is unknown; before it we know no coding. */
function codingRefusal(coding: string): Refusal | undefined {
  const codings = coding.toLowerCase().split(',')
  const last = codings.pop()?.trim()
  if (last !== 'chunked') return refusals.MALFORMED
  if (codings.some((one) => one.trim() === 'chunked')) return refusals.MALFORMED
  return codings.length > 0 ? refusals.CODING_UNKNOWN : undefined
}

function passedHere(via: string, pseudonym: string): boolean {
  if (!via.includes(pseudonym)) return false
  return via.split(',').some((hop) => hop.trim().split(/\s+/)[1] === pseudonym)
}
