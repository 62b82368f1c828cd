/** Primary did not switch: its answer to an upgrade is the client's, and the last one on this connection. */

import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import type { HeaderList } from '../core/exchange.ts'
import { answerHeaders, type ClientHead } from './answer.ts'
import { closeCutShort } from './close-cut-short.ts'
import { forwardableTrailers } from './hop-by-hop.ts'

/** What the client gets of primary's head; undefined when the body is coded so that nobody could read it. */
export function refusedAnswer(res: IncomingMessage, requestId: string): ClientHead | undefined {
  const status = res.statusCode ?? 0
  const answer = answerHeaders(res.rawHeaders, {
    requestId,
    status,
    hasBody: status !== 204 && status !== 304,
    http10: false,
    isWrittenByNode: false,
  })
  return answer.isCoded ? undefined : answer
}

/** Streams the answer to the client and closes the connection; one that breaks off ends without an end. */
export function sendRefusedAnswer(client: Socket, res: IncomingMessage, answer: ClientHead): void {
  const { headers, chunked, connection } = answer
  const coding = chunked ? ['Transfer-Encoding', 'chunked'] : []
  client.write(headText(res, [...headers, ...coding, 'Connection', 'close']), 'latin1')
  res.on('error', () => {
    closeCutShort(client)
  })
  res.on('data', (chunk: Buffer) => {
    if (chunked) client.write(`${chunk.length.toString(16)}\r\n`)
    const more = client.write(chunk)
    if (chunked) client.write('\r\n')
    if (more) return
    res.pause()
    client.once('drain', () => res.resume())
  })
  res.on('end', () => {
    if (!res.complete) return
    const trailers = forwardableTrailers(res.rawTrailers, connection)
    client.end(chunked ? `0\r\n${lineText(trailers)}\r\n` : '', 'latin1')
  })
}

/** A head as bytes, one character each. */
export function headText(res: IncomingMessage, lines: HeaderList): string {
  return `HTTP/1.1 ${res.statusCode ?? 0} ${res.statusMessage ?? ''}\r\n${lineText(lines)}\r\n`
}

function lineText(lines: HeaderList): string {
  let text = ''
  for (let i = 0; i < lines.length; i += 2) text += `${lines[i] ?? ''}: ${lines[i + 1] ?? ''}\r\n`
  return text
}
