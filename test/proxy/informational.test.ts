import { expect, test } from 'vitest'
import { ok, startFixture } from '../support/proxy-fixture.ts'
import { rawHeader } from '../support/raw-message.ts'
import { until } from '../support/until.ts'

test('a client that expects 100 gets primary’s 100, and only then sends its body', async () => {
  const { client, primary, shadow, queue } = await startFixture({
    primary: {
      onHead: (_head, socket) => socket.write('HTTP/1.1 100 Continue\r\n\r\n'),
      onRequest: (_request, socket) => socket.write(ok('done')),
    },
  })
  const one = client().request(
    'POST / HTTP/1.1',
    'Host: a',
    'Expect: 100-continue',
    'Content-Length: 4',
  )
  expect((await one.answer()).startLine).toBe('HTTP/1.1 100 Continue')
  expect(primary.requests.length).toBe(0)
  expect((await one.send('body').answer()).body.toString()).toBe('done')
  expect(rawHeader(primary.requests[0] ?? { headers: [] }, 'expect')).toBe('100-continue')
  expect((await one.request('GET / HTTP/1.1', 'Host: a').answer()).startLine).toMatch(/ 100 /)
  expect((await one.answer()).body.toString()).toBe('done')
  await queue.exchange()
  expect(rawHeader(shadow.requests[0] ?? { headers: [] }, 'expect')).toBeUndefined()
  expect(shadow.requests[0]?.body.toString()).toBe('body')
})

test('a client that expects 100 gets a refusal of primary at once, without sending its body', async () => {
  const { client, proxy } = await startFixture({
    primary: {
      onHead: (_head, socket) => socket.write('HTTP/1.1 401 No\r\nContent-Length: 0\r\n\r\n'),
    },
  })
  const one = client().request(
    'POST / HTTP/1.1',
    'Host: a',
    'Expect: 100-continue',
    'Content-Length: 4',
  )
  expect((await one.answer()).startLine).toBe('HTTP/1.1 401 No')
  one.destroy()
  await until(() => proxy.counters().unmirrored['client-aborted'] === 1)
})

test('a client that does not wait for the 100 is served', async () => {
  const { client } = await startFixture({ primary: ok('done') })
  const answer = await client()
    .request('POST / HTTP/1.1', 'Host: a', 'Expect: 100-continue', 'Content-Length: 4', '', 'body')
    .answer()
  expect(answer.body.toString()).toBe('done')
})

test('103 and unknown informational answers reach the client as they are', async () => {
  const { client, queue } = await startFixture({
    primary:
      'HTTP/1.1 103 Early Hints\r\nLink: </a>; rel=preload\r\nlink: </b>\r\nX: \xe9\r\nKeep-Alive: 1\r\n\r\n' +
      'HTTP/1.1 199 Odd\r\n\r\n' +
      ok('done'),
  })
  const one = client().request('GET / HTTP/1.1', 'Host: a')
  const hints = await one.answer()
  expect(hints.startLine).toBe('HTTP/1.1 103 Early Hints')
  expect(hints.headers).toEqual(['Link', '</a>; rel=preload', 'link', '</b>', 'X', '\xe9'])
  expect((await one.answer()).startLine).toBe('HTTP/1.1 199 Odd')
  expect((await one.answer()).body.toString()).toBe('done')
  const { primary } = await queue.exchange()
  expect(primary?.kind === 'response' && primary.status).toBe(200)
})

test('an unsolicited 100 does not disturb the answer', async () => {
  const { client } = await startFixture({ primary: 'HTTP/1.1 100 Continue\r\n\r\n' + ok('done') })
  const one = client().request('GET / HTTP/1.1', 'Host: a')
  expect((await one.answer()).startLine).toBe('HTTP/1.1 100 Continue')
  expect((await one.answer()).body.toString()).toBe('done')
})

test('an HTTP/1.0 client gets no informational answers', async () => {
  const { client } = await startFixture({ primary: 'HTTP/1.1 103 Hint\r\n\r\n' + ok('done') })
  const answer = await client().request('GET / HTTP/1.0', 'Host: a').answer()
  expect(answer.startLine).toBe('HTTP/1.1 200 OK')
})

test('informational answers of the shadow change nothing', async () => {
  const { client, queue } = await startFixture({
    primary: ok('done'),
    shadow: 'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Hint\r\n\r\n' + ok('done'),
  })
  await client().request('GET / HTTP/1.1', 'Host: a').answer()
  const { shadow } = await queue.exchange()
  expect(shadow?.kind === 'response' && shadow.status).toBe(200)
})

test('a 101 that nobody asked for is a failure', async () => {
  const { client } = await startFixture({
    primary: 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n',
  })
  const answer = await client().request('GET / HTTP/1.1', 'Host: a').answer()
  expect(answer.startLine).toBe('HTTP/1.1 502 Bad Gateway')
})
