/** A request as it was recorded somewhere, ready to be sent again. */

import type { Exchange, HeaderList, Observation } from '../core/exchange.ts'
import { headerValue, isHopByHop } from '../core/headers.ts'

/** Why a recorded request cannot be sent. */
export type Unsendable = 'body-not-kept' | 'upgrade' | 'malformed' | 'not-http'

/** One request of a recording. */
export interface RecordedRequest {
  /** When it was first sent, epoch milliseconds. */
  readonly at: number
  /** Whose it was: requests of one client are sent in their order, each after the one before was answered. */
  readonly client: string
  /** The `x-request-id` that it had. */
  readonly requestId?: string
  readonly method: string
  readonly target: string
  /** End-to-end lines without framing. */
  readonly headers: HeaderList
  readonly body: Buffer
  /** The answer that the recording holds, if it holds one. */
  readonly primary?: Observation
  readonly unsendable?: Unsendable
}

/** Lines that a sender makes anew. */
const FRAMING: ReadonlySet<string> = new Set(['content-length', 'expect', 'x-shadow', 'via'])

/** The lines of a recorded request that are worth sending again. */
export function sendableHeaders(headers: HeaderList): HeaderList {
  const kept: string[] = []
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i] ?? ''
    const lower = name.toLowerCase()
    if (!FRAMING.has(lower) && !isHopByHop(lower) && !lower.startsWith(':')) {
      kept.push(name, headers[i + 1] ?? '')
    }
  }
  return kept
}

/** Who sent it, as far as its headers tell; redacted values still tell one client from another. */
export function clientOf(headers: HeaderList): string {
  for (const name of ['authorization', 'cookie', 'x-forwarded-for', 'user-agent']) {
    const value = headerValue(headers, name)
    if (value !== undefined) return `${name} ${value}`
  }
  return ''
}

/** The request of a stored exchange, with primary's stored answer. */
export function requestOfExchange(exchange: Exchange): RecordedRequest {
  const { request, primary, requestId, startedAt } = exchange
  const { method, target, body } = request
  const isWhole = body.sha256 === undefined && (body.bytes.length > 0 || body.length === 0)
  const unsendable: Unsendable | undefined =
    exchange.unmirrored === 'upgrade' ? 'upgrade' : isWhole ? undefined : 'body-not-kept'
  return {
    at: startedAt,
    client: clientOf(request.headers),
    requestId,
    method,
    target,
    // What primary got is what the client sent, without what belonged to the client's connection.
    headers: sendableHeaders(primary?.sentHeaders ?? request.headers),
    body: body.bytes,
    ...(primary === undefined ? {} : { primary }),
    ...(unsendable === undefined ? {} : { unsendable }),
  }
}
