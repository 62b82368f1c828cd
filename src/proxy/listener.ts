/** The server that clients connect to: HTTP/1.1, in the clear or over TLS, never more in between. */

import { createServer, type Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { Socket } from 'node:net'
import { AppError, messageOf } from '../core/errors.ts'
import type { ListenerTls } from '../core/settings.ts'
import { ClientRequest } from './client-request.ts'

/** A server that does not listen yet. */
export interface Listener {
  readonly server: Server
  readonly isEncrypted: boolean
  /** Calls back with each connection on which HTTP is spoken from now on. */
  onConnection(take: (socket: Socket) => void): void
  /** Gives a connection to a new parser, as if it had just come. */
  readAgain(socket: Socket): void
  /** Shows this certificate from the next connection on; throws `invalid` when it cannot be used. */
  renew(tls: ListenerTls): void
  /** Cuts connections that have not got so far as to speak HTTP. */
  cutHandshakes(): void
}

/** nginx's, so that a client's reuse rarely meets a close. */
const CLIENT_KEEP_ALIVE_MS = 75_000
const MAX_HEAD_BYTES = 64 * 1024

/** Makes a server; with `tls` an encrypted one. Throws `invalid` when the certificate cannot be used. */
export function createListener(tls: ListenerTls | undefined, headersTimeout: number): Listener {
  const options = {
    IncomingMessage: ClientRequest,
    keepAlive: true,
    noDelay: true,
    requireHostHeader: false,
    maxHeaderSize: MAX_HEAD_BYTES,
    headersTimeout,
    // An upload may take as long as it moves: stillness is looked for instead.
    requestTimeout: 0,
    keepAliveTimeout: CLIENT_KEEP_ALIVE_MS,
    connectionsCheckingInterval: Math.min(5_000, headersTimeout),
  }
  const listener =
    tls === undefined ? plain(createServer(options)) : encrypted(options, tls, headersTimeout)
  const { server } = listener
  server.maxHeadersCount = 0
  // A client may close its sending half after its request and still read the answer.
  Object.assign(server, { httpAllowHalfOpen: true })
  return listener
}

function plain(server: Server): Listener {
  return {
    server,
    isEncrypted: false,
    onConnection: (take) => server.on('connection', take),
    readAgain: (socket) => server.emit('connection', socket),
    renew: () => undefined,
    cutHandshakes: () => undefined,
  }
}

function encrypted(
  options: object,
  { cert, key }: ListenerTls,
  handshakeTimeout: number,
): Listener {
  const server = checked(() =>
    createTlsServer({
      ...options,
      cert,
      key,
      handshakeTimeout,
      // Whoever speaks nothing but HTTP/2 learns so in the handshake.
      ALPNProtocols: ['http/1.1'],
      ...ALLOW_HALF_OPEN,
    }),
  )
  // Raw sockets, of which nothing else is known until the handshake is done.
  const open = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    open.add(socket)
    socket.once('close', () => open.delete(socket))
  })
  return {
    server,
    isEncrypted: true,
    onConnection: (take) => server.on('secureConnection', take),
    readAgain: (socket) => server.emit('secureConnection', socket),
    renew: (tls) => {
      checked(() => {
        server.setSecureContext(tls)
      })
    },
    cutHandshakes: () => {
      for (const socket of open) socket.destroy()
    },
  }
}

/** Of net.Server, which https hands it on to. */
const ALLOW_HALF_OPEN = { allowHalfOpen: true }

function checked<T>(make: () => T): T {
  try {
    return make()
  } catch (cause) {
    throw new AppError(
      'invalid',
      `the certificate and key of the listener cannot be used: ${messageOf(cause)}`,
      { cause },
    )
  }
}
