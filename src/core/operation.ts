/**
 * The operation that a request names in its body or query, for services that serve everything at one path:
 * GraphQL and JSON-RPC. It is part of the endpoint, and an error inside a 200 is an error.
 */

import type { ObservedRequest } from './exchange.ts'
import { headerValue } from './headers.ts'
import { parseJson } from './json-text.ts'
import { type Json, type JsonObject, isJsonArray, isJsonObject } from './json-value.ts'
import type { Difference } from './judgement.ts'

/** How a request calls an operation. */
export interface Operation {
  readonly protocol: 'graphql' | 'json-rpc'
  /** `GetCart`, `eth_call`, or several names of a batch; empty when it is anonymous. */
  readonly name: string
}

/** Longer bodies are not looked into: the name would cost more than it tells. */
const MAX_BODY = 1024 * 1024
/** Of a batch. */
const MAX_NAMES = 3
const MAX_NAME = 80
/** Requests nest little; this only keeps the parser from bad ones. */
const MAX_DEPTH = 200

/** The operation of a request; undefined for all ordinary ones, at the price of a look at path and body. */
export function operationOf(request: ObservedRequest): Operation | undefined {
  const { target, headers, body } = request
  const isGraphqlPath = /\/graphql(?:[/?]|$)/i.test(target)
  if (body.length === 0) return isGraphqlPath ? fromQuery(target) : undefined
  if (body.length > MAX_BODY || body.bytes.length < body.length) return undefined
  if (!isGraphqlPath && !hasMark(body.bytes)) return undefined
  if (/^application\/graphql\b/i.test(headerValue(headers, 'content-type') ?? '')) {
    return { protocol: 'graphql', name: nameInDocument(body.bytes.toString('utf8')) }
  }
  const parsed = parseJson(body.bytes.toString('utf8'), MAX_DEPTH)
  if (parsed.kind !== 'json') return undefined
  const calls = isJsonArray(parsed.value) ? parsed.value : [parsed.value]
  return fromCalls(calls, isGraphqlPath)
}

/** Bytes that every JSON-RPC call and nearly every GraphQL one has. */
function hasMark(bytes: Buffer): boolean {
  return (
    bytes.includes('"jsonrpc"') || bytes.includes('"query"') || bytes.includes('"persistedQuery"')
  )
}

function fromCalls(calls: readonly Json[], isGraphqlPath: boolean): Operation | undefined {
  const objects = calls.filter(isJsonObject)
  if (objects.length === 0 || objects.length < calls.length) return undefined
  if (
    objects.every((call) => Object.hasOwn(call, 'jsonrpc') && typeof call['method'] === 'string')
  ) {
    return { protocol: 'json-rpc', name: joinNames(objects.map((call) => textOf(call, 'method'))) }
  }
  // A search may have a member `query` too; only GraphQL's is a document.
  const isGraphql = objects.every(
    (call) =>
      isDocument(textOf(call, 'query')) || (isGraphqlPath && !Object.hasOwn(call, 'jsonrpc')),
  )
  if (!isGraphql) return undefined
  return { protocol: 'graphql', name: joinNames(objects.map(graphqlName)) }
}

function fromQuery(target: string): Operation | undefined {
  const start = target.indexOf('?')
  const query = new URLSearchParams(start === -1 ? '' : target.slice(start + 1))
  const name = query.get('operationName') ?? nameInDocument(query.get('query') ?? '')
  return { protocol: 'graphql', name: clip(name) }
}

function graphqlName(call: JsonObject): string {
  return textOf(call, 'operationName') || nameInDocument(textOf(call, 'query'))
}

function isDocument(text: string): boolean {
  return (
    text.includes('{') &&
    /^\s*(?:#[^\n]*\n\s*)*(?:\{|(?:query|mutation|subscription|fragment)\b)/.test(text)
  )
}

function nameInDocument(document: string): string {
  return (
    /(?:^|[\s}])(?:query|mutation|subscription)\s+([A-Za-z_]\w*)/.exec(
      document.slice(0, 10_000),
    )?.[1] ?? ''
  )
}

function textOf(call: JsonObject, member: string): string {
  const value = Object.hasOwn(call, member) ? call[member] : undefined
  return typeof value === 'string' ? value : ''
}

/** A batch is the set of its operations, in one order. */
function joinNames(names: readonly string[]): string {
  const unique = [...new Set(names.filter((name) => name !== '').map(clip))].sort()
  const shown = unique.slice(0, MAX_NAMES).join('+')
  return unique.length > MAX_NAMES ? `${shown}+…` : shown
}

function clip(name: string): string {
  return name.replace(/\s+/g, ' ').slice(0, MAX_NAME)
}

/** The places at which these protocols put an error into a 200. */
const ERROR_PLACES: ReadonlySet<string> = new Set([
  'body:/errors',
  'body:/*/errors',
  'body:/error',
  'body:/*/error',
])

/** Whether shadow's answer to such a call holds an error that primary's does not. */
export function isOperationError({ kind, pattern, primary, shadow }: Difference): boolean {
  if (kind === 'extra') {
    // One more in a list of errors is an error too.
    const place = pattern.endsWith('/errors/*') ? pattern.slice(0, -2) : pattern
    return ERROR_PLACES.has(place) && shadow !== 'null' && shadow !== '[]'
  }
  // JSON-RPC 1.0, and some GraphQL servers, write `null` for none.
  return kind === 'type' && primary === 'null' && ERROR_PLACES.has(pattern) && shadow !== '[]'
}
