/** Promises of a leg: what a handler is told of valid answers. */

import { expect, test } from 'vitest'
import { settled } from '../../support/settled.ts'
import { LegRecorder } from '../leg-recorder.ts'
import { OK, promise, type OpenLeg, type Lacks } from './leg-fixture.ts'

/** Registers the tests. */
export function testAnswers(open: OpenLeg, lacks: Lacks): void {
  test('an answer is told as head, data, end, with its lines as they were on the wire', async () => {
    const { get } = await open(
      'HTTP/1.1 299 Sch\xf6n  so\r\nX-B: 1\r\nx-b:2\r\nSet-Cookie: a=\xe9 \t\r\nEmpty:\r\nContent-Length: 5\r\n\r\nhello',
    )
    const one = await get().over()
    expect(one.calls).toEqual(['head', 'data', 'end'])
    expect(one.head).toEqual({
      status: 299,
      reason: 'Sch\xf6n  so',
      headers: [
        ...['X-B', '1', 'x-b', '2', 'Set-Cookie', 'a=\xe9', 'Empty', ''],
        ...['Content-Length', '5'],
      ],
    })
    expect(one.body).toBe('hello')
  })

  test.each([
    ['no reason phrase', 'HTTP/1.1 200 \r\nContent-Length: 0\r\n\r\n', 200, ''],
    ['not even the space', 'HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n', 200, ''],
    ['an unknown status', 'HTTP/1.1 999 Odd\r\nContent-Length: 0\r\n\r\n', 999, 'Odd'],
    ['HTTP/1.0', 'HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n', 200, 'OK'],
  ])('a status line with %s is an answer', async (_what, answer, status, reason) => {
    const { get } = await open(answer)
    expect((await get().over()).head).toMatchObject({ status, reason })
  })

  test('informational answers are told before the answer, the unasked 100 included', async () => {
    const { get, transport } = await open(
      'HTTP/1.1 100 Continue\r\n\r\n' +
        'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\nlink: </b>\r\n\r\n' +
        'HTTP/1.1 199 Odd\r\nX: \xe9\r\n\r\n' +
        OK,
    )
    const one = await get().over()
    expect(one.calls).toEqual(['information', 'information', 'information', 'head', 'data', 'end'])
    expect(one.informational).toEqual([
      { status: 100, reason: 'Continue', headers: [] },
      { status: 103, reason: 'Early Hints', headers: ['Link', '</a>', 'link', '</b>'] },
      { status: 199, reason: 'Odd', headers: ['X', '\xe9'] },
    ])
    expect(transport.connections).toBe(1)
  })

  test.each([
    ['304 with Content-Length', 'GET', 'HTTP/1.1 304 Not Modified\r\nContent-Length: 1234\r\n\r\n'],
    ['304 with chunked', 'GET', 'HTTP/1.1 304 Same\r\nTransfer-Encoding: chunked\r\n\r\n'],
    ['204 with Content-Length', 'GET', 'HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n'],
    ['HEAD with Content-Length', 'HEAD', 'HTTP/1.1 200 OK\r\nContent-Length: 1234\r\n\r\n'],
    ['HEAD with chunked', 'HEAD', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n'],
  ])('an answer without a body ends with its head: %s', async (_what, method, answer) => {
    const { get, upstream } = await open(answer)
    for (let time = 0; time < 2; time += 1) {
      const one = await get({ method }).over()
      expect(one.calls).toEqual(['head', 'end'])
      // The connection comes back to the pool in a later turn with some transports.
      await settled(() => 0)
    }
    expect(upstream.opened()).toBe(1)
  })

  promise(lacks, 'a connection is used again after a HEAD without any length', async () => {
    const { get, upstream } = await open('HTTP/1.1 200 OK\r\n\r\n')
    for (let time = 0; time < 2; time += 1) {
      expect((await get({ method: 'HEAD' }).over()).calls).toEqual(['head', 'end'])
      await settled(() => 0)
    }
    expect(upstream.opened()).toBe(1)
  })

  test('a chunked answer comes without its framing, its extensions dropped, its trailers told', async () => {
    const { get } = await open(
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n' +
        '5;a=b;c="d\\" e"\r\nhello\r\n0001\r\n!\r\n0;last\r\nX-T: \xe9\r\nx-t: 2\r\n\r\n',
    )
    const one = await get().over()
    expect(one.body).toBe('hello!')
    expect(one.trailers).toEqual(['X-T', '\xe9', 'x-t', '2'])
    expect(one.calls.slice(-2)).toEqual(['trailers', 'end'])
  })

  test('an answer without a length ends with its connection', async () => {
    const { get } = await open({
      onRequest: (_request, socket) => socket.end('HTTP/1.1 200 OK\r\n\r\nto the end'),
    })
    const one = await get().over()
    expect(one.failure).toBeUndefined()
    expect(one.body).toBe('to the end')
  })

  test('an answer in single bytes is the same answer', async () => {
    const answer =
      'HTTP/1.1 103 Hint\r\nA: 1\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nX-Y: z \r\n\r\n' +
      'a;x=y\r\n0123456789\r\n0\r\nX-T: 1\r\n\r\n'
    const { get } = await open({
      onRequest: (_request, socket) => {
        let at = 0
        const next = () => {
          if (at < answer.length) socket.write(answer[at++] ?? '', next)
        }
        next()
      },
    })
    const one = await get().over()
    expect(one.informational).toHaveLength(1)
    expect(one.head?.headers).toEqual(['Transfer-Encoding', 'chunked', 'X-Y', 'z'])
    expect(one.body).toBe('0123456789')
    expect(one.trailers).toEqual(['X-T', '1'])
  })

  test('bytes that were handed over are never written over', async () => {
    const { get } = await open({
      onRequest: (_request, socket, count) => {
        const body = String(count).repeat(3000)
        socket.write(`HTTP/1.1 200 OK\r\nContent-Length: 3000\r\n\r\n${body}`)
      },
    })
    const first = await get().over()
    const others = await Promise.all(
      Array.from({ length: 8 }, () => get().over()).map(async (other) => (await other).body),
    )
    expect(first.body).toBe('1'.repeat(3000))
    expect(new Set(others.map((body) => body.length))).toEqual(new Set([3000]))
  })

  test('a new request may be sent from within the end of another', async () => {
    const { get } = await open(OK, { maxConnections: 1 })
    const first = get()
    const second: LegRecorder[] = []
    first.on['end'] = () => {
      second.push(get())
    }
    await first.over()
    expect((await second[0]?.over())?.body).toBe('ok')
  })

  test('a long answer arrives byte for byte, however it is cut', async () => {
    const pattern = Buffer.from(Array.from({ length: 1_000_003 }, (_, index) => index % 251))
    const { get } = await open({
      onRequest: (_request, socket) => {
        socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n')
        for (let at = 0, size = 1; at < pattern.length; at += size, size = (size * 3) % 70_001) {
          const chunk = pattern.subarray(at, at + size)
          socket.write(`${chunk.length.toString(16)}\r\n`)
          socket.write(chunk)
          socket.write('\r\n')
        }
        socket.write('0\r\n\r\n')
      },
    })
    const one = await get().over()
    expect(one.length).toBe(pattern.length)
    expect(Buffer.from(one.body, 'latin1').equals(pattern)).toBe(true)
  })
}
