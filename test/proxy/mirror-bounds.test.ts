import { expect, test } from 'vitest'
import type { Observation } from '../../src/core/exchange.ts'
import { addsUp, ok, startFixture } from '../support/proxy-fixture.ts'
import { rawHeader } from '../support/raw-message.ts'
import { settled } from '../support/settled.ts'
import { until } from '../support/until.ts'

test('the copy is primary’s request with the shadow’s Host and our mark', async () => {
  const { client, primary, shadow, queue } = await startFixture({ primary: ok('ok') })
  await client()
    .send(
      'PUT //x/../y?z HTTP/1.1\r\nX-A: 1\r\nHOST: shop.example:80\r\ntraceparent: 00-a-b-01\r\n' +
        'X-Shadow: spoof\r\nCookie: a=1\r\nContent-Length: 4\r\n\r\nbody',
    )
    .answer()
  await queue.exchange()
  const [original, copy] = [primary.requests[0], shadow.requests[0]]
  expect(copy?.startLine).toBe('PUT //x/../y?z HTTP/1.1')
  expect(copy?.body.toString()).toBe('body')
  expect(rawHeader(copy ?? { headers: [] }, 'host')).toBe('shop.example-shadow:80')
  const expected = [...(original?.headers ?? [])]
  expected[expected.indexOf('shop.example:80')] = 'shop.example-shadow:80'
  expected.splice(expected.indexOf('X-Shadow'), 2)
  const lines = (headers: readonly string[]) => {
    const all = []
    for (let i = 0; i < headers.length; i += 2)
      all.push(`${headers[i] ?? ''}: ${headers[i + 1] ?? ''}`)
    return all.sort()
  }
  expect(lines(copy?.headers ?? [])).toEqual(lines([...expected, 'x-shadow', 'shadow']))
})

test.each([
  ['preserve', { kind: 'preserve' }, () => 'a:80'],
  ['literal', { kind: 'literal', host: 'v2.example' }, () => 'v2.example'],
  ['upstream', { kind: 'upstream' }, (port: number) => `127.0.0.1:${port}`],
] as const)('the shadow’s Host can be %s', async (_name, host, expected) => {
  const { client, shadow, queue } = await startFixture({
    primary: ok('ok'),
    shadowSettings: { host },
  })
  await client().request('GET / HTTP/1.1', 'Host: a:80').answer()
  await queue.exchange()
  expect(rawHeader(shadow.requests[0] ?? { headers: [] }, 'host')).toBe(expected(shadow.port))
})

test('a chunked request with trailers is copied in chunks, with its trailers', async () => {
  const { client, shadow, queue } = await startFixture({ primary: ok('ok') })
  await client()
    .send(
      'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\nT: 1\r\n\r\n',
    )
    .answer()
  await queue.exchange()
  expect(shadow.requests[0]).toMatchObject({ framing: 'chunked', trailers: ['T', '1'] })
  expect(shadow.requests[0]?.body.toString()).toBe('abcde')
})

test('the copy leaves only when the request is complete', async () => {
  const { client, primary, shadow, queue, proxy } = await startFixture({ primary: ok('ok') })
  const one = client().send('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 8\r\n\r\npart')
  await until(() => primary.sockets.size === 1)
  expect(shadow.sockets.size).toBe(0)
  expect(proxy.counters()).toMatchObject({ seen: 1, pending: 1 })
  one.send('rest')
  await queue.exchange()
  expect(shadow.requests[0]?.body.toString()).toBe('partrest')
})

test.each([
  ['announced', 'Content-Length: 11', 'hello world'],
  ['found out', 'Transfer-Encoding: chunked', '5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n'],
])(
  'a body that is %s to be too large goes to primary and not to the shadow',
  async (_how, framing, body) => {
    const { client, primary, shadow, queue, proxy } = await startFixture({
      primary: ok('ok'),
      shadowSettings: { maxRequestBodyBytes: 10 },
      settings: { record: { maxBodyBytes: 10 } },
    })
    const one = client().send(
      `POST / HTTP/1.1\r\nHost: a\r\nx-request-id: i\r\n${framing}\r\n\r\n${body}`,
    )
    expect((await one.answer()).body.toString()).toBe('ok')
    expect(primary.requests[0]?.body.toString()).toBe('hello world')
    const exchange = await queue.exchange('i')
    expect(exchange.unmirrored).toBe('too-large')
    expect(exchange.request.body.bytes.length).toBe(0)
    expect(exchange.primary).toMatchObject({ kind: 'response', status: 200, body: { length: 2 } })
    expect(shadow.requests.length).toBe(0)
    expect(proxy.counters()).toMatchObject({ seen: 1, pending: 0, unmirrored: { 'too-large': 1 } })
  },
)

