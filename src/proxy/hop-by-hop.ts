/** Removing what belongs to one connection only (RFC 9110 §7.6.1). */

import type { HeaderList } from '../core/exchange.ts'
import { isHopByHop } from '../core/headers.ts'

/**
 * End-to-end fields that `Connection` cannot list away: the standard forbids listing fields that are meant
 * for all recipients (RFC 9110 §7.6.1), and a client that strips one of these hides something from upstreams.
 */
const END_TO_END: ReadonlySet<string> = new Set([
  'accept',
  'accept-encoding',
  'accept-language',
  'authorization',
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'content-length',
  'content-location',
  'content-range',
  'content-type',
  'cookie',
  'date',
  'etag',
  'expect',
  'forwarded',
  'host',
  'if-match',
  'if-modified-since',
  'if-none-match',
  'if-range',
  'if-unmodified-since',
  'last-modified',
  'location',
  'max-forwards',
  'origin',
  'range',
  'referer',
  'set-cookie',
  'traceparent',
  'tracestate',
  'user-agent',
  'vary',
  'via',
  'www-authenticate',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-port',
  'x-forwarded-proto',
  'x-real-ip',
  'x-request-id',
  'x-shadow',
])

/** Whether a `Connection` value lists more than what every connection says of itself. */
export function hasConnectionOptions(connection: string): boolean {
  const { length } = connection
  if (length === 0) return false
  if (length === 5 || length === 7 || length === 10) {
    const lower = connection.toLowerCase()
    if (lower === 'close' || lower === 'upgrade' || lower === 'keep-alive') return false
  }
  return true
}

/** The lines without those that `Connection` lists, except end-to-end ones. */
export function withoutListed(headers: readonly string[], connection: string): string[] {
  const listed = new Set<string>()
  for (const option of connection.split(',')) {
    const name = option.trim().toLowerCase()
    if (!END_TO_END.has(name)) listed.add(name)
  }
  const kept: string[] = []
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i] ?? ''
    if (!listed.has(name.toLowerCase())) kept.push(name, headers[i + 1] ?? '')
  }
  return kept
}

/** All values of `Connection` as one list. */
export function connectionOf(headers: HeaderList): string {
  let connection = ''
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i] ?? ''
    if (name.length === 10 && name.toLowerCase() === 'connection') {
      connection += connection === '' ? (headers[i + 1] ?? '') : `,${headers[i + 1] ?? ''}`
    }
  }
  return connection
}

/** Fields that a trailer must not carry: framing, routing, authentication, content (RFC 9110 §6.5.1). */
const NEVER_TRAILER: ReadonlySet<string> = new Set([
  'age',
  'authorization',
  'cache-control',
  'content-encoding',
  'content-length',
  'content-range',
  'content-type',
  'cookie',
  'expect',
  'expires',
  'host',
  'location',
  'max-forwards',
  'pragma',
  'range',
  'retry-after',
  'set-cookie',
  'vary',
  'warning',
  'www-authenticate',
  'x-request-id',
])

/** The trailer lines that may pass on; `connection` is what the head's `Connection` listed. */
export function forwardableTrailers(trailers: HeaderList, connection: string): string[] {
  const kept: string[] = []
  for (let i = 0; i < trailers.length; i += 2) {
    const name = trailers[i] ?? ''
    const lower = name.toLowerCase()
    if (!NEVER_TRAILER.has(lower) && !isHopByHop(lower)) kept.push(name, trailers[i + 1] ?? '')
  }
  return hasConnectionOptions(connection) ? withoutListed(kept, connection) : kept
}
