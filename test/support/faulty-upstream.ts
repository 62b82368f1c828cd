/** An upstream whose misbehaviour can be changed while it runs; it keeps its port, also while it refuses. */

import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'

/** What it does with a connection: `once` a request arrived, or at once. */
export type Misbehaviour = (socket: Socket) => void

/** A running upstream. */
export interface FaultyUpstream {
  readonly url: string
  /** From now on it does this with every new connection; those that are open are closed. */
  behave(how: Misbehaviour | 'refuses'): Promise<void>
  /** Connections that are open. */
  readonly open: number
  /** Connections ever taken. */
  readonly taken: number
  close(): Promise<void>
}

/** Starts it on a free port; it hangs until it is told otherwise. */
export async function startFaultyUpstream(): Promise<FaultyUpstream> {
  const sockets = new Set<Socket>()
  let how: Misbehaviour = MISBEHAVIOURS['hangs before its head']
  let taken = 0
  const make = (): Server =>
    createServer((socket) => {
      taken++
      sockets.add(socket)
      socket.on('error', () => undefined)
      socket.on('close', () => sockets.delete(socket))
      how(socket)
      socket.resume()
    })
  const listen = (server: Server, port: number): Promise<void> =>
    new Promise((resolve, reject) => {
      server.once('error', reject)
      server.listen(port, '127.0.0.1', resolve)
    })
  let server: Server | undefined = make()
  await listen(server, 0)
  const { port } = server.address() as AddressInfo
  const hangUp = async (): Promise<void> => {
    for (const socket of sockets) socket.destroy()
    const closing = server
    server = undefined
    if (closing !== undefined) await new Promise((resolve) => closing.close(resolve))
  }
  return {
    url: `http://127.0.0.1:${port}`,
    behave: async (next) => {
      await hangUp()
      if (next === 'refuses') return
      how = next
      server = make()
      await listen(server, port)
    },
    get open() {
      return sockets.size
    },
    get taken() {
      return taken
    },
    close: hangUp,
  }
}

/** Once something was asked, it answers with these bytes. */
const says =
  (...texts: readonly string[]): Misbehaviour =>
  (socket) =>
    socket.once('data', () => {
      for (const text of texts) socket.write(text, 'latin1')
    })

/** After its head it pours pieces as fast as they are taken, `bytes` in all. */
const pours =
  (head: string, piece: Buffer, bytes = Infinity): Misbehaviour =>
  (socket) =>
    socket.once('data', () => {
      let left = bytes
      const pour = (): void => {
        while (!socket.destroyed && left > 0) {
          left -= piece.length
          if (!socket.write(piece)) return
        }
        if (left <= 0) socket.end()
      }
      socket.on('drain', pour)
      socket.write(head)
      pour()
    })

/** A byte each so many milliseconds, for ever. */
const drips =
  (everyMs: number): Misbehaviour =>
  (socket) =>
    socket.once('data', () => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n')
      const drip = setInterval(() => socket.write('.'), everyMs)
      socket.on('close', () => {
        clearInterval(drip)
      })
    })

const GIGABYTE = 1_000_000_000

/** What a shadow may do to whoever asks it. */
export const MISBEHAVIOURS = {
  'hangs before its head': (socket: Socket) => socket.resume(),
  'hangs in the middle of its head': says('HTTP/1.1 200 OK\r\nContent-Ty'),
  'hangs after its head': says('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n'),
  'hangs in the middle of its body': says('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc'),
  'resets instead of an answer': (socket: Socket) =>
    socket.once('data', () => socket.resetAndDestroy()),
  'resets in the middle of its body': (socket: Socket) =>
    socket.once('data', () => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc', () =>
        socket.resetAndDestroy(),
      )
    }),
  'answers garbage': says('\x00\xff\xfe not HTTP at all \r\n\r\n'),
  'answers endless headers': pours(
    'HTTP/1.1 200 OK\r\n',
    Buffer.from('X-Y: zzzzzzzzzzzzzzzzzzzzzzzzz\r\n'.repeat(1000)),
  ),
  'answers a body of one gigabyte': pours(
    `HTTP/1.1 200 OK\r\nContent-Length: ${GIGABYTE}\r\n\r\n`,
    Buffer.alloc(100_000, 'g'),
    GIGABYTE,
  ),
  'answers one byte a second': drips(1000),
  'answers one byte in a while, for ever': drips(50),
} as const satisfies Record<string, Misbehaviour>
