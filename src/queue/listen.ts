/**
 * The recorder's end of the way from the proxies. Several proxies may be connected at once; while more
 * bytes are being worked on than the bound allows, no socket is read, and the proxies' own bounds count
 * what that costs.
 */

import { rm } from 'node:fs/promises'
import { createServer, type Socket } from 'node:net'
import { once } from 'node:events'
import type { RecordedOutcome } from '../core/counters.ts'
import { AppError, messageOf } from '../core/errors.ts'
import type { Exchange } from '../core/exchange.ts'
import { decodeBatch, encodeAnswer } from './codec.ts'
import { FrameReader } from './frame-reader.ts'

/** How the recorder's end is set up. */
export interface ListenOptions {
  /** Where the socket is made; a stale one there is replaced. */
  readonly path: string
  /** Compares and stores a batch; resolves with one outcome for each exchange, rejects when nothing was kept. */
  readonly take: (batch: readonly Exchange[]) => Promise<readonly RecordedOutcome[]>
  /** Told one sentence for people when a connection was closed for nonsense or a batch could not be kept. */
  readonly warn?: (message: string) => void
  /** Bytes of batches being worked on at once, over all proxies. */
  readonly maxWorkingBytes?: number
  /** The longest batch; a longer one closes its connection. */
  readonly maxFrameBytes?: number
}

interface Connection {
  readonly socket: Socket
  readonly frames: FrameReader
}

/** Takes exchanges from proxies until closed; closing waits for the batches already being worked on. */
export async function listenQueue(options: ListenOptions): Promise<{ close(): Promise<void> }> {
  const {
    path,
    take,
    warn = () => undefined,
    maxWorkingBytes = 16 * 1024 * 1024,
    maxFrameBytes = 128 * 1024 * 1024,
  } = options
  const connections = new Set<Connection>()
  const working = new Set<Promise<void>>()
  let workingBytes = 0
  let closing = false

  const read = (connection: Connection) => {
    const { socket, frames } = connection
    try {
      while (!closing && workingBytes < maxWorkingBytes && !socket.destroyed) {
        const frame = frames.next()
        if (frame === undefined) {
          socket.resume()
          return
        }
        start(connection, frame)
      }
      socket.pause()
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      warn(`queue: a proxy sent ${error.message}; its connection was closed`)
      socket.destroy()
    }
  }

  const start = (connection: Connection, frame: Buffer) => {
    const { batch, exchanges } = decodeBatch(frame)
    workingBytes += frame.length
    const work = takeBatch(batch, exchanges)
      .then((answer) => {
        if (connection.socket.writable) connection.socket.write(answer)
      })
      .finally(() => {
        workingBytes -= frame.length
        working.delete(work)
        for (const waiting of connections) read(waiting)
      })
    working.add(work)
  }

  const takeBatch = async (batch: number, exchanges: readonly Exchange[]) => {
    try {
      const outcomes = await take(exchanges)
      if (outcomes.length === exchanges.length) return encodeAnswer({ batch, outcomes })
      warn(`queue: ${outcomes.length} outcomes for ${exchanges.length} exchanges`)
    } catch (error) {
      warn(`queue: ${exchanges.length} exchanges could not be kept: ${messageOf(error)}`)
    }
    return encodeAnswer({ batch })
  }

  const server = createServer((socket) => {
    const connection = { socket, frames: new FrameReader(maxFrameBytes) }
    connections.add(connection)
    socket.on('data', (chunk) => {
      connection.frames.push(chunk)
      read(connection)
    })
    // Every error is followed by 'close'.
    socket.on('error', () => undefined)
    socket.on('close', () => connections.delete(connection))
  })

  // What a killed recorder left behind; two recorders at once are refused by the store's lock.
  await rm(path, { force: true })
  server.listen(path)
  await once(server, 'listening')

  return {
    async close() {
      closing = true
      const closed = once(server, 'close')
      server.close()
      for (const { socket } of connections) socket.pause()
      await Promise.allSettled(working)
      for (const { socket } of connections) socket.destroySoon()
      await closed
    },
  }
}
