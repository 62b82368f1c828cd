import { expect, test } from 'vitest'

import type { Exchange, Observation } from '../../src/core/exchange.ts'
import { readFillings } from '../../src/replay/fill.ts'
import type { RecordedRequest } from '../../src/replay/recorded-request.ts'
import { replay, type OutgoingReplay, type ReplayOptions } from '../../src/replay/replay.ts'

const ANSWER: Observation = {
  kind: 'response',
  sentHeaders: [],
  durationMs: 1,
  status: 200,
  reason: 'OK',
  headers: [],
  trailers: [],
  body: { bytes: Buffer.from('ok'), length: 2 },
}

const UNANSWERED: RecordedRequest = {
  at: 0,
  client: '',
  method: 'GET',
  target: '/',
  headers: ['Host', 'shop.example:80'],
  body: Buffer.alloc(0),
}

function recorded(more: Partial<RecordedRequest> = {}): RecordedRequest {
  return { ...UNANSWERED, primary: ANSWER, ...more }
}

async function* listed(requests: readonly RecordedRequest[]): AsyncIterable<RecordedRequest> {
  yield* requests
}

/** Runs a replay whose upstreams answer at once, and tells what was sent and taken. */
async function run(requests: readonly RecordedRequest[], more: Partial<ReplayOptions> = {}) {
  const sent: OutgoingReplay[] = []
  const taken: Exchange[] = []
  const totals = await replay({
    requests: listed(requests),
    shadow: async (request) => {
      sent.push(request)
      return ANSWER
    },
    fillings: readFillings([], {}),
    dropRedacted: false,
    pace: { kind: 'unpaced' },
    concurrency: 4,
    unsafe: false,
    newId: () => crypto.randomUUID(),
    shadowHost: (host) => host.replace(':', '-shadow:'),
    take: async (exchange) => {
      taken.push(exchange)
    },
    signal: new AbortController().signal,
    ...more,
  })
  return { sent, taken, totals }
}

test('the shadow gets the recorded request under its own Host, marked as a copy', async () => {
  const { sent } = await run([recorded({ target: '/a?b', requestId: 'r1' })])
  expect(sent).toEqual([
    {
      method: 'GET',
      target: '/a?b',
      headers: ['Host', 'shop.example-shadow:80', 'x-request-id', 'r1', 'x-shadow', 'shadow'],
      body: Buffer.alloc(0),
    },
  ])
})

test('the recorded answer is primary’s when only the shadow is asked', async () => {
  const { taken } = await run([recorded({ requestId: 'r1' })])
  expect(taken).toMatchObject([
    { requestId: 'r1', source: 'replay', primary: ANSWER, shadow: ANSWER },
  ])
})

test('both versions are asked when both are given', async () => {
  const fresh = { ...ANSWER, status: 201 }
  const { taken } = await run([recorded()], { primary: async () => fresh })
  expect(taken[0]?.primary).toEqual(fresh)
})

test('requests of one client wait for each other, those of others do not', async () => {
  const order: string[] = []
  let release = (): void => undefined
  const first = new Promise<void>((resolve) => {
    release = resolve
  })
  await run(
    [
      recorded({ client: 'a', target: '/a1' }),
      recorded({ client: 'a', target: '/a2' }),
      recorded({ client: 'b', target: '/b1' }),
    ],
    {
      shadow: async ({ target }) => {
        order.push(`${target} begins`)
        if (target === '/a1') await first
        if (target === '/b1') release()
        order.push(`${target} ends`)
        return ANSWER
      },
    },
  )
  expect(order.indexOf('/b1 ends')).toBeLessThan(order.indexOf('/a1 ends'))
  expect(order.indexOf('/a2 begins')).toBeGreaterThan(order.indexOf('/a1 ends'))
})

test('no more than so many are on their way at once', async () => {
  let busy = 0
  let most = 0
  const clients = Array.from({ length: 40 }, (_, index) => recorded({ client: String(index) }))
  const { totals } = await run(clients, {
    concurrency: 3,
    shadow: async () => {
      most = Math.max(most, ++busy)
      await new Promise((resolve) => setImmediate(resolve))
      busy--
      return ANSWER
    },
  })
  expect(most).toBe(3)
  expect(totals).toMatchObject({ read: 40, sent: 40, done: 40 })
})

test('what is not sent is counted by its reason', async () => {
  const { totals, sent } = await run([
    recorded({ method: 'POST' }),
    recorded({ unsendable: 'body-not-kept' }),
    recorded({
      headers: ['Host', 'x', 'X-Api-Key', 'redacted.string.1-8.9f86d081884c7d65.3fa1c2b4'],
    }),
    UNANSWERED,
    recorded(),
  ])
  expect(sent).toHaveLength(1)
  expect(totals).toEqual({
    read: 5,
    sent: 1,
    done: 1,
    skipped: {
      'unsafe-method': 1,
      'body-not-kept': 1,
      redacted: 1,
      'no-recorded-answer': 1,
    },
  })
})

test('writes are sent when that is asked for', async () => {
  const { sent } = await run([recorded({ method: 'POST', body: Buffer.from('x') })], {
    unsafe: true,
  })
  expect(sent[0]?.body.toString()).toBe('x')
})

test('a signal stops sending, and what is on its way is finished', async () => {
  const stop = new AbortController()
  const requests = Array.from({ length: 100 }, (_, index) => recorded({ client: String(index) }))
  const { totals, taken } = await run(requests, {
    concurrency: 1,
    signal: stop.signal,
    take: async (exchange) => {
      stop.abort()
      expect(exchange.shadow).toBeDefined()
    },
  })
  expect(taken).toEqual([])
  expect(totals.done).toBe(totals.sent)
  expect(totals.sent).toBeLessThan(100)
})

test('a store that cannot take an exchange ends the replay with its error', async () => {
  const full = new Error('disk full')
  await expect(
    run([recorded(), recorded()], {
      take: async () => {
        throw full
      },
    }),
  ).rejects.toThrow(full)
})
