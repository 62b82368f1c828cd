import type { Socket } from 'node:net'
import { expect, test } from 'vitest'
import { ok, startFixture } from '../support/proxy-fixture.ts'
import { closedPort, type UpstreamScript } from '../support/raw-upstream.ts'
import { settled } from '../support/settled.ts'
import { until } from '../support/until.ts'

const retries = (attempts: number, perTryTimeoutMs = 5000) => ({
  primarySettings: { retries: { attempts, perTryTimeoutMs } },
})

/** Gives its nth answer to the nth request; `hang` gives none, `drop` closes. */
const answers = (...list: string[]): UpstreamScript => ({
  onRequest: (_request, socket, count) => {
    const answer = list[count - 1] ?? ok('more than expected')
    if (answer === 'drop') socket.destroy()
    else if (answer !== 'hang') socket.write(answer)
  },
})

test('without retries a failure is a failure', async () => {
  const { client, primary } = await startFixture({ primary: answers('drop', ok('second')) })
  const answer = await client().request('GET / HTTP/1.1', 'Host: a').answer()
  expect(answer.startLine).toBe('HTTP/1.1 502 Bad Gateway')
  expect(primary.requests.length).toBe(1)
})

test('an idempotent request is tried again, as often as allowed, and mirrored once', async () => {
  const { client, primary, shadow, proxy } = await startFixture({
    primary: answers('drop', 'drop', ok('third')),
    ...retries(2),
  })
  const answer = await client().request('GET /x HTTP/1.1', 'Host: a', 'x-request-id: i').answer()
  expect(answer.body.toString()).toBe('third')
  expect(new Set(primary.requests.map((request) => request.headers.join('|'))).size).toBe(1)
  await until(() => proxy.counters().match === 1)
  expect(shadow.requests.length).toBe(1)
})

test('when all tries failed the client gets a 502', async () => {
  const { client, primary } = await startFixture({
    primary: answers('drop', 'drop', 'drop', ok('fourth')),
    ...retries(2),
  })
  const answer = await client().request('GET / HTTP/1.1', 'Host: a').answer()
  expect(answer.startLine).toBe('HTTP/1.1 502 Bad Gateway')
  expect(primary.requests.length).toBe(3)
})

test('each try has its own time', async () => {
  const { client, primary } = await startFixture({
    primary: answers('hang', ok('second')),
    ...retries(1, 80),
  })
  const answer = await client().request('GET / HTTP/1.1', 'Host: a').answer()
  expect(answer.body.toString()).toBe('second')
  expect(primary.requests.length).toBe(2)
})

test('all tries together have no more than primary’s time', async () => {
  const { client, primary } = await startFixture({
    primary: { onRequest: () => undefined },
    primarySettings: { timeoutMs: 300, retries: { attempts: 1000, perTryTimeoutMs: 100 } },
  })
  const answer = await client().request('GET / HTTP/1.1', 'Host: a').answer()
  expect(answer.startLine).toBe('HTTP/1.1 504 Gateway Timeout')
  expect(primary.requests.length).toBeLessThan(6)
})

test('a status is an answer, never a reason to try again', async () => {
  const { client, primary } = await startFixture({
    primary: answers('HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n', ok('second')),
    ...retries(3),
  })
  const answer = await client().request('GET / HTTP/1.1', 'Host: a').answer()
  expect(answer.startLine).toBe('HTTP/1.1 503 Busy')
  expect(primary.requests.length).toBe(1)
})

test('after the first byte of an answer nothing is tried again', async () => {
  const { client, primary } = await startFixture({
    primary: {
      onRequest: (_request, socket) => {
        socket.write('HTTP/1.1 103 Early Hints\r\n\r\n')
        setImmediate(() => socket.destroy())
      },
    },
    ...retries(3),
  })
  const one = client().request('GET / HTTP/1.1', 'Host: a')
  await one.answer()
  expect((await one.answer()).startLine).toBe('HTTP/1.1 502 Bad Gateway')
  expect(primary.requests.length).toBe(1)
})

test('a POST is never tried again', async () => {
  const { client, primary } = await startFixture({
    primary: answers('drop', ok('second')),
    ...retries(3),
  })
  const answer = await client().request('POST / HTTP/1.1', 'Host: a', 'Content-Length: 0').answer()
  expect(answer.startLine).toBe('HTTP/1.1 502 Bad Gateway')
  expect(primary.requests.length).toBe(1)
})

test('a PUT whose body is still held is tried again with its body and trailers', async () => {
  const { client, primary } = await startFixture({
    primary: answers('drop', ok('second')),
    ...retries(1),
  })
  const one = client().send(
    'PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n0\r\nT: 1\r\n\r\n',
  )
  expect((await one.answer()).body.toString()).toBe('second')
  expect(primary.requests.map((request) => request.body.toString())).toEqual(['body', 'body'])
  expect(primary.requests.map((request) => request.trailers)).toEqual([
    ['T', '1'],
    ['T', '1'],
  ])
})

test('a PUT whose body is not held is not tried again', async () => {
  const { client, primary } = await startFixture({
    primary: answers('drop', ok('second')),
    noShadow: true,
    ...retries(1),
  })
  const one = client().send('PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbody')
  expect((await one.answer()).startLine).toBe('HTTP/1.1 502 Bad Gateway')
  expect(primary.requests.length).toBe(1)
})

test('a refused connection is tried again, and a copy is never', async () => {
  const port = await closedPort()
  const { client, queue, shadow } = await startFixture({
    primary: ok('unused'),
    shadow: { onRequest: (_request, socket) => socket.destroy() },
    primarySettings: {
      url: `http://127.0.0.1:${port}`,
      retries: { attempts: 2, perTryTimeoutMs: 1000 },
    },
  })
  const answer = await client().request('GET / HTTP/1.1', 'Host: a').answer()
  expect(answer.startLine).toBe('HTTP/1.1 502 Bad Gateway')
  await queue.exchange()
  expect(shadow.requests.length).toBe(1)
})

test.each([
  ['closes', (socket: Socket) => socket.end()],
  ['resets', (socket: Socket) => socket.resetAndDestroy()],
  ['falls silent', () => undefined],
] as const)(
  'a primary that %s within the first line of its answer is not tried again',
  async (_how, leave) => {
    const { client, primary } = await startFixture({
      primary: {
        onRequest: (_request, socket) => {
          socket.write('HTTP/1.1 20', () => setImmediate(leave, socket))
        },
      },
      ...retries(3, 300),
    })
    const answer = await client().request('GET / HTTP/1.1', 'Host: a').answer()
    expect(answer.startLine).toMatch(/^HTTP\/1\.1 50[24] /)
    expect(primary.requests.length).toBe(1)
  },
)

test('a PUT that was too large to be held is not tried again', async () => {
  const { client, primary } = await startFixture({
    primary: answers('drop', ok('second')),
    shadowSettings: { maxRequestBodyBytes: 3 },
    ...retries(1),
  })
  const one = client().send('PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbody')
  expect((await one.answer()).startLine).toBe('HTTP/1.1 502 Bad Gateway')
  expect(primary.requests.length).toBe(1)
})

test('a client that left is not tried for again', async () => {
  const { client, primary, proxy } = await startFixture({
    primary: { onRequest: () => undefined },
    ...retries(3),
  })
  const one = client().request('GET / HTTP/1.1', 'Host: a')
  await until(() => primary.requests.length === 1)
  one.socket.resetAndDestroy()
  await until(() => proxy.counters().match === 1)
  expect(await settled(() => primary.requests.length)).toBe(1)
})
