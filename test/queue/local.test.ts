import { mkdtempSync, rmSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { RecordedOutcome } from '../../src/core/counters.ts'
import type { Exchange } from '../../src/core/exchange.ts'
import type { ExchangeFate, ExchangeQueue } from '../../src/core/ports.ts'
import { connectQueue, listenQueue, type QueueOptions } from '../../src/queue/local.ts'
import { bodyOf, exchangeOf, responseOf } from '../support/exchange-fixtures.ts'

let folder: string
let path: string
let closers: (() => unknown)[]

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'shadowdiff-queue-'))
  path = join(folder, 'queue.sock')
  closers = []
})

afterEach(async () => {
  for (const close of closers.reverse()) await close()
  rmSync(folder, { recursive: true })
})

const match: RecordedOutcome = { outcome: 'match' }

/** What became of the exchanges of a test, one word each. */
function fates() {
  const told: string[] = []
  const fate: ExchangeFate = {
    recorded: ({ outcome, reason }) =>
      told.push(reason === undefined ? outcome : `${outcome} ${reason}`),
    lost: (reason) => told.push(`lost ${reason}`),
  }
  return { told, fate }
}

function openQueue(options: Partial<QueueOptions> = {}): ExchangeQueue {
  const queue = connectQueue({ path, flushMs: 1, reconnectMs: [2, 10], ...options })
  closers.push(() => queue.close(0))
  return queue
}

async function openListener(
  take: (batch: readonly Exchange[]) => Promise<readonly RecordedOutcome[]>,
  options: { warn?: (message: string) => void; maxFrameBytes?: number } = {},
) {
  const listener = await listenQueue({ path, take, ...options })
  let closed = false
  const close = async () => {
    if (closed) return
    closed = true
    await listener.close()
  }
  closers.push(close)
  return { close }
}

test('an exchange arrives as it was handed over', async () => {
  const taken: Exchange[] = []
  await openListener(async (batch) => {
    taken.push(...batch)
    return batch.map(() => match)
  })
  const queue = openQueue()
  const { told, fate } = fates()
  const unmirrored: Exchange = { ...exchangeOf({ unmirrored: 'not-sampled' }) }
  Reflect.deleteProperty(unmirrored, 'shadow')
  const exchanges: Exchange[] = [
    exchangeOf(),
    unmirrored,
    exchangeOf({
      request: {
        method: 'POST',
        target: '*',
        headers: ['X-Latin', '\u00e9\u00ff'],
        body: {
          ...bodyOf(Buffer.from([0, 255, 10])),
          length: 9,
          sha256: 'ab',
          incomplete: 'reset',
        },
      },
      primary: responseOf(Buffer.alloc(100_000, 7), { trailers: ['grpc-status', '0'] }),
      shadow: {
        kind: 'failure',
        reason: 'timeout',
        message: 'no answer within 15 s',
        durationMs: 15_000,
        sentHeaders: ['Host', 'x'],
      },
    }),
  ]
  for (const exchange of exchanges) queue.push(exchange, fate)
  await vi.waitFor(() => {
    expect(told).toHaveLength(3)
  })
  expect(taken).toEqual(exchanges)
  expect(queue.depth).toBe(0)
})

test('each exchange is told its own outcome', async () => {
  await openListener(async (batch) =>
    batch.map(({ route }) =>
      route === 'b' ? { outcome: 'incomparable', reason: 'truncated' } : match,
    ),
  )
  const queue = openQueue()
  const { told, fate } = fates()
  for (const route of ['a', 'b', 'c']) queue.push(exchangeOf({ route }), fate)
  await queue.close(5000)
  expect(told).toEqual(['match', 'incomparable truncated', 'match'])
})

test('several proxies at once are served', async () => {
  let taken = 0
  await openListener(async (batch) => {
    taken += batch.length
    return batch.map(() => match)
  })
  const { told, fate } = fates()
  const queues = [openQueue(), openQueue(), openQueue()]
  for (let n = 0; n < 500; n++) for (const queue of queues) queue.push(exchangeOf(), fate)
  await Promise.all(queues.map((queue) => queue.close(10_000)))
  expect(taken).toBe(1500)
  expect(told.every((word) => word === 'match')).toBe(true)
  expect(told).toHaveLength(1500)
})

