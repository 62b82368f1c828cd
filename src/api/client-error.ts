/** What a client gets that does not speak HTTP well enough to be routed. */

import { randomUUID } from 'node:crypto'
import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import { codeOf } from '../core/errors.ts'
import { HttpProblem, toProblem } from './errors.ts'
import { SECURITY_HEADERS } from './security.ts'

/** Answers with a problem document and closes; for Fastify's `clientErrorHandler`. */
export function answerClientError(error: Error, socket: Socket): void {
  // Nobody is there any more, or half an answer is on its way already.
  if (codeOf(error) === 'ECONNRESET' || !socket.writable || socket.bytesWritten > 0) {
    socket.destroy()
    return
  }
  const status = statusOf(codeOf(error))
  const reason = STATUS_CODES[status] ?? ''
  const problem = toProblem(
    new HttpProblem(status, `The request is no HTTP: ${reason}`),
    randomUUID(),
  )
  const body = JSON.stringify(problem)
  const headers = {
    ...SECURITY_HEADERS,
    'content-type': 'application/problem+json; charset=utf-8',
    'content-length': String(Buffer.byteLength(body)),
    connection: 'close',
  }
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  socket.end(`HTTP/1.1 ${status} ${reason}\r\n${lines.join('')}\r\n${body}`)
}

function statusOf(code: string | undefined): number {
  if (code === 'HPE_HEADER_OVERFLOW') return 431
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return 408
  return 400
}
