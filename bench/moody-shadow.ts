/** A version 2 that can be made sick while it runs, as a process of its own. */

import { fork } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { pin } from './cpu.ts'

/** How it feels; `resetting` breaks off in the middle of a body, `flooding` never ends one. */
export const MOODS = ['healthy', 'hung', 'slow', 'refusing', 'resetting', 'flooding'] as const
export type Mood = (typeof MOODS)[number]

/** A running shadow. */
export interface MoodyShadow {
  readonly url: string
  /** Cuts all connections and feels like this from now on. */
  feel(mood: Mood): Promise<void>
  stop(): void
}

const SLOW_MS = 1000

/** Starts one on this core alone. */
export async function startMoodyShadow(core: number): Promise<MoodyShadow> {
  const child = fork(fileURLToPath(import.meta.url), ['shadow'])
  const [port] = (await once(child, 'message')) as [number]
  if (child.pid !== undefined) pin(child.pid, core)
  return {
    url: `http://127.0.0.1:${port}`,
    feel: async (mood) => {
      child.send(mood)
      await once(child, 'message')
    },
    stop: () => {
      child.kill()
    },
  }
}

if (process.argv[2] === 'shadow') serve()

function serve(): void {
  const sockets = new Set<Socket>()
  const timers = new Set<NodeJS.Timeout>()
  let mood: Mood = 'healthy'
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.on('close', () => sockets.delete(socket))
    let tail = ''
    socket.on('data', (chunk: Buffer) => {
      // Copies of GET requests only: each ends with its head.
      const [...heads] = (tail + chunk.toString('latin1')).split('\r\n\r\n')
      tail = heads.pop() ?? ''
      for (let i = 0; i < heads.length; i++) answer(socket)
    })
  })

  const answer = (socket: Socket): void => {
    if (mood === 'healthy') socket.write(WHOLE)
    if (mood === 'resetting') {
      socket.write(HALF, () => {
        socket.resetAndDestroy()
      })
    }
    if (mood === 'flooding') flood(socket)
    if (mood === 'slow') {
      const timer = setTimeout(() => {
        timers.delete(timer)
        socket.write(WHOLE)
      }, SLOW_MS)
      timers.add(timer)
    }
  }

  const change = async (next: Mood): Promise<void> => {
    for (const timer of timers) clearTimeout(timer)
    timers.clear()
    const { port } = (server.address() as AddressInfo | null) ?? { port: listenedOn }
    listenedOn = port
    if (next === 'refusing' && server.listening) server.close()
    for (const socket of sockets) socket.destroy()
    mood = next
    if (next !== 'refusing' && !server.listening) {
      server.listen(port, '127.0.0.1')
      await once(server, 'listening')
    }
  }

  let listenedOn = 0
  server.listen(0, '127.0.0.1', () => {
    process.send?.((server.address() as AddressInfo).port)
  })
  process.on('message', (next: Mood) => {
    void change(next).then(() => process.send?.('done'))
  })
}

function flood(socket: Socket): void {
  const pour = (): void => {
    while (!socket.destroyed && socket.write(ENDLESS));
  }
  socket.write(
    'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1073741824\r\n\r\n',
  )
  socket.on('drain', pour)
  pour()
}

const ENDLESS = Buffer.alloc(64 * 1024, 'x')
const BODY = JSON.stringify({ id: 1, name: 'Oak salad bowl', text: 'x'.repeat(980) })
const HEAD = `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${BODY.length}\r\n\r\n`
const WHOLE = HEAD + BODY
const HALF = HEAD + BODY.slice(0, 500)