test('exchanges wait for a recorder that is not there yet', async () => {
  const queue = openQueue()
  const { told, fate } = fates()
  for (let n = 0; n < 100; n++) queue.push(exchangeOf(), fate)
  expect(queue.connected).toBe(false)
  expect(queue.depth).toBe(100)
  await openListener(async (batch) => batch.map(() => match))
  await vi.waitFor(() => {
    expect(told).toHaveLength(100)
  })
  expect(queue.connected).toBe(true)
})

test('beyond its bound it loses new exchanges as recorder-down while there is no recorder', () => {
  const queue = openQueue({ maxBytes: 100_000 })
  const { told, fate } = fates()
  for (let n = 0; n < 100; n++) queue.push(exchangeOf(), fate)
  expect(told.length).toBeGreaterThan(0)
  expect(told.length + queue.depth).toBe(100)
  expect(new Set(told)).toEqual(new Set(['lost recorder-down']))
})

test('a body that primary and shadow share counts once against the bound', () => {
  const queue = openQueue({ maxBytes: 390_000 })
  const { told, fate } = fates()
  const [answer, equal] = [responseOf('x'.repeat(100_000)), responseOf('x'.repeat(100_000))]
  const shared = exchangeOf({ primary: answer, shadow: { ...answer } })
  const apart = exchangeOf({ primary: answer, shadow: equal })
  for (const exchange of [shared, apart, shared]) queue.push(exchange, fate)
  expect(queue.depth).toBe(2)
  expect(told).toEqual(['lost recorder-down'])
})

test('beyond its bound it loses new exchanges as queue-full while the recorder is slow', async () => {
  let release: (() => void) | undefined
  const blocked = new Promise<void>((resolve) => {
    release = resolve
  })
  await openListener(async (batch) => {
    await blocked
    return batch.map(() => match)
  })
  const queue = openQueue({ maxBytes: 300_000 })
  await vi.waitFor(() => {
    expect(queue.connected).toBe(true)
  })
  const { told, fate } = fates()
  for (let n = 0; n < 1000; n++) queue.push(exchangeOf(), fate)
  expect(new Set(told)).toEqual(new Set(['lost queue-full']))
  release?.()
  await queue.close(5000)
  expect(told).toHaveLength(1000)
  expect(new Set(told)).toEqual(new Set(['lost queue-full', 'match']))
})

test('what came behind a full batch is sent without anything coming after it', async () => {
  let release = (): void => undefined
  const isReleased = new Promise<void>((resolve) => {
    release = resolve
  })
  await openListener(async (batch) => {
    await isReleased
    return batch.map(() => match)
  })
  const queue = openQueue({ batchBytes: 100_000, window: { batches: 1, bytes: 1_000_000 } })
  const { told, fate } = fates()
  await vi.waitFor(() => {
    expect(queue.connected).toBe(true)
  })
  const large = exchangeOf({ primary: responseOf(Buffer.alloc(100_000)) })
  queue.push(large, fate)
  queue.push(large, fate)
  queue.push(exchangeOf(), fate)
  release()
  await vi.waitFor(() => {
    expect(told).toEqual(['match', 'match', 'match'])
  })
})

test('batches that a dead recorder had not acknowledged are lost, what waits survives', async () => {
  const sockets: { destroy(): void }[] = []
  const deaf = createServer((socket) => {
    sockets.push(socket)
    socket.on('error', () => undefined)
  })
  await new Promise<void>((resolve) => deaf.listen(path, resolve))
  const queue = openQueue({ batchExchanges: 10, window: { batches: 2, bytes: 1e9 } })
  await vi.waitFor(() => {
    expect(sockets).toHaveLength(1)
  })
  const { told, fate } = fates()
  for (let n = 0; n < 50; n++) queue.push(exchangeOf(), fate)
  deaf.close()
  for (const socket of sockets) socket.destroy()
  await vi.waitFor(() => {
    expect(told).toEqual(Array(20).fill('lost recorder-down'))
  })
  expect(queue.depth).toBe(30)
  await openListener(async (batch) => batch.map(() => match))
  await vi.waitFor(() => {
    expect(told.slice(20)).toEqual(Array(30).fill('match'))
  })
})

