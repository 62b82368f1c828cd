import type { Socket } from 'node:net'
import { expect, test } from 'vitest'
import { addsUp, ok, startFixture } from '../support/proxy-fixture.ts'
import { settled } from '../support/settled.ts'
import { until } from '../support/until.ts'

/** A shadow that fails until its breaker opened, and then does with each request what the test says. */
async function startHalfOpen(changes: object = {}) {
  const trials: Socket[] = []
  let isSick = true
  const fixture = await startFixture({
    primary: ok('ok'),
    shadow: {
      onRequest: (_request, socket) => {
        if (isSick) socket.destroy()
        else trials.push(socket)
      },
    },
    shadowSettings: {
      breaker: { consecutiveFailures: 2, openForMs: 200 },
      ...changes,
    },
  })
  const { client, proxy } = fixture
  const send = async (count: number) => {
    await Promise.all(
      Array.from({ length: count }, async () => {
        const answer = await client().request('GET / HTTP/1.1', 'Host: a').answer()
        expect(answer.body.toString()).toBe('ok')
        expect(addsUp(proxy.counters())).toBe(true)
      }),
    )
  }
  for (let i = 1; i <= 2; i++) {
    await send(1)
    await until(() => proxy.counters().match === i)
  }
  expect(proxy.breaker()).toEqual({ default: 'open' })
  isSick = false
  await until(() => proxy.breaker().default === 'half-open')
  return { ...fixture, trials, send }
}

test('of many requests at once a half-open breaker lets one copy through, and its answer closes it', async () => {
  const { proxy, shadow, trials, send } = await startHalfOpen()
  await send(20)
  await until(() => trials.length === 1)
  expect(await settled(() => shadow.requests.length)).toBe(3)
  expect(proxy.breaker()).toEqual({ default: 'half-open' })
  expect(proxy.counters()).toMatchObject({
    seen: 22,
    pending: 0,
    mirrored: 3,
    unmirrored: { 'breaker-open': 19 },
  })
  trials[0]?.write(ok('well'))
  await until(() => proxy.breaker().default === 'closed')
  await send(5)
  await until(() => trials.length === 6)
  expect(proxy.counters()).toMatchObject({ mirrored: 8, unmirrored: { 'breaker-open': 19 } })
})

test('a trial that fails opens the breaker again, and the next trial is one copy again', async () => {
  const { proxy, trials, send } = await startHalfOpen()
  for (let round = 1; round <= 2; round++) {
    await send(10)
    await until(() => trials.length === round)
    trials[round - 1]?.destroy()
    await until(() => proxy.breaker().default === 'open')
    await send(3)
    await until(() => proxy.breaker().default === 'half-open')
  }
  expect(trials.length).toBe(2)
  expect(proxy.counters()).toMatchObject({
    seen: 28,
    mirrored: 4,
    pending: 0,
    unmirrored: { 'breaker-open': 24 },
  })
})

test('copies that wait for their turn behind a failing one are given up when the breaker opens', async () => {
  const { client, proxy, shadow } = await startFixture({
    primary: ok('ok'),
    shadow: { onRequest: () => undefined },
    shadowSettings: {
      order: { kind: 'header', name: 'x-user' },
      breaker: { consecutiveFailures: 1, openForMs: 60_000 },
    },
  })
  const one = client()
  for (let i = 0; i < 6; i++) await one.request('GET / HTTP/1.1', 'Host: a', 'X-User: u').answer()
  await until(() => shadow.requests.length === 1)
  expect(proxy.counters()).toMatchObject({ mirrored: 1, pending: 5 })
  for (const socket of shadow.sockets) socket.destroy()
  await until(() => proxy.counters().pending === 0)
  expect(proxy.counters()).toMatchObject({ mirrored: 1, unmirrored: { 'breaker-open': 5 } })
  expect(shadow.requests.length).toBe(1)
  expect(addsUp(proxy.counters())).toBe(true)
})

test('a copy that we give up while another one is the trial does not let a second trial through', async () => {
  const { client, proxy, shadow, queue } = await startFixture({
    primary: {
      onRequest: (request, socket) => {
        if (request.startLine.includes('/sick')) socket.write(ok('ok'))
      },
    },
    shadow: {
      onRequest: (request, socket) => {
        if (request.startLine.includes('/sick')) socket.destroy()
        else socket.write('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n')
      },
    },
    shadowSettings: { timeoutMs: 300, breaker: { consecutiveFailures: 1, openForMs: 20 } },
  })
  const leaver = client().request('GET /old HTTP/1.1', 'Host: a', 'x-request-id: old')
  await until(() => shadow.requests.length === 1)
  leaver.destroy()
  await client().request('GET /sick HTTP/1.1', 'Host: a').answer()
  await until(() => proxy.breaker().default === 'half-open')
  client().request('GET /trial HTTP/1.1', 'Host: a')
  await until(() => shadow.requests.length === 3)
  expect((await queue.exchange('old')).shadow).toMatchObject({
    body: { incomplete: 'client-aborted' },
  })
  await client().request('GET /sick HTTP/1.1', 'Host: a').answer()
  await until(() => proxy.counters().pending === 0)
  expect(proxy.counters()).toMatchObject({ mirrored: 3, unmirrored: { 'breaker-open': 1 } })
  expect(shadow.requests.length).toBe(3)
})
