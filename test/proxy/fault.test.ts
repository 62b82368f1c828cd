import { expect, test } from 'vitest'
import { createComparer } from '../../src/core/compare.ts'
import { isSampled } from '../../src/proxy/sample.ts'
import { addsUp, ok, startFixture } from '../support/proxy-fixture.ts'
import { rawHeader } from '../support/raw-message.ts'
import { until } from '../support/until.ts'

const HOUR = 3_600_000

test('an aborted copy is not sent, and its answer says whose it is', async () => {
  const { client, shadow, queue, proxy } = await startFixture({
    primary: ok('v1'),
    shadowSettings: { fault: { abort: { percent: 100, status: 503 } } },
  })
  const answer = await client().request('GET / HTTP/1.1', 'Host: a').answer()
  expect(answer.body.toString()).toBe('v1')
  const exchange = await queue.exchange()
  expect(exchange.shadow).toMatchObject({
    kind: 'response',
    status: 503,
    headers: ['x-shadowdiff-fault', 'abort'],
    body: { length: 0 },
    sentHeaders: [],
  })
  expect(shadow.opened()).toBe(0)
  const { judgement } = createComparer().judge(exchange)
  expect(judgement.differences.map(({ location }) => location)).toContain('status')
  expect(addsUp(proxy.counters())).toBe(true)
})

test('which copies are aborted follows from their ids', async () => {
  const { client, shadow, queue } = await startFixture({
    primary: ok('v1'),
    shadowSettings: { fault: { abort: { percent: 40, status: 500 } } },
  })
  const ids = Array.from({ length: 50 }, (_, i) => `id-${i}`)
  const one = client()
  for (const id of ids) {
    await one.request('GET / HTTP/1.1', 'Host: a', `x-request-id: ${id}`).answer()
  }
  await until(() => queue.exchanges.length === ids.length)
  expect(shadow.requests.map((request) => rawHeader(request, 'x-request-id'))).toEqual(
    ids.filter((id) => !isSampled(id, 40, 'abort')),
  )
})

test('aborted copies say nothing to the breaker', async () => {
  const { client, queue, proxy } = await startFixture({
    primary: ok('v1'),
    shadowSettings: {
      breaker: { consecutiveFailures: 1, openForMs: HOUR },
      fault: { abort: { percent: 100, status: 500 } },
    },
  })
  const one = client()
  for (let i = 0; i < 5; i++) await one.request('GET / HTTP/1.1', 'Host: a').answer()
  await until(() => queue.exchanges.length === 5)
  expect(proxy.breaker()).toEqual({ default: 'closed' })
})

test('a delayed copy is sent later and says so; the client does not wait', async () => {
  const { client, shadow, queue } = await startFixture({
    primary: ok('v1'),
    shadowSettings: { fault: { delay: { percent: 100, forMs: 150 } } },
  })
  const answer = await client().request('GET / HTTP/1.1', 'Host: a').answer()
  expect(answer.body.toString()).toBe('v1')
  expect(shadow.requests).toHaveLength(0)
  const exchange = await queue.exchange()
  expect(rawHeader(shadow.requests[0] ?? { headers: [] }, 'x-shadowdiff-fault')).toBe('delay')
  expect(exchange.shadow).toMatchObject({ kind: 'response', status: 200 })
  expect(exchange.shadow?.sentHeaders.slice(-2)).toEqual(['x-shadowdiff-fault', 'delay'])
  expect(exchange.shadow?.durationMs).toBeGreaterThanOrEqual(149)
})

test('a copy may be delayed and then aborted', async () => {
  const { client, shadow, queue } = await startFixture({
    primary: ok('v1'),
    shadowSettings: {
      fault: { delay: { percent: 100, forMs: 50 }, abort: { percent: 100, status: 418 } },
    },
  })
  await client().request('GET / HTTP/1.1', 'Host: a').answer()
  const exchange = await queue.exchange()
  expect(exchange.shadow).toMatchObject({ kind: 'response', status: 418 })
  expect(exchange.shadow?.durationMs).toBeGreaterThanOrEqual(49)
  expect(shadow.opened()).toBe(0)
})

test('delayed copies take up places, so that they are bounded', async () => {
  const { client, shadow, proxy } = await startFixture({
    primary: ok('v1'),
    shadowSettings: {
      maxInFlight: 2,
      maxBacklog: 1,
      fault: { delay: { percent: 100, forMs: HOUR } },
    },
  })
  const one = client()
  for (let i = 0; i < 6; i++) {
    expect((await one.request('GET / HTTP/1.1', 'Host: a').answer()).body.toString()).toBe('v1')
    await until(() => {
      const { mirrored, pending, unmirrored } = proxy.counters()
      return (
        mirrored === Math.min(2, i + 1) && pending + (unmirrored.backlog ?? 0) === i + 1 - mirrored
      )
    })
  }
  const counters = proxy.counters()
  expect(counters).toMatchObject({ seen: 6, mirrored: 2, pending: 1, unmirrored: { backlog: 3 } })
  expect(addsUp(counters)).toBe(true)
  expect(shadow.opened()).toBe(0)
  await proxy.close(0)
  expect(proxy.counters()).toMatchObject({ pending: 0, lost: { shutdown: 3 } })
})

test('a delay beyond the shadow’s timeout is a timeout', async () => {
  const { client, queue } = await startFixture({
    primary: ok('v1'),
    shadowSettings: { timeoutMs: 100, fault: { delay: { percent: 100, forMs: HOUR } } },
  })
  await client().request('GET / HTTP/1.1', 'Host: a').answer()
  expect((await queue.exchange()).shadow).toMatchObject({ kind: 'failure', reason: 'timeout' })
})
