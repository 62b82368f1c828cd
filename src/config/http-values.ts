/** The written forms of values that belong to HTTP: names and values of headers, hosts, paths, endpoints. */

import { isHopByHop } from '../core/headers.ts'
import { compileTextPattern } from '../core/text-pattern.ts'
import type { MirrorOrder } from '../core/settings.ts'
import type { ValueForm } from './values.ts'

const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,256}$/

/** The name of a header, in any case. */
export const headerName: ValueForm<string> = {
  expected: 'the name of a header',
  read: (value) => (typeof value === 'string' && TOKEN.test(value) ? value : undefined),
}

/** The value of a header: RFC 9110 §5.5 without the bytes above ASCII. */
export const headerValue: ValueForm<string> = {
  expected: 'a header value: printable ASCII without space at its ends',
  read: (value) => {
    const text = typeof value === 'number' || typeof value === 'boolean' ? String(value) : value
    if (typeof text !== 'string' || text.length > 16_384) return undefined
    return /^[\t\x20-\x7e]*$/.test(text) && text.trim() === text ? text : undefined
  },
}

/** What a Host line may say. */
export const authority: ValueForm<string> = {
  expected: 'a host such as v1.example or v1.example:8080',
  read: (value) =>
    typeof value === 'string' &&
    /^(?:[\w.~-]{1,255}|\[[0-9A-Fa-f:.]{2,45}\])(?::\d{1,5})?$/.test(value)
      ? value
      : undefined,
}

/** Whether a configuration may not change this header: it frames the message, belongs to the connection, or pairs the answers. */
export function isOurs(name: string): boolean {
  const lower = name.toLowerCase()
  return OURS.has(lower) || isHopByHop(lower)
}

const OURS: ReadonlySet<string> = new Set(['content-length', 'expect', 'x-request-id', 'x-shadow'])

/** A host to match, lower case: a name, an address, `*.example` for every name below, `*` for all. */
export const hostPattern: ValueForm<string> = {
  expected: 'a host without port such as shop.example or *.example',
  read: (value) => {
    if (typeof value !== 'string') return undefined
    const host = value.toLowerCase()
    const isHost =
      host === '*' ||
      /^(?:\*\.)?[a-z0-9_](?:[a-z0-9._-]{0,253}[a-z0-9_])?$/.test(host) ||
      /^\[[0-9a-f:.]{2,45}\]$/.test(host)
    return isHost ? host : undefined
  },
}

/** A path as it stands in a request line, without query. */
export const path: ValueForm<string> = {
  expected: 'a path that begins with "/", without query',
  read: (value) =>
    typeof value === 'string' && /^\/[!-~]{0,2048}$/.test(value) && !/[?#]/.test(value)
      ? value
      : undefined,
}

/** Any text that a header or a query may hold. */
export const text: ValueForm<string> = {
  expected: 'a text of at most 4096 characters',
  read: (value) => {
    const written = typeof value === 'number' || typeof value === 'boolean' ? String(value) : value
    return typeof written === 'string' && written.length <= 4096 ? written : undefined
  },
}

/** Why a regular expression that must match the whole text is refused; undefined when it is not. */
export function regexProblem(source: string): string | undefined {
  if (source.length > 1024) return 'longer than 1024 characters'
  const compiled = compileTextPattern(source)
  return 'problem' in compiled ? compiled.problem : undefined
}

/** Whose requests follow each other. */
export const order: ValueForm<MirrorOrder> = {
  expected: 'none, connection, cookie:NAME or header:NAME',
  read: (value) => {
    if (value === 'none' || value === 'connection') return { kind: value }
    if (typeof value !== 'string') return undefined
    const [, kind, name = ''] = /^(cookie|header):(.+)$/.exec(value) ?? []
    if (!TOKEN.test(name)) return undefined
    return kind === 'cookie' ? { kind, name } : { kind: 'header', name: name.toLowerCase() }
  },
}

/** An endpoint by its name, `POST /orders` or `POST /graphql GetCart`. */
export const endpointName: ValueForm<string> = {
  expected: 'an endpoint such as POST /orders or GET /users/{id}',
  read: (value) =>
    typeof value === 'string' && /^[A-Z][A-Z-]{0,31} (?:\/[^\s?#]*|\*)(?: \S{1,200})?$/.test(value)
      ? value
      : undefined,
}

/** A path with its variable segments named, for one method or every one. */
export const endpointPattern: ValueForm<string> = {
  expected: 'a pattern such as GET /files/{name} or /files/{name}',
  read: (value) => {
    if (typeof value !== 'string' || value.length > 512) return undefined
    const [, written] = /^(?:[A-Z][A-Z-]{0,31} )?(\/[^\s?#]*)$/.exec(value) ?? []
    if (written === undefined) return undefined
    return /[{}]/.test(written.replace(/\{[^{}/]{1,64}\}/g, '')) ? undefined : value
  },
}

/** A JSON Pointer in which `*` is one segment and `**` any number of them. */
export const pointer: ValueForm<string> = {
  expected: 'a JSON Pointer such as /user/email or /**/password',
  read: (value) => (typeof value === 'string' && /^\/.{0,1024}$/u.test(value) ? value : undefined),
}
