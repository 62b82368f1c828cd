/** Opening and closing listeners. */

import type { Server } from 'node:http'
import { listenProblem } from '../core/listen-problem.ts'
import type { ListenAddress } from '../core/settings.ts'

/**
 * Resolves when the server listens; rejects with a sentence for people when it cannot, which calls the
 * listener `what` and names the `flag` for another address.
 */
export function listen(
  server: Server,
  { host, port }: ListenAddress,
  what: string,
  flag: string,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (error: unknown) => {
      reject(listenProblem(what, { host, port }, flag, error))
    }
    server.once('error', fail)
    server.listen({ host, port, backlog: 4096 }, () => {
      server.removeListener('error', fail)
      // Errors of accepting (no file handles left) pass; the listener stays.
      server.on('error', () => undefined)
      resolve()
    })
  })
}

/** Where the server really listens. */
export function addressOf(server: Server, asked: ListenAddress): ListenAddress {
  const address = server.address()
  return typeof address === 'object' && address !== null
    ? { host: asked.host, port: address.port }
    : asked
}

/** Stops listening and cuts every connection. */
export function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => {
      resolve()
    })
    server.closeAllConnections()
  })
}
