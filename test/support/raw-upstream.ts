/** An upstream without an HTTP library: it answers with the bytes, the pauses and the resets of a script. */

import { createServer, type Socket } from 'node:net'
import type { AddressInfo } from 'node:net'
import { readRawMessage, type RawMessage } from './raw-message.ts'

/** What the upstream does with a connection. */
export interface UpstreamScript {
  /** A complete request arrived. */
  readonly onRequest?: (request: RawMessage, socket: Socket, count: number) => void
  /** The head of a request arrived, its body maybe not yet. */
  readonly onHead?: (head: string, socket: Socket) => void
  /** A connection was opened. */
  readonly onConnection?: (socket: Socket) => void
  /** Reads nothing by itself: `onConnection` does what it wants with the socket. */
  readonly raw?: boolean
}

/** A running upstream and what it saw. */
export interface RawUpstream {
  readonly port: number
  readonly url: string
  /** Complete requests in the order they arrived. */
  readonly requests: RawMessage[]
  /** Open connections. */
  readonly sockets: Set<Socket>
  /** Connections ever opened. */
  readonly opened: () => number
  close(): Promise<void>
}

/** Starts an upstream on a free port. A string is the whole answer to every request. */
export async function startRawUpstream(script: UpstreamScript | string): Promise<RawUpstream> {
  const { onRequest, onHead, onConnection, raw } =
    typeof script === 'string'
      ? {
          onRequest: (_request: RawMessage, socket: Socket) => socket.write(script, 'latin1'),
          onHead: undefined,
          onConnection: undefined,
          raw: false,
        }
      : script
  const sockets = new Set<Socket>()
  const requests: RawMessage[] = []
  let opened = 0
  const server = createServer({ allowHalfOpen: false, noDelay: true }, (socket) => {
    opened++
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => undefined)
    onConnection?.(socket)
    if (raw === true) return
    let bytes: Buffer = Buffer.alloc(0)
    let headSeen = false
    socket.on('data', (chunk: Buffer) => {
      bytes = bytes.length === 0 ? chunk : Buffer.concat([bytes, chunk])
      for (;;) {
        const headEnd = bytes.indexOf('\r\n\r\n')
        if (headEnd !== -1 && !headSeen) {
          headSeen = true
          onHead?.(bytes.toString('latin1', 0, headEnd), socket)
        }
        const request = readRawMessage(bytes, 0)
        if (request === undefined) return
        bytes = bytes.subarray(request.end)
        headSeen = false
        requests.push(request)
        onRequest?.(request, socket, requests.length)
      }
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    requests,
    sockets,
    opened: () => opened,
    close: async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** A port on which nothing listens. */
export async function closedPort(): Promise<number> {
  const upstream = await startRawUpstream('')
  await upstream.close()
  return upstream.port
}
