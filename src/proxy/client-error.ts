/** What a client gets whose bytes are no request. */

import type { Socket } from 'node:net'
import { codeOf } from '../core/errors.ts'
import type { Connection } from './connection.ts'
import type { Intake } from './intake.ts'
import {
  CHUNKS_TOO_LARGE,
  CLIENT_TIMEOUT,
  HEAD_TOO_LARGE,
  MALFORMED,
  METHOD_UNKNOWN,
  rawRefusal,
  VERSION_UNKNOWN,
  type Refusal,
} from './refusal.ts'

/** What Node tells of bytes that its parser refused. */
interface ParserError extends Error {
  readonly rawPacket?: Buffer
  readonly bytesParsed?: number
}

/**
 * Answers on a connection whose parser gave up, after the answers that are still under way, and closes it.
 * Errors of the socket itself close it at once.
 */
export function answerClientError(error: Error, connection: Connection, intake: Intake): void {
  const { socket } = connection
  const refusal = refusalOf(error)
  if (refusal === undefined || !socket.writable) {
    socket.destroy()
    return
  }
  if (connection.doomed) return
  connection.doomed = true
  const { incomplete } = connection
  if (incomplete !== undefined) {
    if (!incomplete.requestMalformed(refusal)) socket.destroy()
    return
  }
  if (refusal !== CLIENT_TIMEOUT) intake.countMalformed()
  connection.whenIdle(() => {
    closeWith(socket, refusal)
  })
}

function closeWith(socket: Socket, refusal: Refusal): void {
  socket.end(rawRefusal(refusal))
  // What else the client sends is read and forgotten for a moment: closing on unread bytes would reset the
  // connection, and the client might never read why.
  socket.setTimeout(1_000, () => {
    socket.destroy()
  })
}

/** The answer to a parser's error; undefined when nobody is there to read one. */
function refusalOf(error: ParserError): Refusal | undefined {
  const code = codeOf(error) ?? ''
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return HEAD_TOO_LARGE
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return CHUNKS_TOO_LARGE
    case 'HPE_PAUSED_H2_UPGRADE':
      return VERSION_UNKNOWN
    case 'HPE_INVALID_VERSION':
      return / HTTP\/1\.[01]\s*$/.test(lineOf(error, 1)) ? MALFORMED : VERSION_UNKNOWN
    case 'HPE_INVALID_METHOD':
      return KNOWN_SHAPE.test(lineOf(error, 0)) ? METHOD_UNKNOWN : MALFORMED
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return CLIENT_TIMEOUT
    case 'HPE_INVALID_EOF_STATE':
      // It left in the middle of a request.
      return undefined
    default:
      return code.startsWith('HPE_') ? MALFORMED : undefined
  }
}

/** A request line whose method the parser may not know, or the beginning of one. */
const KNOWN_SHAPE = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+(?: \S|\s*$)/

/** The line in which the parser stopped, `back` bytes before it, as far as it is in the packet. */
function lineOf({ rawPacket, bytesParsed }: ParserError, back: number): string {
  if (rawPacket === undefined) return ''
  const at = Math.max(0, Math.min(bytesParsed ?? 0, rawPacket.length) - back)
  const from = at === 0 ? 0 : rawPacket.lastIndexOf(0x0a, at - 1) + 1
  const to = rawPacket.indexOf(0x0a, from)
  return rawPacket.toString(
    'latin1',
    from,
    to === -1 ? Math.min(from + 8192, rawPacket.length) : to,
  )
}
