import { once } from 'node:events'
import { setImmediate } from 'node:timers/promises'
import { expect, test } from 'vitest'
import type { ApiOptions } from '../../src/api/app.ts'
import { eventTopics } from '../../src/api/event-topics.ts'
import { EventHub } from '../../src/api/events.ts'
import type { NewestDivergence } from '../../src/core/divergence-report.ts'
import { createVerdicts } from '../../src/api/verdicts.ts'
import { consoleSettings, openConsole, READING } from '../support/console.ts'
import { listenToEvents } from '../support/event-stream.ts'
import { fakeReader } from '../support/fake-reader.ts'

/** A console whose store and counters the test moves. */
async function openLive(over: Partial<ApiOptions> = {}) {
  const state = { version: 1, seen: 12, reads: 0 }
  const reader = fakeReader({ version: async () => state.version })
  const app = await openConsole({
    reader: () => reader,
    probe: {
      read: async () => {
        state.reads += 1
        return { ...READING, counters: { ...READING.counters, seen: state.seen } }
      },
    },
    events: { intervalMs: 5 },
    ...over,
  })
  const address = await app.listen({ host: '127.0.0.1', port: 0 })
  return { app, state, url: `${address}/api/v1/events` }
}

test('a client is greeted, then told the counters, then what changes', async () => {
  const { state, url } = await openLive()
  const client = await listenToEvents(url)
  expect(client.response.headers['content-type']).toBe('text/event-stream; charset=utf-8')
  expect(client.response.headers['x-accel-buffering']).toBe('no')
  expect(await client.next()).toEqual({ event: 'hello', data: { version: '1.2.3' } })
  expect(await client.next()).toEqual({ event: 'counters', data: READING.counters })
  state.version = 2
  expect(await client.next()).toEqual({ event: 'changed', data: { version: 2 } })
  state.seen = 13
  expect(await client.next()).toEqual({
    event: 'counters',
    data: { ...READING.counters, seen: 13 },
  })
})

test('while nothing changes nothing is told but that the line is open', async () => {
  const { url } = await openLive({ events: { intervalMs: 5, heartbeatMs: 20 } })
  const client = await listenToEvents(url)
  await client.next()
  await client.next()
  expect(await client.comment()).toBe(': still here')
  expect(await client.comment()).toBe(': still here')
})

test('every client is told, those that come later as well', async () => {
  const { state, url } = await openLive()
  const early = await listenToEvents(url)
  expect((await early.next()).event).toBe('hello')
  state.version = 2
  const late = await listenToEvents(url)
  expect((await late.next()).event).toBe('hello')
  expect((await late.next()).event).toBe('counters')
  state.version = 3
  expect(await late.next()).toEqual({ event: 'changed', data: { version: 3 } })
  let newest: unknown
  while ((newest as { version?: number } | undefined)?.version !== 3) {
    newest = (await early.next()).data
  }
})

test('a divergence that was never seen before is told, to those who listen', async () => {
  const newest = (id: string, total: number): NewestDivergence => ({
    ...{ id, total, endpoint: 'GET /items/{id}', kind: 'value', location: 'body:/price' },
    severity: 'changed',
  })
  const store = { version: 1, newest: newest('a1', 1) }
  const reader = fakeReader({
    version: async () => store.version,
    newestDivergence: async () => store.newest,
  })
  const { url } = await openLive({ reader: () => reader })
  const client = await listenToEvents(url)
  expect((await client.next()).event).toBe('hello')
  expect((await client.next()).event).toBe('counters')
  store.version = 2
  expect((await client.next()).event).toBe('changed')
  store.newest = newest('b2', 3)
  store.version = 3
  expect((await client.next()).event).toBe('changed')
  expect(await client.next()).toEqual({ event: 'divergence', data: newest('b2', 3) })
})

test('a store that opens later is a change', async () => {
  let isOpen = false
  const reader = fakeReader()
  const { url } = await openLive({ reader: () => (isOpen ? reader : undefined) })
  const client = await listenToEvents(url)
  expect((await client.next()).event).toBe('hello')
  expect((await client.next()).event).toBe('counters')
  isOpen = true
  expect(await client.next()).toEqual({ event: 'changed', data: { version: 1 } })
})

test('a store and a service that fail for a while end no stream', async () => {
  let isFailing = true
  const answer = <T>(value: T) =>
    isFailing ? Promise.reject(new Error('busy')) : Promise.resolve(value)
  const reader = fakeReader({ version: () => answer(7) })
  const { url } = await openLive({
    reader: () => reader,
    probe: { read: () => answer(READING) },
    events: { intervalMs: 5, heartbeatMs: 20 },
  })
  const client = await listenToEvents(url)
  expect((await client.next()).event).toBe('hello')
  await client.comment()
  isFailing = false
  expect(await client.next()).toEqual({ event: 'changed', data: { version: 7 } })
})

test('there is room for so many clients, and for another when one leaves', async () => {
  const { app, url } = await openLive({ events: { intervalMs: 5, maxClients: 2 } })
  const first = await listenToEvents(url)
  const second = await listenToEvents(url)
  await first.next()
  await second.next()
  const refused = await app.inject('/api/v1/events')
  expect(refused.statusCode).toBe(503)
  expect(refused.headers['retry-after']).toBe('1')
  first.leave()
  let third = await listenToEvents(url)
  while (third.response.statusCode === 503) third = await listenToEvents(url)
  expect((await third.next()).event).toBe('hello')
})

test('closing the console ends every stream', async () => {
  const { app, url } = await openLive()
  const clients = [await listenToEvents(url), await listenToEvents(url)]
  for (const client of clients) await client.next()
  await app.close()
  for (const client of clients) await client.ended()
})

test('the service is asked once for all clients, and not at all when there are none', async () => {
  const { state, url } = await openLive()
  await setImmediate()
  expect(state.reads).toBe(0)
  const clients = [await listenToEvents(url), await listenToEvents(url), await listenToEvents(url)]
  for (const client of clients) await client.next()
  for (const client of clients) await client.next()
  // Three clients that came one after the other got their counters in at most three looks.
  expect(state.reads).toBeLessThanOrEqual(3)
})

test('a client that takes nothing gets only the newest state, and is let go in the end', async () => {
  let version = 0
  const reader = fakeReader({ version: async () => (version += 1) })
  const sources = {
    ...{ reader: () => reader, source: () => reader, probe: { read: async () => READING } },
    ...{ settings: () => consoleSettings(), clock: { now: () => 0 } },
  }
  const hub = new EventHub({
    topics: eventTopics({ ...sources, verdicts: createVerdicts(sources) }),
    version: '1.2.3',
    intervalMs: 1,
    heartbeatMs: 1,
    maxClients: 1,
  })
  const stream = await hub.connect(() => true)
  await once(stream, 'close')
  expect(stream.readableLength).toBeLessThan(20_000)
  hub.close()
})
