/**
 * Header lists as they were on the wire, read by name. Names are case-insensitive, lines of one name keep
 * their order, and lines are never joined here: Set-Cookie would not survive it.
 */

import type { HeaderList } from './exchange.ts'

/**
 * The fields that speak of one connection only: RFC 9110 §7.6.1, RFC 9110 §11.7 for the proxy's own
 * authentication, and RFC 7540 §3.2.1 for the upgrade that HTTP/2 gave up.
 */
const HOP_BY_HOP: ReadonlySet<string> = new Set([
  'connection',
  'http2-settings',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authentication-info',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])

/** Whether a field of this name, in any case, ends at the next hop; what `Connection` lists comes on top. */
export function isHopByHop(name: string): boolean {
  return HOP_BY_HOP.has(name) || HOP_BY_HOP.has(name.toLowerCase())
}

/** The lower-cased names that the `Connection` lines of this list declare hop-by-hop. */
export function connectionOptions(headers: HeaderList): ReadonlySet<string> {
  const options = new Set<string>()
  for (const value of headerValues(headers, 'connection')) {
    for (const option of value.split(',')) {
      const name = option.trim().toLowerCase()
      if (name !== '') options.add(name)
    }
  }
  return options
}

/** The values of every line of this lower-cased name, in order. */
export function headerValues(headers: HeaderList, name: string): readonly string[] {
  const values: string[] = []
  for (let i = 0; i + 1 < headers.length; i += 2) {
    if (isNamed(headers[i], name)) values.push(headers[i + 1] ?? '')
  }
  return values
}

/** The value of the first line of this lower-cased name. */
export function headerValue(headers: HeaderList, name: string): string | undefined {
  for (let i = 0; i + 1 < headers.length; i += 2) {
    if (isNamed(headers[i], name)) return headers[i + 1]
  }
  return undefined
}

/** The values of each name, by lower-cased name, in the order of first appearance. */
export function headersByName(headers: HeaderList): ReadonlyMap<string, readonly string[]> {
  const byName = new Map<string, string[]>()
  for (let i = 0; i + 1 < headers.length; i += 2) {
    const name = (headers[i] ?? '').toLowerCase()
    const values = byName.get(name)
    if (values === undefined) byName.set(name, [headers[i + 1] ?? ''])
    else values.push(headers[i + 1] ?? '')
  }
  return byName
}

function isNamed(header: string | undefined, name: string): boolean {
  return header === name || (header?.length === name.length && header.toLowerCase() === name)
}