test('methods that are not mirrored, and requests that are not sampled, are counted only', async () => {
  const { client, shadow, proxy, queue } = await startFixture({
    primary: ok('ok'),
    shadowSettings: { methods: 'safe', percent: 0 },
  })
  const one = client()
  await one.request('DELETE / HTTP/1.1', 'Host: a').answer()
  await one.request('GET / HTTP/1.1', 'Host: a').answer()
  expect(proxy.counters().unmirrored).toEqual({ method: 1, 'not-sampled': 1 })
  expect(queue.exchanges.length + shadow.requests.length).toBe(0)
})

test('a list of methods mirrors those', async () => {
  const { client, shadow, queue, proxy } = await startFixture({
    primary: ok('ok'),
    shadowSettings: { methods: ['PUT'] },
  })
  const one = client()
  await one.request('GET / HTTP/1.1', 'Host: a').answer()
  await one.request('PUT / HTTP/1.1', 'Host: a').answer()
  await queue.exchange()
  expect(shadow.requests.length).toBe(1)
  expect(proxy.counters().unmirrored).toEqual({ method: 1 })
})

test('a route without a shadow forwards, and counts only', async () => {
  const { client, proxy, queue } = await startFixture({ primary: ok('ok'), noShadow: true })
  expect((await client().request('GET / HTTP/1.1', 'Host: a').answer()).body.toString()).toBe('ok')
  expect(proxy.counters().unmirrored).toEqual({ 'no-shadow': 1 })
  expect(proxy.breaker()).toEqual({})
  expect(queue.exchanges.length).toBe(0)
})

test('copies beyond those in flight wait, and those beyond the backlog are given up and counted', async () => {
  let answering = false
  const { client, shadow, proxy, queue } = await startFixture({
    primary: ok('ok'),
    shadow: {
      onRequest: (_request, socket) => {
        if (answering) socket.write(ok('late'))
      },
    },
    shadowSettings: { maxInFlight: 2, maxBacklog: 3 },
  })
  const one = client()
  for (let i = 1; i <= 8; i++) {
    await one.request('GET / HTTP/1.1', 'Host: a', `x-request-id: i${i}`).answer()
  }
  await until(() => shadow.requests.length === 2)
  expect(proxy.counters()).toMatchObject({
    seen: 8,
    mirrored: 2,
    pending: 3,
    unmirrored: { backlog: 3 },
  })
  expect((await queue.exchange('i8')).unmirrored).toBe('backlog')
  answering = true
  for (const socket of shadow.sockets) socket.write(ok('late'))
  await until(() => proxy.counters().match === 5)
  expect(proxy.counters()).toMatchObject({ mirrored: 5, match: 5, pending: 0 })
  expect(shadow.opened()).toBe(2)
  expect((await queue.exchange('i5')).shadowWaitMs).toBeGreaterThan(0)
})

test('a copy that waits too long for its turn is given up', async () => {
  const { client, proxy } = await startFixture({
    primary: ok('ok'),
    shadow: 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n',
    primarySettings: {},
    shadowSettings: { maxInFlight: 1, timeoutMs: 150, idleMs: 10_000 },
  })
  const one = client()
  await one.request('GET / HTTP/1.1', 'Host: a').answer()
  await one.request('GET / HTTP/1.1', 'Host: a').answer()
  await until(() => proxy.counters().pending === 0)
  expect(addsUp(proxy.counters())).toBe(true)
})

