/** Promises of a leg: what a handler is told when there is no valid answer. */

import { expect, test } from 'vitest'
import type { CreateTransport } from '../../../src/proxy/leg.ts'
import { closedPort } from '../../support/raw-upstream.ts'
import { until } from '../../support/until.ts'
import { LegRecorder } from '../leg-recorder.ts'
import { GET, OK, type OpenLeg } from './leg-fixture.ts'

/** Registers the tests. */
export function testFailures(open: OpenLeg, create: CreateTransport): void {
  test.each([
    ['a body shorter than its length', 'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhel'],
    [
      'a chunked body without its end',
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n',
    ],
    ['a chunk cut in two', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nhel'],
  ])('a truncated answer is a reset after what there was of it: %s', async (_what, answer) => {
    const { get } = await open({ onRequest: (_request, socket) => socket.end(answer) })
    const one = await get().over()
    expect(one.head?.status).toBe(200)
    expect(one.failure?.reason).toBe('reset')
    expect('hel'.startsWith(one.body)).toBe(true)
  })

  test.each([
    ['no HTTP', 'SSH-2.0-OpenSSH_9.2\r\n'],
    [
      'Transfer-Encoding and Content-Length',
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n',
    ],
    [
      'Content-Length and Transfer-Encoding',
      'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n',
    ],
    [
      'two different lengths',
      'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nab',
    ],
    ['a length that is no number', 'HTTP/1.1 200 OK\r\nContent-Length: 2a\r\n\r\nab'],
    ['a negative length', 'HTTP/1.1 200 OK\r\nContent-Length: -2\r\n\r\nab'],
    ['a folded line', 'HTTP/1.1 200 OK\r\nA: b\r\n c\r\nContent-Length: 0\r\n\r\n'],
    ['a space before the colon', 'HTTP/1.1 200 OK\r\nA : b\r\nContent-Length: 0\r\n\r\n'],
    ['a bare LF', 'HTTP/1.1 200 OK\nContent-Length: 0\n\n'],
    ['a bare CR in a value', 'HTTP/1.1 200 OK\r\nA: b\rc\r\nContent-Length: 0\r\n\r\n'],
    ['a NUL in a value', 'HTTP/1.1 200 OK\r\nA: b\0c\r\nContent-Length: 0\r\n\r\n'],
    ['a name without a colon', 'HTTP/1.1 200 OK\r\nabc\r\nContent-Length: 0\r\n\r\n'],
    ['an unasked 101', 'HTTP/1.1 101 Switching\r\nConnection: Upgrade\r\nUpgrade: ws\r\n\r\n'],
    ['HTTP/1.2', 'HTTP/1.2 200 OK\r\nContent-Length: 0\r\n\r\n'],
  ])('an answer with %s is a failure of the protocol', async (_what, answer) => {
    const { get, transport } = await open(answer)
    const one = await get().over()
    expect(one.calls).toEqual(['failure'])
    expect(one.failure?.reason).toBe('protocol')
    await until(() => transport.connections === 0, 'the connection to close')
  })

  test.each([
    ['a chunk size that is no number', 'xyz\r\n'],
    ['a chunk longer than its size', '2\r\nabc\r\n0\r\n\r\n'],
    ['a chunk line without CR', '2\nab\r\n0\r\n\r\n'],
    ['a Content-Length among the trailers', '0\r\nContent-Length: 3\r\n\r\n'],
  ])('a body with %s fails in its middle', async (_what, body) => {
    const { get } = await open(`HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${body}`)
    const one = await get().over()
    expect(one.head?.status).toBe(200)
    expect(one.failure?.reason).toBe('protocol')
  })

  test('headers without end are a failure of the protocol, within bounds', async () => {
    let sent = 0
    const { get } = await open({
      onRequest: (_request, socket) => {
        socket.write('HTTP/1.1 200 OK\r\n')
        const flood = () => {
          if (socket.destroyed) return
          const lines = 'X-Flood: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n'.repeat(200)
          sent += lines.length
          socket.write(lines, flood)
        }
        flood()
      },
    })
    const one = await get().over()
    expect(one.failure?.reason).toBe('protocol')
    expect(sent).toBeLessThan(16 * 1024 * 1024)
  })

  test('nobody listening is told as refused', async () => {
    const port = await closedPort()
    const { get } = await open(OK, { url: `http://127.0.0.1:${port}` })
    const one = await get().over()
    expect(one.calls).toEqual(['failure'])
    expect(one.failure?.reason).toBe('refused')
  })

  test('a connection reset before the answer is told as reset', async () => {
    const { get } = await open({ onRequest: (_request, socket) => socket.resetAndDestroy() })
    expect((await get().over()).failure?.reason).toBe('reset')
  })

  test('a connection closed before the answer is told as reset', async () => {
    const { get } = await open({ onRequest: (_request, socket) => socket.end() })
    expect((await get().over()).failure?.reason).toBe('reset')
  })

  test('a connection reset in the middle of the head is told as reset', async () => {
    const { get } = await open({
      onRequest: (_request, socket) => {
        socket.write('HTTP/1.1 200 OK\r\nA: b', () => socket.resetAndDestroy())
      },
    })
    const one = await get().over()
    expect(one.calls).toEqual(['failure'])
    expect(one.failure?.reason).toBe('reset')
  })

  test('TLS to a server that does not speak it is told as such', async () => {
    const { upstream, transport } = await open('')
    const secure = create({
      url: upstream.url.replace('http:', 'https:'),
      ...{ maxConnections: 1, maxIdleConnections: 1, keepAliveMs: 1000 },
    })
    for (const socket of upstream.sockets) socket.destroy()
    const one = new LegRecorder(secure, GET)
    one.end()
    await until(() => upstream.sockets.size > 0, 'a connection')
    for (const socket of upstream.sockets) socket.write('HTTP/1.1 400 Bad Request\r\n\r\n')
    await one.over()
    expect(one.failure?.reason).toBe('tls')
    secure.destroy()
    expect(transport.connections).toBe(0)
  })
}
