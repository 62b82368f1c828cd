import { expect, test } from 'vitest'
import { startFixture } from '../support/proxy-fixture.ts'
import { until } from '../support/until.ts'

const CUT = [
  ['with a length', 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf'],
  ['in chunks', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n'],
  ['within a chunk', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nhalf'],
] as const

test.each(CUT)('a body %s that primary cuts reaches the client cut', async (_how, bytes) => {
  const { client, queue } = await startFixture({
    primary: { onRequest: (_request, socket) => socket.end(bytes) },
  })
  const one = client().request('GET / HTTP/1.1', 'Host: a')
  await one.untilClosed()
  expect(one.text).toContain('half')
  expect(one.text).not.toMatch(/\r\n0\r\n/)
  await expect(one.answer()).rejects.toThrow('closed before a whole answer')
  const { primary } = await queue.exchange()
  if (primary?.kind !== 'response') throw new Error('no response')
  expect(primary.body).toEqual({ bytes: Buffer.from('half'), length: 4, incomplete: 'reset' })
})

test.each(CUT)(
  'a body %s that primary cuts toward an HTTP/1.0 client is no clean end',
  async (_how, bytes) => {
    const { client } = await startFixture({
      primary: { onRequest: (_request, socket) => socket.end(bytes) },
    })
    const one = client().request('GET / HTTP/1.0', 'Host: a')
    await one.untilClosed()
    expect(one.reset || one.text.includes('Content-Length: 100')).toBe(true)
  },
)

test('a body in which primary sends a malformed chunk reaches the client cut', async () => {
  const { client, queue } = await startFixture({
    primary: 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\nnonsense\r\n',
  })
  const one = client().request('GET / HTTP/1.1', 'Host: a')
  await one.untilClosed()
  await expect(one.answer()).rejects.toThrow('closed before a whole answer')
  const { primary } = await queue.exchange()
  expect(primary?.kind === 'response' && primary.body.incomplete).toBe('protocol')
})

test('a primary that falls silent in the middle of its answer is cut at the idle limit', async () => {
  const { client, queue, primary } = await startFixture({
    primary: 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf',
    primarySettings: { idleMs: 100 },
  })
  const one = client().request('GET / HTTP/1.1', 'Host: a')
  await one.untilClosed()
  expect(one.text).toMatch(/half$/)
  const exchange = await queue.exchange()
  expect(exchange.primary?.kind === 'response' && exchange.primary.body.incomplete).toBe('timeout')
  await until(() => primary.sockets.size === 0)
})

test('bytes after a complete answer do not become the next answer', async () => {
  const { client, primary } = await startFixture({
    primary:
      'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 EVIL\r\nContent-Length: 0\r\n\r\n',
  })
  const one = client()
  for (let i = 0; i < 3; i++) {
    const answer = await one.request('GET / HTTP/1.1', 'Host: a').answer()
    expect(answer.startLine).toBe('HTTP/1.1 200 OK')
    expect(answer.body.toString()).toBe('ok')
  }
  expect(primary.opened()).toBe(3)
})

test('bytes that come on an idle connection of the pool do not become an answer', async () => {
  const { client, primary } = await startFixture({
    primary: 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok',
  })
  const one = client()
  await one.request('GET / HTTP/1.1', 'Host: a').answer()
  for (const socket of primary.sockets)
    socket.write('HTTP/1.1 200 EVIL\r\nContent-Length: 0\r\n\r\n')
  await until(() => primary.sockets.size === 0)
  const answer = await one.request('GET / HTTP/1.1', 'Host: a').answer()
  expect(answer.startLine).toBe('HTTP/1.1 200 OK')
})
