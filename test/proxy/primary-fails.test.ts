import { expect, test } from 'vitest'
import { addsUp, ok, startFixture } from '../support/proxy-fixture.ts'
import { rawHeader } from '../support/raw-message.ts'
import { closedPort } from '../support/raw-upstream.ts'
import { until } from '../support/until.ts'

const GARBAGE = [
  ['garbage', 'this is no HTTP\r\n\r\n'],
  ['an end without an answer', ''],
  ['half a head', 'HTTP/1.1 200 OK\r\nConten'],
  [
    'a length and chunks',
    'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n',
  ],
  ['two lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nok'],
  ['a length that is no number', 'HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\nok'],
  ['a space before a colon', 'HTTP/1.1 200 OK\r\nX : a\r\nContent-Length: 2\r\n\r\nok'],
  ['a folded line', 'HTTP/1.1 200 OK\r\nX: a\r\n b\r\nContent-Length: 2\r\n\r\nok'],
  ['a NUL in a header', 'HTTP/1.1 200 OK\r\nX: a\0b\r\nContent-Length: 2\r\n\r\nok'],
  [
    'a control character in a header',
    'HTTP/1.1 200 OK\r\nX: a\x01b\r\nContent-Length: 2\r\n\r\nok',
  ],
  ['a control character in the reason', 'HTTP/1.1 200 O\x01K\r\nContent-Length: 2\r\n\r\nok'],
  ['a bad status', 'HTTP/1.1 2000 OK\r\nContent-Length: 2\r\n\r\nok'],
  [
    'a transfer coding that nobody asked for',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n',
  ],
  [
    'chunks and a length',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n2\r\nok\r\n0\r\n\r\n',
  ],
  [
    'chunked before gzip',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked, gzip\r\n\r\n2\r\nok\r\n0\r\n\r\n',
  ],
  [
    'a coding in two lines',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n',
  ],
  ['a coding without chunks', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\nok'],
  ['the same length twice in a line', 'HTTP/1.1 200 OK\r\nContent-Length: 2, 2\r\n\r\nok'],
  ['a negative length', 'HTTP/1.1 200 OK\r\nContent-Length: -2\r\n\r\nok'],
  ['a bare LF as line end', 'HTTP/1.1 200 OK\nContent-Length: 2\n\nok'],
  ['a bare CR in a header', 'HTTP/1.1 200 OK\r\nX: a\rb\r\nContent-Length: 2\r\n\r\nok'],
  ['an endless head', `HTTP/1.1 200 OK\r\nX: ${'y'.repeat(400_000)}`],
] as const

test.each(GARBAGE)('primary answering with %s gives the client a 502', async (_what, bytes) => {
  const { client, proxy, queue } = await startFixture({
    primary: { onRequest: (_request, socket) => socket.end(bytes, 'latin1') },
  })
  const answer = await client().request('GET / HTTP/1.1', 'Host: a', 'x-request-id: i').answer()
  expect(answer.startLine).toBe('HTTP/1.1 502 Bad Gateway')
  expect(answer.body.toString()).toBe(
    'The upstream could not be reached or gave no valid answer.\n',
  )
  expect(rawHeader(answer, 'x-request-id')).toBe('i')
  const exchange = await queue.exchange('i')
  expect(exchange.primary?.kind).toBe('failure')
  expect(exchange.shadow?.kind).toBe('response')
  expect(addsUp(proxy.counters())).toBe(true)
})

test('a dead primary gives the client a 502 and the connection lives on', async () => {
  const port = await closedPort()
  const { client, queue } = await startFixture({
    primary: ok('unused'),
    primarySettings: { url: `http://127.0.0.1:${port}` },
  })
  const one = client()
  for (let i = 0; i < 2; i++) {
    const answer = await one.request('GET / HTTP/1.1', 'Host: a').answer()
    expect(answer.startLine).toBe('HTTP/1.1 502 Bad Gateway')
  }
  const { primary } = await queue.exchange()
  expect(primary).toMatchObject({ kind: 'failure', reason: 'refused' })
})

test('a primary whose name is unknown gives the client a 502', async () => {
  const { client, queue } = await startFixture({
    primary: ok('unused'),
    primarySettings: { url: 'http://no-such-host.invalid' },
  })
  const answer = await client().request('GET / HTTP/1.1', 'Host: a').answer()
  expect(answer.startLine).toBe('HTTP/1.1 502 Bad Gateway')
  const { primary } = await queue.exchange()
  expect(primary).toMatchObject({ kind: 'failure', reason: 'unreachable' })
})

test('a primary that does not answer in time gives the client a 504 and is given up', async () => {
  const { client, queue, primary } = await startFixture({
    primary: { onRequest: () => undefined },
    primarySettings: { timeoutMs: 80 },
  })
  const answer = await client().request('GET / HTTP/1.1', 'Host: a').answer()
  expect(answer.startLine).toBe('HTTP/1.1 504 Gateway Timeout')
  expect(answer.body.toString()).toBe('The upstream did not answer in time.\n')
  await until(() => primary.sockets.size === 0)
  const exchange = await queue.exchange()
  expect(exchange.primary).toMatchObject({ kind: 'failure', reason: 'timeout' })
})

test('informational answers do not extend the time that primary has', async () => {
  const { client } = await startFixture({
    primary: 'HTTP/1.1 103 Early Hints\r\n\r\n',
    primarySettings: { timeoutMs: 80 },
  })
  const one = client().request('GET / HTTP/1.1', 'Host: a')
  expect((await one.answer()).startLine).toMatch(/ 103 /)
  expect((await one.answer()).startLine).toBe('HTTP/1.1 504 Gateway Timeout')
})

test('a TLS primary that speaks no TLS gives the client a 502', async () => {
  const { client, queue, primary } = await startFixture({ primary: { raw: true } })
  const { client: viaTls } = await startFixture({
    primary: ok('unused'),
    primarySettings: { url: `https://127.0.0.1:${primary.port}`, timeoutMs: 2000 },
  })
  const answering = viaTls().request('GET / HTTP/1.1', 'Host: a').answer()
  await until(() => primary.sockets.size > 0)
  for (const socket of primary.sockets) socket.end('HTTP/1.1 400 Bad\r\n\r\n')
  expect((await answering).startLine).toBe('HTTP/1.1 502 Bad Gateway')
  expect(client).toBeDefined()
  expect(queue.exchanges.length).toBe(0)
})

test('a GET on a kept connection that primary had closed is sent once more', async () => {
  const { client, primary } = await startFixture({
    primary: {
      onRequest: (_request, socket, count) => {
        if (count === 2) socket.destroy()
        else socket.write(ok(`answer ${count}`))
      },
    },
  })
  const one = client()
  await one.request('GET / HTTP/1.1', 'Host: a').answer()
  const answer = await one.request('GET / HTTP/1.1', 'Host: a').answer()
  expect(answer.body.toString()).toBe('answer 3')
  expect(primary.opened()).toBe(2)
})

test('a POST on a kept connection that primary closed is not sent again', async () => {
  const { client, primary } = await startFixture({
    primary: {
      onRequest: (_request, socket, count) => {
        if (count === 2) socket.destroy()
        else socket.write(ok(`answer ${count}`))
      },
    },
  })
  const one = client()
  await one.request('GET / HTTP/1.1', 'Host: a').answer()
  const answer = await one.send('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx').answer()
  expect(answer.startLine).toBe('HTTP/1.1 502 Bad Gateway')
  expect(primary.requests.length).toBe(2)
})

test('primary failing in the middle of an upload gives the client a 502', async () => {
  const { client, primary } = await startFixture({
    primary: { onHead: (_head, socket) => socket.destroy() },
  })
  const one = client().send('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\npart')
  expect((await one.answer()).startLine).toBe('HTTP/1.1 502 Bad Gateway')
  await until(() => primary.sockets.size === 0)
})

test('an answer that comes before the upload is complete reaches the client at once', async () => {
  const { client, proxy, shadow } = await startFixture({
    primary: {
      onHead: (_head, socket) =>
        socket.write('HTTP/1.1 413 Too Much\r\nContent-Length: 2\r\n\r\nno'),
    },
  })
  const one = client().send('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 8\r\n\r\npart')
  expect((await one.answer()).startLine).toBe('HTTP/1.1 413 Too Much')
  one.send('rest')
  await until(() => proxy.counters().match === 1)
  expect(shadow.requests[0]?.body.toString()).toBe('partrest')
})