test('a shadow that fails again and again is left alone, and tried again after a while', async () => {
  let sick = true
  const { client, proxy, shadow, queue } = await startFixture({
    primary: ok('ok'),
    shadow: {
      onRequest: (_request, socket) => {
        if (sick) socket.destroy()
        else socket.write(ok('well'))
      },
    },
    shadowSettings: { breaker: { consecutiveFailures: 3, openForMs: 300 } },
  })
  const one = client()
  for (let i = 1; i <= 3; i++) {
    await one.request('GET / HTTP/1.1', 'Host: a').answer()
    await until(() => proxy.counters().match === i)
  }
  expect(proxy.breaker()).toEqual({ default: 'open' })
  await one.request('GET / HTTP/1.1', 'Host: a', 'x-request-id: skipped').answer()
  expect((await queue.exchange('skipped')).unmirrored).toBe('breaker-open')
  expect(shadow.requests.length).toBe(3)
  sick = false
  await until(() => proxy.breaker().default === 'half-open')
  await one.request('GET / HTTP/1.1', 'Host: a').answer()
  await until(() => proxy.breaker().default === 'closed')
  expect(proxy.counters()).toMatchObject({ mirrored: 4, unmirrored: { 'breaker-open': 1 } })
})

test('a 500 of the shadow is an answer and does not open the breaker', async () => {
  const { client, proxy } = await startFixture({
    primary: ok('ok'),
    shadow: 'HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n',
    shadowSettings: { breaker: { consecutiveFailures: 1, openForMs: 1000 } },
  })
  const one = client()
  for (let i = 1; i <= 3; i++) {
    await one.request('GET / HTTP/1.1', 'Host: a').answer()
    await until(() => proxy.counters().match === i)
  }
  expect(proxy.breaker()).toEqual({ default: 'closed' })
})

test('bodies beyond what is recorded are kept as prefix, length and hash of the whole', async () => {
  const { client, queue } = await startFixture({
    primary: ok('0123456789ABCDEF'),
    shadow: ok('0123456789abcdef'),
    settings: { record: { maxBodyBytes: 8 } },
  })
  await client().send('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabcdefghij').answer()
  const { request, primary, shadow } = await queue.exchange()
  expect(request.body).toEqual({
    bytes: Buffer.from('abcdefgh'),
    length: 10,
    sha256: '72399361da6a7754fec986dca5b7cbaf1c810a28ded4abaf56b2106d06cb78b0',
  })
  if (primary?.kind !== 'response' || shadow?.kind !== 'response') throw new Error('no response')
  expect(primary.body).toEqual({
    bytes: Buffer.from('01234567'),
    length: 16,
    sha256: '2125b2c332b1113aae9bfc5e9f7e3b4c91d828cb942c2df1eeb02502eccae9e9',
  })
  expect(shadow.body.bytes.toString()).toBe('01234567')
  expect(shadow.body.length).toBe(16)
})

test('of equal answers the bytes are held once, of others each its own', async () => {
  const { client, queue } = await startFixture({
    primary: ok('same'),
    shadow: {
      onRequest: ({ startLine }, socket) =>
        socket.write(ok(startLine.startsWith('GET /same') ? 'same' : 'else')),
    },
  })
  const bytesOf = (answer: Observation | undefined) =>
    answer?.kind === 'response' ? answer.body.bytes : undefined
  await client().request('GET /same HTTP/1.1', 'Host: a', 'X-Request-Id: same').answer()
  const same = await queue.exchange('same')
  expect(bytesOf(same.shadow)).toBe(bytesOf(same.primary))
  await client().request('GET /else HTTP/1.1', 'Host: a', 'X-Request-Id: else').answer()
  const other = await queue.exchange('else')
  expect(bytesOf(other.shadow)).toEqual(Buffer.from('else'))
  expect(bytesOf(other.primary)).toEqual(Buffer.from('same'))
})

test('a shadow may answer sixteen times as much as primary, and no more', async () => {
  const long = 'x'.repeat(20_000)
  const { client, queue, shadow } = await startFixture({
    primary: ok(long),
    shadow: {
      onRequest: (request, socket) => {
        const times = request.startLine.includes('/more') ? 17 : 16
        socket.write(ok(long.repeat(times)))
      },
    },
    settings: { record: { maxBodyBytes: 1000 } },
  })
  const one = client()
  await one.request('GET /enough HTTP/1.1', 'Host: a', 'x-request-id: enough').answer()
  const enough = await queue.exchange('enough')
  expect(enough.shadow).toMatchObject({ body: { length: 320_000 } })
  expect(enough.shadow).not.toMatchObject({ body: { incomplete: 'too-long' } })
  await one.request('GET /more HTTP/1.1', 'Host: a', 'x-request-id: more').answer()
  expect((await queue.exchange('more')).shadow).toMatchObject({ body: { incomplete: 'too-long' } })
  await until(() => shadow.sockets.size <= 1)
})