test('a batch that could not be stored is told to the proxy as lost', async () => {
  const warnings: string[] = []
  await openListener(() => Promise.reject(new Error('disk full')), {
    warn: (message) => warnings.push(message),
  })
  const queue = openQueue()
  const { told, fate } = fates()
  queue.push(exchangeOf(), fate)
  await queue.close(5000)
  expect(told).toEqual(['lost store-failed'])
  expect(warnings).toEqual(['queue: 1 exchanges could not be kept: disk full'])
})

test('closing waits no longer than its deadline and loses the rest as shutdown', async () => {
  await openListener(() => new Promise<never>(() => undefined))
  closers.pop()
  const queue = openQueue({ batchExchanges: 1, window: { batches: 1, bytes: 1e9 } })
  await vi.waitFor(() => {
    expect(queue.connected).toBe(true)
  })
  const { told, fate } = fates()
  queue.push(exchangeOf(), fate)
  queue.push(exchangeOf(), fate)
  await queue.close(20)
  queue.push(exchangeOf(), fate)
  expect(told).toEqual(Array(3).fill('lost shutdown'))
  expect(queue.depth).toBe(0)
})

test('closing without a recorder loses what waits as shutdown', async () => {
  const queue = openQueue()
  const { told, fate } = fates()
  queue.push(exchangeOf(), fate)
  await queue.close(20)
  expect(told).toEqual(['lost shutdown'])
})

test.each([
  ['an oversized frame', Buffer.from([0xff, 0xff, 0xff, 0xff, 1])],
  ['an empty frame', Buffer.from([0, 0, 0, 0, 0])],
  ['a frame of another type', Buffer.from([1, 0, 0, 0, 9])],
  ['a head that is no JSON', Buffer.from([10, 0, 0, 0, 1, 1, 0, 0, 0, 1, 0, 0, 0, 0x7b])],
  ['a head longer than its frame', Buffer.from([10, 0, 0, 0, 1, 1, 0, 0, 0, 99, 0, 0, 0, 0x5b])],
])('%s closes its connection and nothing else', async (_title, bytes) => {
  const warnings: string[] = []
  await openListener(async (batch) => batch.map(() => match), {
    warn: (message) => warnings.push(message),
    maxFrameBytes: 1_000_000,
  })
  const queue = openQueue()
  await vi.waitFor(() => {
    expect(queue.connected).toBe(true)
  })
  const intruder = connect(path)
  await new Promise<void>((resolve) => {
    intruder.on('close', () => {
      resolve()
    })
    intruder.write(bytes)
  })
  expect(warnings).toHaveLength(1)
  const { told, fate } = fates()
  queue.push(exchangeOf(), fate)
  await queue.close(5000)
  expect(told).toEqual(['match'])
})

test('the recorder reads no further than its bound of bytes being worked on', async () => {
  let working = 0
  let mostWorking = 0
  const releases: (() => void)[] = []
  const listener = await listenQueue({
    path,
    maxWorkingBytes: 100_000,
    take: async (batch) => {
      working += batch.length
      mostWorking = Math.max(mostWorking, working)
      await new Promise<void>((resolve) => releases.push(resolve))
      working -= batch.length
      return batch.map(() => match)
    },
  })
  const queue = openQueue({ batchExchanges: 1 })
  const { told, fate } = fates()
  const exchange = exchangeOf({ primary: responseOf(Buffer.alloc(40_000)) })
  for (let n = 0; n < 30; n++) queue.push(exchange, fate)
  for (let released = 0; released < 30; released++) {
    await vi.waitFor(() => {
      expect(releases.length).toBeGreaterThan(0)
    })
    releases.shift()?.()
  }
  expect(mostWorking).toBe(3)
  await queue.close(5000)
  expect(told).toHaveLength(30)
  await listener.close()
})
