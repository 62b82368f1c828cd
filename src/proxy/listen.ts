/** Opening and closing listeners. */

import type { Server } from 'node:http'
import { AppError, codeOf, messageOf } from '../core/errors.ts'
import type { ListenAddress } from '../core/settings.ts'

/** Resolves when the server listens; rejects with a sentence for people when it cannot. */
export function listen(server: Server, { host, port }: ListenAddress): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (error: unknown) => {
      reject(new AppError('invalid', sentence(error, `${host}:${port}`), { cause: error }))
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

function sentence(error: unknown, at: string): string {
  switch (codeOf(error)) {
    case 'EADDRINUSE':
      return `Cannot listen on ${at}: another program uses this port. Stop it, or choose another port.`
    case 'EACCES':
      return `Cannot listen on ${at}: this user may not use this port.`
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return `Cannot listen on ${at}: this machine has no such address.`
    default:
      return `Cannot listen on ${at}: ${messageOf(error)}.`
  }
}
