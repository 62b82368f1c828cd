/** Answers a client ourselves. */

import type { ServerResponse } from 'node:http'
import type { Refusal } from './refusal.ts'

/** How an own answer is sent. */
export interface RefusalOptions {
  /** Ends the connection, because what follows on it cannot be trusted or will not be read. */
  readonly close: boolean
  readonly requestId?: string
}

/** Sends the refusal as a whole answer. Does nothing when an answer began already. */
export function sendRefusal(res: ServerResponse, refusal: Refusal, options: RefusalOptions): void {
  if (res.headersSent || res.writableEnded) return
  res.sendDate = false
  const headers =
    refusal.text === ''
      ? []
      : [
          'Content-Type',
          'text/plain; charset=utf-8',
          'Content-Length',
          String(Buffer.byteLength(refusal.text)),
        ]
  if (options.requestId !== undefined) headers.push('x-request-id', options.requestId)
  if (options.close) headers.push('Connection', 'close')
  res.writeHead(refusal.status, refusal.reason, headers)
  res.end(refusal.text)
}
