/** Opening and closing listeners. */

import { lstat, unlink } from 'node:fs/promises'
import type { Server } from 'node:http'
import { connect, type ListenOptions } from 'node:net'
import { AppError, codeOf } from '../core/errors.ts'
import { listenProblem } from '../core/listen-problem.ts'
import type { ListenAddress } from '../core/settings.ts'

const BACKLOG = 4096

/**
 * Resolves when the server listens; rejects with a sentence for people when it cannot, which calls the
 * listener `what` and names the `flag` for another address.
 */
export async function listen(
  server: Server,
  address: ListenAddress,
  what: string,
  flag: string,
): Promise<void> {
  const { host, port } = address
  const bare = host.startsWith('[') && host.endsWith(']') ? host.slice(1, -1) : host
  try {
    await begin(server, { host: bare, port, backlog: BACKLOG })
  } catch (error) {
    throw listenProblem(what, { host: bare, port }, flag, error)
  }
}

/**
 * Resolves when the server listens on a Unix socket. The file of a process that is gone is replaced; a
 * socket on which somebody answers, and a file that is no socket, are left alone and refused. The file is
 * removed when the server closes.
 */
export async function listenUnix(server: Server, path: string): Promise<void> {
  try {
    await begin(server, { path, backlog: BACKLOG })
  } catch (error) {
    if (codeOf(error) !== 'EADDRINUSE') throw socketProblem(path, codeOf(error) ?? 'unknown', error)
    const taken = await whyTaken(path)
    if (taken !== undefined) throw socketProblem(path, taken, error)
    try {
      await unlink(path)
      await begin(server, { path, backlog: BACKLOG })
    } catch (again) {
      throw socketProblem(path, codeOf(again) ?? 'unknown', again)
    }
  }
}

function begin(server: Server, where: ListenOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(where, () => {
      server.removeListener('error', reject)
      // Errors of accepting (no file handles left) pass; the listener stays.
      server.on('error', () => undefined)
      resolve()
    })
  })
}

/** Why a path cannot be listened on; undefined when it is a socket that nobody serves any more. */
async function whyTaken(path: string): Promise<string | undefined> {
  const stats = await lstat(path).catch(() => undefined)
  if (stats === undefined) return undefined
  if (!stats.isSocket()) return 'there is a file that is no socket'
  return new Promise((resolve) => {
    const socket = connect(path, () => {
      socket.destroy()
      resolve('another program listens on it')
    })
    socket.once('error', (error) => {
      const isDead = codeOf(error) === 'ECONNREFUSED' || codeOf(error) === 'ENOENT'
      resolve(isDead ? undefined : `it is in use (${codeOf(error) ?? 'unknown error'})`)
    })
  })
}

const WHY: Readonly<Record<string, string>> = {
  // libuv says this of a missing folder too.
  EACCES: 'its folder does not exist, or this user may not write there',
  EINVAL: 'the path is too long for a socket',
  ENAMETOOLONG: 'the path is too long for a socket',
}

function socketProblem(path: string, why: string, cause: unknown): AppError {
  return new AppError(
    'invalid',
    `the proxy cannot listen on the socket ${path}: ${WHY[why] ?? why}; choose another path`,
    { cause },
  )
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
