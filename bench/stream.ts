/**
 * One request and one answer of 5 GB through the proxy with a shadow beside it: what the proxy's process
 * grows by meanwhile. Upstreams and client run in the parent. `npm run bench:stream -- --gigabytes 5`
 */

import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import type { ProxySettings } from '../src/proxy/route.ts'
import { startProxy } from '../src/proxy/server.ts'

const MB = 1024 * 1024
const PIECE = Buffer.alloc(MB, 'large body ')
const SAMPLE_MS = 50

/** What the proxy's process tells. */
interface Memory {
  readonly rss: number
  readonly heldBytes: number
}

function settingsFor(primary: string, shadow: string): ProxySettings {
  const leg = { timeoutMs: 60_000, idleMs: 60_000 }
  return {
    listen: { host: '127.0.0.1', port: 0 },
    via: true,
    forwarded: 'preserve',
    record: { maxBodyBytes: MB },
    routes: [
      {
        name: 'default',
        primary: { ...leg, url: primary },
        shadow: {
          ...leg,
          url: shadow,
          percent: 100,
          methods: 'all',
          host: { kind: 'suffix' },
          maxRequestBodyBytes: MB,
          maxInFlight: 256,
          maxBacklog: 1024,
        },
      },
    ],
  }
}

/** The proxy, alone in its process; tells its memory all the time. */
async function runProxy([primary = '', shadow = '']: readonly string[]): Promise<void> {
  const proxy = await startProxy({
    settings: settingsFor(primary, shadow),
    queue: {
      connected: true,
      depth: 0,
      push: (_exchange, fate) => {
        fate.recorded({ outcome: 'match' })
      },
      close: async () => undefined,
    },
    instance: 'bench',
  })
  process.send?.({ port: proxy.address.port })
  setInterval(() => {
    const { rss, heapUsed, external } = process.memoryUsage()
    process.send?.({ rss, heldBytes: heapUsed + external } satisfies Memory)
  }, SAMPLE_MS)
  process.on('disconnect', () => process.exit(0))
}

/** Writes `total` bytes as fast as the other side takes them. */
function pour(socket: Socket, total: number): void {
  let left = total
  const more = () => {
    while (left > 0 && !socket.destroyed) {
      const piece = left < PIECE.length ? PIECE.subarray(0, left) : PIECE
      left -= piece.length
      if (!socket.write(piece)) return
    }
    socket.removeListener('drain', more)
  }
  socket.on('drain', more)
  more()
}

/** Answers GET with `total` bytes, and anything else when `total` bytes of body have come. */
async function startUpstream(total: number): Promise<string> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined)
    let isHead = true
    let uploaded = 0
    socket.on('data', (bytes: Buffer) => {
      if (!isHead) uploaded += bytes.length
      else {
        const end = bytes.indexOf('\r\n\r\n')
        if (end === -1) return
        isHead = false
        if (bytes.toString('latin1', 0, 3) === 'GET') {
          isHead = true
          socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${total}\r\n\r\n`)
          pour(socket, total)
          return
        }
        uploaded = bytes.length - end - 4
      }
      if (uploaded < total) return
      uploaded = 0
      isHead = true
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok')
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** Sends one exchange and reads its answer to the end; gives the bytes that came. */
async function exchange(port: number, head: string, upload: number): Promise<number> {
  const socket = connect(port, '127.0.0.1')
  let received = 0
  socket.on('data', (bytes: Buffer) => {
    received += bytes.length
  })
  socket.write(head)
  if (upload > 0) pour(socket, upload)
  await once(socket, 'end')
  socket.destroy()
  return received
}

async function measure(
  child: ChildProcess,
  what: string,
  total: number,
  run: () => Promise<number>,
) {
  const samples: Memory[] = []
  const note = (memory: Memory) => samples.push(memory)
  child.on('message', note)
  await once(child, 'message')
  const before = samples.at(-1)
  const startedAt = performance.now()
  const received = await run()
  const seconds = (performance.now() - startedAt) / 1000
  child.off('message', note)
  const growth = (pick: (memory: Memory) => number) =>
    (Math.max(...samples.map(pick)) - (before === undefined ? 0 : pick(before))) / MB
  console.log(
    `${what}: ${(total / MB / 1024).toFixed(1)} GB in ${seconds.toFixed(1)} s` +
      ` (${(total / MB / seconds).toFixed(0)} MB/s), ${received} bytes came back;` +
      ` RSS grew by ${growth(({ rss }) => rss).toFixed(0)} MB at most,` +
      ` heap and buffers by ${growth(({ heldBytes }) => heldBytes).toFixed(0)} MB`,
  )
}

async function runBench(gigabytes: number): Promise<void> {
  const total = Math.round(gigabytes * 1024) * MB
  const [primary, shadow] = [await startUpstream(total), await startUpstream(total)]
  const child = fork(fileURLToPath(import.meta.url), ['proxy', primary, shadow])
  const [{ port }] = (await once(child, 'message')) as [{ port: number }]
  const lines = 'Host: bench\r\nConnection: close\r\n'
  // Once small, so that what a first request makes the process load is not counted.
  await exchange(port, `OPTIONS * HTTP/1.1\r\nMax-Forwards: 0\r\n${lines}\r\n`, 0)
  await measure(child, 'answer ', total, () => exchange(port, `GET / HTTP/1.1\r\n${lines}\r\n`, 0))
  const post = `POST / HTTP/1.1\r\n${lines}Content-Length: ${total}\r\n\r\n`
  await measure(child, 'request', total, () => exchange(port, post, total))
  child.kill()
  process.exit(0)
}

const [role, ...rest] = process.argv.slice(2)
if (role === 'proxy') await runProxy(rest)
else {
  const { values } = parseArgs({ options: { gigabytes: { type: 'string', default: '5' } } })
  await runBench(Number(values.gigabytes))
}