test('a shadow that is faster than a long answer of primary waits for it and is not cut', async () => {
  const piece = 'x'.repeat(200_000)
  const { client, primary, shadow, queue } = await startFixture({
    primary: `HTTP/1.1 200 OK\r\nContent-Length: 400000\r\n\r\n`,
    shadow: ok(piece + piece),
    settings: { record: { maxBodyBytes: 1000 } },
  })
  const one = client().request('GET / HTTP/1.1', 'Host: a')
  await until(() => primary.requests.length === 1)
  await until(() => one.text.includes('\r\n\r\n'))
  await until(() => shadow.requests.length === 1)
  await settled(() => [...shadow.sockets].reduce((sum, socket) => sum + socket.writableLength, 0))
  for (const socket of primary.sockets) socket.write(piece + piece)
  await one.answer()
  const exchange = await queue.exchange()
  expect(exchange.shadow).toMatchObject({ kind: 'response', body: { length: 400_000 } })
})

test('bodies of all requests together are bounded: what does not fit is not mirrored', async () => {
  const { client, queue, proxy } = await startFixture({
    primary: ok('ok'),
    options: { maxHeldBytes: 1000 },
  })
  const one = client().send(
    `POST / HTTP/1.1\r\nHost: a\r\nx-request-id: i\r\nContent-Length: 2000\r\n\r\n${'x'.repeat(2000)}`,
  )
  expect((await one.answer()).body.toString()).toBe('ok')
  expect((await queue.exchange('i')).unmirrored).toBe('backlog')
  expect(proxy.counters().unmirrored).toEqual({ backlog: 1 })
  await one.request('GET / HTTP/1.1', 'Host: a', 'x-request-id: j').answer()
  expect((await queue.exchange('j')).shadow?.kind).toBe('response')
})

test.each([
  ['for a place', {}],
  ['for their turn', { order: { kind: 'header', name: 'x-user' } }],
] as const)('heads of copies that wait %s are bounded as bodies are', async (_what, order) => {
  let answering = false
  const { client, proxy, shadow, queue } = await startFixture({
    primary: ok('ok'),
    shadow: {
      onRequest: (_request, socket) => {
        if (answering) socket.write(ok('late'))
      },
    },
    shadowSettings: { maxInFlight: 1, maxBacklog: 60_000, ...order },
    options: { maxHeldBytes: 200_000 },
  })
  const one = client()
  const long = `X: ${'y'.repeat(40_000)}`
  const fill = async () => {
    for (let i = 1; i <= 10; i++) {
      await one.request('GET / HTTP/1.1', 'Host: a', 'X-User: u', long).answer()
    }
  }
  await fill()
  expect(proxy.counters()).toMatchObject({ mirrored: 1, pending: 4, unmirrored: { backlog: 5 } })
  expect(queue.exchanges.filter(({ unmirrored }) => unmirrored === 'backlog').length).toBe(5)
  answering = true
  for (const socket of shadow.sockets) socket.write(ok('late'))
  await until(() => proxy.counters().match === 5)
  // What they held is free again.
  answering = false
  await fill()
  expect(proxy.counters()).toMatchObject({ mirrored: 6, pending: 4, unmirrored: { backlog: 10 } })
  expect(addsUp(proxy.counters())).toBe(true)
})

test('without a backlog only what finds a place is mirrored', async () => {
  const { client, proxy, shadow } = await startFixture({
    primary: ok('ok'),
    shadow: { onRequest: () => undefined },
    shadowSettings: { maxInFlight: 2, maxBacklog: 0 },
  })
  const one = client()
  for (let i = 1; i <= 5; i++) await one.request('GET / HTTP/1.1', 'Host: a').answer()
  await until(() => shadow.requests.length === 2)
  expect(proxy.counters()).toMatchObject({ mirrored: 2, pending: 0, unmirrored: { backlog: 3 } })
})
