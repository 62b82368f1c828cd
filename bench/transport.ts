/**
 * What one leg costs: CPU of the client side per request, for our wire transport, Node's client behind
 * the same interface, and undici's `dispatch`, against an upstream of raw sockets in another process.
 * Every contender runs in a process of its own; rounds alternate. `npm run bench:transport`
 */

import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { Pool } from 'undici'
import type { CreateTransport, LegHandler } from '../src/proxy/leg.ts'
import { createNodeTransport } from '../test/support/node-transport.ts'
import { createWireTransport } from '../src/proxy/wire/wire-transport.ts'
import { median } from './table.ts'

const IN_FLIGHT = 32
const WARM_UP = 20_000

/** Sends one request and calls back when its answer has ended. */
type SendOne = (done: () => void) => void

const REQUEST = {
  target: '/items/123?fields=name,price',
  headers: [
    ...['Host', 'shop.example', 'User-Agent', 'bench/1', 'Accept', '*/*'],
    ...['Accept-Encoding', 'gzip, br', 'X-Request-Id', '0b8f2f7e-8a8c-4a0e-9d0c-1f2e3d4c5b6a'],
    ...['Via', '1.1 shadowdiff'],
  ],
  timeoutMs: 15_000,
  idleMs: 60_000,
}

class Counting implements LegHandler {
  length = 0
  readonly #done: () => void

  constructor(done: () => void) {
    this.#done = done
  }

  onInformation(): void {
    // Never sent here.
  }
  onHead(): void {
    // The parsing is what is measured.
  }
  onData(chunk: Buffer): void {
    this.length += chunk.length
  }
  onTrailers(): void {
    // Never sent here.
  }
  onEnd(): void {
    this.#done()
  }
  onFailure(reason: string, message: string): void {
    throw new Error(`${reason}: ${message}`)
  }
  onDrain(): void {
    // One write a request.
  }
}

const contenders: Readonly<Record<string, (url: string, posts: boolean) => SendOne>> = {
  wire: (url, posts) => overLeg(createWireTransport, url, posts),
  'node:http': (url, posts) => overLeg(createNodeTransport, url, posts),
  undici: overUndici,
}

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    requests: { type: 'string', default: '100000' },
    rounds: { type: 'string', default: '3' },
    bytes: { type: 'string', default: '1024' },
    post: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
  },
})

const [part, name = '', port = ''] = positionals
if (part === 'upstream') listen(Number(options.bytes))
else if (part === 'client') await measureClient(name, `http://127.0.0.1:${port}`)
else await main()

async function main(): Promise<void> {
  const upstream = fork(fileURLToPath(import.meta.url), ['upstream', '--bytes', options.bytes])
  const [upstreamPort] = (await once(upstream, 'message')) as [number]
  const names = Object.keys(contenders).filter((one) => one.includes(options.only))
  const results = new Map(names.map((one): [string, number[]] => [one, []]))
  for (let round = 0; round < Number(options.rounds); round += 1) {
    for (const [one, micros] of results) micros.push(await runClient(one, upstreamPort))
  }
  upstream.kill()
  const base = median(results.get('wire') ?? [])
  console.log(
    `${options.post ? 'POST of 1 KB' : 'GET'}, answers of ${options.bytes} bytes, ${IN_FLIGHT} in flight`,
  )
  for (const [one, micros] of results) {
    const middle = median(micros)
    const all = micros.map((value) => value.toFixed(1)).join(' ')
    const ratio = (middle / base).toFixed(2)
    console.log(
      `${one.padEnd(10)} ${middle.toFixed(1).padStart(8)} µs/request  ${ratio} ×  (${all})`,
    )
  }
}

async function runClient(one: string, upstreamPort: number): Promise<number> {
  const flags = ['--requests', options.requests, ...(options.post ? ['--post'] : [])]
  const child: ChildProcess = fork(fileURLToPath(import.meta.url), [
    ...['client', one, String(upstreamPort)],
    ...flags,
  ])
  const exit = once(child, 'exit').then(() => {
    throw new Error(`the process that measures ${one} failed`)
  })
  const [micros] = (await Promise.race([once(child, 'message'), exit])) as [number]
  exit.catch(() => undefined)
  child.kill()
  return micros
}

