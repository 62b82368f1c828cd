/** Promises of a leg: aborts and early answers. */

import { expect, test } from 'vitest'
import { settled } from '../../support/settled.ts'
import { until } from '../../support/until.ts'
import { OK, post, promise, type Lacks, type OpenLeg } from './leg-fixture.ts'

/** Registers the tests. */
export function testAborts(open: OpenLeg, lacks: Lacks): void {
  test('an abort before the connection stands calls nothing and leaves nothing', async () => {
    const { transport, get, upstream } = await open(OK)
    const one = get()
    one.abort()
    one.abort()
    await settled(() => upstream.opened())
    expect(one.calls).toEqual([])
    transport.close()
    await until(() => transport.connections === 0, 'the connection to close')
  })

  test.each(['head', 'data'] as const)(
    'an abort in the %s closes the connection and calls nothing more',
    async (when) => {
      const { get, transport, upstream } = await open(
        'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n2\r\nok\r\n0\r\nX-T: 1\r\n\r\n',
      )
      const one = get()
      one.on[when] = () => {
        one.abort()
      }
      await until(() => one.calls.includes(when), when)
      await until(() => transport.connections === 0, 'the connection to close')
      await until(() => upstream.sockets.size === 0, 'the upstream to see it')
      expect(one.calls.at(-1)).toBe(when)
    },
  )

  test('an abort while the answer is awaited closes the connection', async () => {
    const { get, upstream } = await open({ onRequest: () => undefined })
    const one = get()
    await until(() => upstream.requests.length === 1, 'the request')
    one.abort()
    await until(() => upstream.sockets.size === 0, 'the upstream to see it')
    expect(one.calls).toEqual([])
  })

  test('an abort after the end leaves the connection to others', async () => {
    const { get, upstream } = await open(OK)
    const first = await get().over()
    const second = get()
    first.abort()
    expect((await second.over()).body).toBe('ok')
    await settled(() => 0)
    expect(upstream.sockets.size).toBeGreaterThan(0)
  })

  test('an answer that comes before the request is complete is told, and its connection not used again', async () => {
    const { send, get, upstream } = await open({
      onHead: (head, socket) => {
        if (head.startsWith('POST')) {
          socket.write('HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\n\r\nno')
        }
      },
      onRequest: (request, socket) => {
        if (request.startLine.startsWith('GET')) socket.write(OK)
      },
    })
    const one = send(post('x'.repeat(1000)))
    one.write('xxx')
    await one.over()
    expect(one.head?.status).toBe(413)
    expect(one.body).toBe('no')
    expect(one.write('xxx')).toBe(true)
    one.end()
    expect((await get().over()).body).toBe('ok')
    expect(upstream.opened()).toBe(2)
  })

  promise(
    lacks,
    'an upstream that answered and keeps its connection is sent the rest',
    async () => {
      const { send, upstream, transport } = await open({
        onHead: (_head, socket) => socket.write(OK),
      })
      const one = send(post('xxxyyy'))
      one.write('xxx')
      await one.over()
      one.write('yyy')
      one.end()
      await until(() => upstream.requests.length === 1, 'the whole request')
      expect(upstream.requests[0]?.body.toString()).toBe('xxxyyy')
      expect(one.calls).toEqual(['head', 'data', 'end'])
      await until(() => transport.connections === 0, 'the connection to close')
    },
  )
}
