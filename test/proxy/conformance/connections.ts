/** Promises of a leg: the pool of connections, and its end. */

import { expect, test } from 'vitest'
import { settled } from '../../support/settled.ts'
import { until } from '../../support/until.ts'
import { OK, post, promise, type OpenLeg, type Lacks } from './leg-fixture.ts'

/** Registers the tests. */
export function testConnections(open: OpenLeg, lacks: Lacks): void {
  test('a connection serves one request after the other, the newest idle one first', async () => {
    const { get, upstream, transport } = await open(OK)
    await Promise.all([get().over(), get().over()])
    await settled(() => 0)
    for (let time = 0; time < 5; time += 1) {
      await get().over()
      await settled(() => 0)
    }
    expect(upstream.opened()).toBe(2)
    expect(transport.connections).toBe(2)
  })

  test.each([
    ['Connection: close', 'HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok'],
    ['HTTP/1.0', 'HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok'],
    ['bytes after the answer', `${OK}HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil`],
    ['garbage after the answer', `${OK}evil`],
  ])('a connection is not used again after %s', async (_what, answer) => {
    const { get, upstream } = await open(answer)
    expect((await get().over()).body).toBe('ok')
    await until(() => upstream.sockets.size === 0, 'the connection to close')
    expect((await get().over()).body).toBe('ok')
    expect(upstream.opened()).toBe(2)
  })

  promise(lacks, 'an idle connection on which bytes arrive is closed', async () => {
    const { get, upstream, transport } = await open(OK)
    await get().over()
    for (const socket of upstream.sockets) {
      socket.write('HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n')
    }
    await until(() => transport.connections === 0, 'the connection to close')
    expect((await get().over()).head?.status).toBe(200)
  })

  test('an idle connection that is reset leaves the pool silently', async () => {
    const { get, upstream, transport } = await open(OK)
    await get().over()
    for (const socket of upstream.sockets) socket.resetAndDestroy()
    await until(() => transport.connections === 0, 'the connection to close')
    expect((await get().over()).body).toBe('ok')
  })

  test('no more than the limit of connections is opened; the others wait for one', async () => {
    const { get, upstream, transport } = await open(OK, { maxConnections: 2 })
    const all = Array.from({ length: 20 }, () => get())
    for (const one of all) expect((await one.over()).body).toBe('ok')
    expect(upstream.opened()).toBeLessThanOrEqual(2)
    expect(transport.connections).toBeLessThanOrEqual(2)
  })

  test('waiting for a connection has a limit', async () => {
    const { get } = await open({ onRequest: () => undefined }, { maxConnections: 1 })
    const first = get()
    const second = await get({ timeoutMs: 150 }).over()
    expect(second.failure?.reason).toBe('timeout')
    first.abort()
  })

  test('a body may be handed over while its request waits for a connection', async () => {
    const release: (() => void)[] = []
    const { get, send, upstream } = await open(
      {
        onRequest: (_request, socket, count) => {
          if (count === 1) release.push(() => socket.write(OK))
          else socket.write(OK)
        },
      },
      { maxConnections: 1 },
    )
    const first = get()
    await until(() => release.length === 1, 'the first request')
    const second = send(post('hello world'))
    second.write('hello')
    second.write(' world')
    second.end()
    release[0]?.()
    await first.over()
    expect((await second.over()).body).toBe('ok')
    expect(upstream.requests[1]?.body.toString()).toBe('hello world')
  })

  test('one who gives up waiting makes no difference to the others', async () => {
    const release: (() => void)[] = []
    const { get } = await open(
      {
        onRequest: (_request, socket, count) => {
          if (count === 1) release.push(() => socket.write(OK))
          else socket.write(OK)
        },
      },
      { maxConnections: 1 },
    )
    const first = get()
    await until(() => release.length === 1, 'the first request')
    const second = get()
    const third = get()
    second.abort()
    release[0]?.()
    await first.over()
    expect((await third.over()).body).toBe('ok')
    expect(second.calls).toEqual([])
  })

  test('idle connections beyond the limit, or idle too long, are closed', async () => {
    const { get, transport } = await open(OK, { maxIdleConnections: 1, keepAliveMs: 300 })
    await Promise.all([get().over(), get().over(), get().over()])
    await until(() => transport.connections <= 1, 'all but one to close')
    await until(() => transport.connections === 0, 'the last one to close')
  })

  test('close lets the request in progress finish, closes idle connections and sends nothing more', async () => {
    const release: (() => void)[] = []
    const { get, transport } = await open({
      onRequest: (_request, socket, count) => {
        if (count === 1) socket.write(OK)
        else release.push(() => socket.write(OK))
      },
    })
    await get().over()
    await settled(() => 0)
    const busy = get()
    await until(() => release.length === 1, 'the request')
    transport.close()
    expect((await get().over()).failure?.reason).toBe('reset')
    release[0]?.()
    expect((await busy.over()).body).toBe('ok')
    await until(() => transport.connections === 0, 'the connection to close')
  })

  test('destroy cuts what is on its way, and what waits', async () => {
    const { get, transport, upstream } = await open(
      { onRequest: () => undefined },
      { maxConnections: 1 },
    )
    const busy = get()
    const waiting = get()
    await until(() => upstream.requests.length === 1, 'the request')
    transport.destroy()
    expect((await busy.over()).failure?.reason).toBe('reset')
    expect((await waiting.over()).failure?.reason).toBe('reset')
    expect((await get().over()).failure?.reason).toBe('reset')
    await until(() => transport.connections === 0, 'the connection to close')
  })
}