async function measureClient(contender: string, url: string): Promise<void> {
  const sendOne = contenders[contender]?.(url, options.post)
  if (sendOne === undefined) throw new Error(`no contender is called ${contender}`)
  await sendMany(sendOne, Math.min(WARM_UP, Number(options.requests)))
  const before = process.cpuUsage()
  await sendMany(sendOne, Number(options.requests))
  const { user, system } = process.cpuUsage(before)
  process.send?.((user + system) / Number(options.requests))
}

function sendMany(sendOne: SendOne, count: number): Promise<void> {
  return new Promise((resolve) => {
    let sent = 0
    let ended = 0
    const next = () => {
      if (sent < count) {
        sent += 1
        sendOne(onEnd)
      }
    }
    const onEnd = () => {
      ended += 1
      if (ended === count) resolve()
      else next()
    }
    for (let lane = 0; lane < IN_FLIGHT; lane += 1) next()
  })
}

function overLeg(create: CreateTransport, url: string, posts: boolean): SendOne {
  const transport = create({
    url,
    maxConnections: IN_FLIGHT,
    maxIdleConnections: IN_FLIGHT,
    keepAliveMs: 60_000,
  })
  const body = Buffer.alloc(1024, 'y')
  const get = { ...REQUEST, method: 'GET', framing: { kind: 'none' } } as const
  const post = {
    ...REQUEST,
    method: 'POST',
    headers: [...REQUEST.headers, 'Content-Length', String(body.length)],
    framing: { kind: 'length', length: body.length },
  } as const
  return (done) => {
    const handle = transport.send(posts ? post : get, new Counting(done))
    if (posts) handle.write(body)
    handle.end()
  }
}

function overUndici(url: string, posts: boolean): SendOne {
  const pool = new Pool(url, { connections: IN_FLIGHT, pipelining: 1 })
  const body = Buffer.alloc(1024, 'y')
  const bytes = { seen: 0 }
  return (done) => {
    pool.dispatch(
      {
        path: REQUEST.target,
        method: posts ? 'POST' : 'GET',
        headers: REQUEST.headers,
        ...(posts && { body }),
      },
      {
        onRequestStart: () => undefined,
        onResponseStart: () => undefined,
        onResponseData: (_controller, chunk) => {
          bytes.seen += chunk.length
        },
        onResponseEnd: done,
        onResponseError: (_controller, error) => {
          throw error
        },
      },
    )
  }
}

/** Answers every request, a 1 KB body included, with the same bytes. */
function listen(bytes: number): void {
  const head = [
    'HTTP/1.1 200 OK',
    'Content-Type: application/json; charset=utf-8',
    `Date: ${new Date().toUTCString()}`,
    'Cache-Control: no-cache',
    'ETag: W/"400-2jmj7l5rSw0yVb"',
    'X-Request-Id: 0b8f2f7e-8a8c-4a0e-9d0c-1f2e3d4c5b6a',
    `Content-Length: ${bytes}`,
    'Connection: keep-alive',
    'Keep-Alive: timeout=60',
  ].join('\r\n')
  const answer = Buffer.concat([Buffer.from(`${head}\r\n\r\n`), Buffer.alloc(bytes, 'x')])
  const server = createServer({ noDelay: true }, (socket: Socket) => {
    let missing = 0
    socket.on('error', () => undefined)
    socket.on('data', (chunk: Buffer) => {
      let rest = chunk.toString('latin1')
      while (rest !== '') {
        if (missing === 0) {
          const headEnd = rest.indexOf('\r\n\r\n')
          if (headEnd < 0) return
          missing = /content-length: (\d+)/i.test(rest.slice(0, headEnd)) ? 1024 : 0
          rest = rest.slice(headEnd + 4)
        }
        const taken = Math.min(missing, rest.length)
        missing -= taken
        rest = rest.slice(taken)
        if (missing === 0) socket.write(answer)
      }
    })
  })
  server.listen(0, '127.0.0.1', () => {
    process.send?.((server.address() as AddressInfo).port)
  })
}
