/** Promises of a leg: what an upstream gets. */

import { expect, test } from 'vitest'
import { rawHeaderValues } from '../../support/raw-message.ts'
import { settled } from '../../support/settled.ts'
import { until } from '../../support/until.ts'
import { CHUNKED_POST, GET, OK, post, type OpenLeg } from './leg-fixture.ts'

/** Registers the tests. */
export function testRequests(open: OpenLeg): void {
  test('the request goes out verbatim: target, order, case, repeats, high bytes', async () => {
    const { upstream, send } = await open(OK)
    const headers = ['X-First', '1', 'host', 'a:1', 'x-first', '2', 'X-Obs', '\xe9\xff', 'E', '']
    await send({ ...GET, target: '//a/../b?x=%zz', headers })
      .end()
      .over()
    const [request] = upstream.requests
    expect(request?.startLine).toBe('GET //a/../b?x=%zz HTTP/1.1')
    expect(request?.headers.slice(0, headers.length)).toEqual(headers)
    const added = request?.headers.slice(headers.length).filter((_, index) => index % 2 === 0)
    expect(added?.map((name) => name.toLowerCase())).toEqual(['connection'])
  })

  test('an asterisk is a target like any other', async () => {
    const { upstream, send } = await open(OK)
    await send({ ...GET, method: 'OPTIONS', target: '*' })
      .end()
      .over()
    expect(upstream.requests[0]?.startLine).toBe('OPTIONS * HTTP/1.1')
  })

  test('a body of known length goes out under the length line that is there, and no other', async () => {
    const { upstream, send } = await open(OK)
    const one = send(post('hello'))
    one.write('hel')
    one.write('lo')
    await one.end().over()
    const [request] = upstream.requests
    expect(request?.body.toString()).toBe('hello')
    expect(request && rawHeaderValues(request, 'content-length')).toEqual(['5'])
    expect(request && rawHeaderValues(request, 'transfer-encoding')).toEqual([])
  })

  test('a body of length zero is just a head', async () => {
    const { upstream, send } = await open(OK)
    await send(post('')).end().over()
    expect(upstream.requests[0]).toMatchObject({ framing: 'length', startLine: 'POST / HTTP/1.1' })
  })

  test('a chunked body goes out chunked, with its trailers', async () => {
    const { upstream, send } = await open(OK)
    const one = send(CHUNKED_POST)
    const large = Buffer.alloc(40_000, 'x')
    one.write('hello')
    one.write(large)
    await one.end(['X-Sum', '1', 'x-sum', '2']).over()
    const [request] = upstream.requests
    expect(request?.framing).toBe('chunked')
    expect(request?.body.toString()).toBe(`hello${large.toString()}`)
    expect(request?.trailers).toEqual(['X-Sum', '1', 'x-sum', '2'])
  })

  test('a chunked body may be empty', async () => {
    const { upstream, send } = await open(OK)
    await send(CHUNKED_POST).end().over()
    expect(upstream.requests[0]).toMatchObject({ framing: 'chunked', trailers: [] })
  })

  test('the head does not wait for a body that is long in coming', async () => {
    const heads: string[] = []
    const { send } = await open({
      onHead: (head) => heads.push(head),
      onRequest: (_request, socket) => socket.write(OK),
    })
    const one = send(post('hello'))
    await until(() => heads.length === 1, 'the head')
    one.write('hello')
    await one.end().over()
  })

  test.each([
    ['a line break in a value', { headers: ['Host', 'a', 'X', 'b\r\nEvil: 1'] }],
    ['a NUL in a value', { headers: ['Host', 'a', 'X', 'b\0'] }],
    ['a wide character in a value', { headers: ['Host', 'a', 'X', '\u010a'] }],
    ['a line break in a name', { headers: ['Host', 'a', 'X\r\nEvil', 'b'] }],
    ['a space in the target', { target: '/ HTTP/1.1\r\nEvil: 1\r\n\r\n' }],
    ['a line break in the method', { method: 'GET / HTTP/1.1\r\n' }],
  ])('a request with %s fails and sends nothing', async (_what, changes) => {
    const { get, upstream } = await open(OK)
    const one = await get(changes).over()
    expect(one.failure?.reason).toBe('protocol')
    await settled(() => upstream.requests.length)
    expect(upstream.requests).toEqual([])
  })
}
