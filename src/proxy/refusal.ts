/** What the proxy answers itself: refused requests and a primary that cannot be reached. */

import type { FailureReason } from '../core/exchange.ts'

/** An answer of our own: a status and one line of plain text. */
export interface Refusal {
  readonly kind: 'refusal'
  readonly status: number
  readonly reason: string
  readonly text: string
}

function refusal(status: number, reason: string, text: string): Refusal {
  return { kind: 'refusal', status, reason, text: `${text}\n` }
}

const bad = (text: string) => refusal(400, 'Bad Request', text)

/** RFC 9112 §3.2. */
export const HOST_MISSING = bad('The request has no Host.')
/** RFC 9112 §3.2. */
export const HOST_REPEATED = bad('The request has more than one Host.')
/** RFC 9112 §3.2. */
export const HOST_INVALID = bad('The Host of the request is not valid.')
/** RFC 9112 §3.2: what is neither a path, an absolute http URL nor the asterisk of OPTIONS. */
export const TARGET_INVALID = bad('The request target is not valid.')
/** RFC 9112 §3.2.1: a fragment never reaches a server. */
export const TARGET_FRAGMENT = bad('The request target has a fragment.')
/** RFC 9112 §6.1: HTTP/1.0 knows no transfer codings, so the length of this body is unknown. */
export const CODING_IN_1_0 = bad('Transfer-Encoding is not possible in HTTP/1.0.')
/** What the parser could not read. */
export const MALFORMED = bad('The request is malformed.')
/** RFC 9112 §6.1. */
export const CODING_UNKNOWN = refusal(
  501,
  'Not Implemented',
  'Only the transfer coding "chunked" is supported.',
)
export const METHOD_UNKNOWN = refusal(501, 'Not Implemented', 'The method is not supported.')
/** A gateway is no tunnel, and TRACE would show a client the headers that its own side adds. */
export const METHOD_REFUSED = refusal(
  405,
  'Method Not Allowed',
  'CONNECT and TRACE are not allowed here.',
)
export const EXPECTATION_UNKNOWN = refusal(
  417,
  'Expectation Failed',
  'The only supported expectation is 100-continue.',
)
export const HEAD_TOO_LARGE = refusal(
  431,
  'Request Header Fields Too Large',
  'The head of the request is too large.',
)
export const CHUNKS_TOO_LARGE = refusal(413, 'Content Too Large', 'A chunk extension is too long.')
export const CLIENT_TIMEOUT = refusal(408, 'Request Timeout', 'The request did not arrive in time.')
export const VERSION_UNKNOWN = refusal(
  505,
  'HTTP Version Not Supported',
  'Only HTTP/1.1 and HTTP/1.0 are supported.',
)
/** None of the routes takes it. */
export const NO_ROUTE = refusal(404, 'Not Found', 'No route of the proxy takes this request.')
/** RFC 9110 §7.6.3. */
export const LOOP = refusal(508, 'Loop Detected', 'This request already passed this proxy.')
/** RFC 9110 §7.6.2: we are the last to get it, and have nothing to tell about ourselves. */
export const LAST_HOP: Refusal = { kind: 'refusal', status: 204, reason: 'No Content', text: '' }

/** What the client is told when primary gave no answer. */
export function primaryFailed(reason: FailureReason): Refusal {
  return reason === 'timeout'
    ? refusal(504, 'Gateway Timeout', 'The upstream did not answer in time.')
    : refusal(502, 'Bad Gateway', 'The upstream could not be reached or gave no valid answer.')
}

/** The answer as raw bytes, for a connection that no HTTP parser reads any more. Closes. */
export function rawRefusal({ status, reason, text }: Refusal): string {
  return (
    `HTTP/1.1 ${status} ${reason}\r\nContent-Type: text/plain; charset=utf-8\r\n` +
    `Content-Length: ${Buffer.byteLength(text)}\r\nConnection: close\r\n\r\n${text}`
  )
}
