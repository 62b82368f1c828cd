/** Promises of a leg: time limits and backpressure. */

import type { Socket } from 'node:net'
import { expect, test } from 'vitest'
import { settled } from '../../support/settled.ts'
import { until } from '../../support/until.ts'
import { CHUNKED_POST, OK, post, type OpenLeg } from './leg-fixture.ts'

/** Registers the tests. */
export function testLimits(open: OpenLeg): void {
  test('no head within the limit is a timeout, and informational answers do not stretch it', async () => {
    const { get, transport } = await open({
      onRequest: (_request, socket) => {
        const hint = setInterval(() => socket.write('HTTP/1.1 102 Processing\r\n\r\n'), 20)
        socket.on('close', () => {
          clearInterval(hint)
        })
      },
    })
    const one = await get({ timeoutMs: 200 }).over()
    expect(one.failure?.reason).toBe('timeout')
    expect(one.informational.length).toBeGreaterThan(0)
    await until(() => transport.connections === 0, 'the connection to close')
  })

  test('the limit for the head begins when the request is complete', async () => {
    const { send, get } = await open({
      onRequest: ({ startLine }, socket) => {
        if (startLine.startsWith('POST')) socket.write(OK)
      },
    })
    const one = send(post('hello', { timeoutMs: 150 }))
    // A request that was complete at the same time ran out of it: that is how long this one has waited.
    expect((await get({ timeoutMs: 150 }).over()).failure?.reason).toBe('timeout')
    expect((await get({ timeoutMs: 150 }).over()).failure?.reason).toBe('timeout')
    one.write('hello')
    await one.end().over()
    expect(one.body).toBe('ok')
  })

  test('no byte within the idle limit is a timeout in the middle of the answer', async () => {
    const { get } = await open('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel')
    const one = await get({ idleMs: 150 }).over()
    expect(one.failure?.reason).toBe('timeout')
    expect(one.body).toBe('hel')
  })

  test('an answer that keeps coming may take longer than the idle limit', async () => {
    const { get } = await open({
      onRequest: (_request, socket) => {
        socket.write('HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\n')
        let left = 8
        const drip = setInterval(() => {
          socket.write('x')
          left -= 1
          if (left === 0) clearInterval(drip)
        }, 60)
        socket.on('close', () => {
          clearInterval(drip)
        })
      },
    })
    const one = await get({ idleMs: 300 }).over()
    expect(one.body).toBe('xxxxxxxx')
  })

  test('time that the caller pauses does not count against the upstream', async () => {
    const { get } = await open({
      onRequest: ({ startLine }, socket) => {
        socket.write(startLine.includes('/silent') ? OK.slice(0, -1) : OK)
      },
    })
    const one = get({ idleMs: 100 })
    one.on['head'] = () => {
      one.pause()
    }
    await until(() => one.head !== undefined, 'the head')
    for (let i = 0; i < 2; i++) {
      const silent = await get({ target: '/silent', idleMs: 100 }).over()
      expect(silent.failure?.reason).toBe('timeout')
    }
    expect(one.isOver).toBe(false)
    one.resume()
    expect((await one.over()).body).toBe('ok')
  })

  test('an upstream that takes nothing of a body is a timeout', async () => {
    const { send } = await open({
      raw: true,
      onConnection: (socket) => {
        socket.pause()
      },
    })
    const one = send({ ...CHUNKED_POST, idleMs: 200 })
    const block = Buffer.alloc(65_536)
    let writes = 0
    const pump = () => {
      one.on['drain'] = pump
      do writes += 1
      while (one.write(block) && writes < 1000)
    }
    pump()
    await one.over()
    expect(one.failure?.reason).toBe('timeout')
    expect(writes).toBeLessThan(1000)
  })

  test('end and trailers wait while the caller pauses', async () => {
    const { get } = await open(
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nX-T: 1\r\n\r\n',
    )
    const one = get()
    one.on['head'] = () => {
      one.pause()
    }
    await until(() => one.head !== undefined, 'the head')
    await settled(() => one.calls.length)
    expect(one.calls).not.toContain('trailers')
    expect(one.calls).not.toContain('end')
    one.resume()
    await one.over()
    expect(one.trailers).toEqual(['X-T', '1'])
    expect(one.body).toBe('ok')
  })

  test('an upstream feels that its answer is not read, and goes on when it is', async () => {
    const total = 64 * 1024 * 1024
    let written = 0
    const { get } = await open({
      onRequest: (_request, socket) => {
        socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${total}\r\n\r\n`)
        const block = Buffer.alloc(1024 * 1024, 'x')
        const pump = () => {
          while (written < total) {
            written += block.length
            if (!socket.write(block)) break
          }
        }
        socket.on('drain', pump)
        pump()
      },
    })
    const one = get()
    one.on['data'] = () => {
      one.pause()
    }
    await until(() => one.calls.includes('data'), 'bytes')
    const stuck = await settled(() => written)
    expect(stuck).toBeLessThan(total)
    expect(one.length).toBeLessThan(1024 * 1024)
    one.resume()
    await one.over()
    expect(one.length).toBe(total)
  })

  test('a caller feels that the upstream does not read, and is told when it does', async () => {
    const total = 16 * 1024 * 1024
    const stuck: Socket[] = []
    const { send, upstream } = await open({
      onConnection: (socket) => {
        socket.pause()
        stuck.push(socket)
      },
      onRequest: (_request, socket) => socket.write(OK),
    })
    const one = send(
      post('', {
        framing: { kind: 'length', length: total },
        headers: ['Host', 'a', 'Content-Length', String(total)],
      }),
    )
    const block = Buffer.alloc(65_536, 'y')
    let written = 0
    const pump = () => {
      one.on['drain'] = pump
      while (written < total) {
        written += block.length
        if (!one.write(block)) return
      }
      one.end()
    }
    pump()
    const halted = await settled(() => written)
    expect(halted).toBeLessThan(total)
    stuck[0]?.resume()
    await one.over()
    expect(upstream.requests[0]?.body.length).toBe(total)
  })
}
