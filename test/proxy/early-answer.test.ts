import { expect, test } from 'vitest'
import { addsUp, ok, startFixture } from '../support/proxy-fixture.ts'
import { rawHeader } from '../support/raw-message.ts'
import { settled } from '../support/settled.ts'
import { until } from '../support/until.ts'

const NO = 'HTTP/1.1 417 No\r\nConnection: close\r\nContent-Length: 2\r\n\r\nno'

/** A primary that refuses uploads at their head and closes, as servers do that will not read them. */
const refusing = {
  onHead: (head: string, socket: import('node:net').Socket) => {
    if (head.startsWith('POST')) socket.end(NO)
    else socket.write(ok('next'))
  },
}

const UPLOAD = [
  'POST / HTTP/1.1',
  'Host: a',
  'x-request-id: up',
  'Expect: 100-continue',
  'Content-Length: 4',
]

test('an early refusal to a client that expects 100 is the last answer on its connection, and says so', async () => {
  const { client, primary, shadow, proxy, queue } = await startFixture({ primary: refusing })
  const one = client().request(...UPLOAD)
  const answer = await one.answer()
  expect(answer.startLine).toBe('HTTP/1.1 417 No')
  expect(answer.body.toString()).toBe('no')
  expect(rawHeader(answer, 'connection')).toBe('close')
  await one.untilClosed()
  const exchange = await queue.exchange('up')
  expect(exchange.primary).toMatchObject({ kind: 'response', status: 417 })
  expect(exchange.unmirrored).toBe('client-aborted')
  expect(shadow.opened()).toBe(0)
  expect(addsUp(proxy.counters())).toBe(true)
  await until(() => primary.sockets.size === 0)
})

test('a request sent in place of a body that was refused is neither served nor mirrored', async () => {
  const { client, primary, shadow } = await startFixture({ primary: refusing })
  const one = client().request(...UPLOAD)
  expect((await one.answer()).startLine).toBe('HTTP/1.1 417 No')
  one.request('GET /smuggled HTTP/1.1', 'Host: a')
  await one.untilClosed()
  expect(await settled(() => primary.requests.length + shadow.opened())).toBe(0)
})

test('a client that did not wait for a 100, and gets none, keeps its connection', async () => {
  const { client, primary } = await startFixture({ primary: ok('done') })
  const one = client()
  for (let i = 0; i < 3; i++) {
    const answer = await one.request(...UPLOAD, '', 'body').answer()
    expect(answer.body.toString()).toMatch(/^done/)
    expect(rawHeader(answer, 'connection')).toBeUndefined()
  }
  expect(primary.requests.length).toBe(3)
})

test('an early refusal of a large upload reaches the client while it still sends', async () => {
  const { client, proxy, primary } = await startFixture({ primary: refusing })
  const length = 20_000_000
  const one = client().request('POST / HTTP/1.1', 'Host: a', `Content-Length: ${length}`)
  const piece = Buffer.alloc(100_000, 'x')
  for (let sent = 0; sent < length; sent += piece.length) one.send(piece)
  expect((await one.answer()).startLine).toBe('HTTP/1.1 417 No')
  // What is left of the upload is read and forgotten, so that the connection can go on.
  expect((await one.request('GET / HTTP/1.1', 'Host: a').answer()).body.toString()).toBe('next')
  await until(() => primary.sockets.size <= 1)
  await until(() => proxy.counters().pending === 0)
  expect(proxy.counters().unmirrored).toEqual({ 'too-large': 1 })
})

test('primary’s 100 and then its refusal both reach a client that expects 100', async () => {
  const { client } = await startFixture({
    primary: { onHead: (_head, socket) => socket.end(`HTTP/1.1 100 Continue\r\n\r\n${NO}`) },
  })
  const one = client().request(...UPLOAD)
  expect((await one.answer()).startLine).toBe('HTTP/1.1 100 Continue')
  expect((await one.answer()).startLine).toBe('HTTP/1.1 417 No')
})

test('a primary that neither answers nor asks for the body is given up in its time, and it is not the client’s fault', async () => {
  const { client, primary, proxy } = await startFixture({
    primary: { onHead: () => undefined },
    primarySettings: { timeoutMs: 300 },
  })
  const one = client().request(...UPLOAD)
  expect((await one.answer()).startLine).toBe('HTTP/1.1 504 Gateway Timeout')
  await one.untilClosed()
  await until(() => primary.sockets.size === 0)
  await until(() => proxy.counters().pending === 0)
  expect(addsUp(proxy.counters())).toBe(true)
})
