import { expect, test } from 'vitest'
import { ok, startFixture } from '../support/proxy-fixture.ts'
import { until } from '../support/until.ts'

/** Keeps this process from doing anything, as a busy machine, a debugger or a paused container does. */
function stall(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
}

const LIMITS = { timeoutMs: 300, idleMs: 300 }

test('an answer of the shadow that came in time is no timeout, although the proxy looked late', async () => {
  const { client, queue } = await startFixture({
    primary: ok('ok'),
    shadow: {
      onRequest: (_request, socket) => {
        socket.write(ok('ok'))
        stall(700)
      },
    },
    shadowSettings: LIMITS,
  })
  const one = client()
  for (let i = 1; i <= 3; i++) {
    await one.request('GET / HTTP/1.1', 'Host: a', `x-request-id: s${i}`).answer()
    const { shadow } = await queue.exchange(`s${i}`)
    expect(shadow).toMatchObject({ kind: 'response', status: 200, body: { length: 2 } })
  }
})

test('bytes of the shadow that came in time are no timeout, although the proxy looked late', async () => {
  const { client, queue } = await startFixture({
    primary: ok('ok'),
    shadow: {
      onRequest: (_request, socket) => {
        socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\no', () => {
          setImmediate(() => {
            socket.write('k')
            stall(700)
          })
        })
      },
    },
    shadowSettings: LIMITS,
  })
  await client().request('GET / HTTP/1.1', 'Host: a', 'x-request-id: s1').answer()
  const { shadow } = await queue.exchange('s1')
  expect(shadow).toMatchObject({ kind: 'response', status: 200, body: { length: 2 } })
  expect(shadow).not.toHaveProperty('body.incomplete')
})

test('an answer of primary that came in time reaches the client, although the proxy looked late', async () => {
  const { client } = await startFixture({
    primary: {
      onRequest: (_request, socket) => {
        socket.write(ok('ok'))
        stall(700)
      },
    },
    primarySettings: LIMITS,
  })
  const one = client()
  for (let i = 0; i < 3; i++) {
    const answer = await one.request('GET / HTTP/1.1', 'Host: a').answer()
    expect(answer.startLine).toBe('HTTP/1.1 200 OK')
  }
})

test('an upgrade that primary took in time is a tunnel, although the proxy looked late', async () => {
  const { client } = await startFixture({
    primary: {
      onRequest: (_request, socket) => {
        socket.write(
          'HTTP/1.1 101 Switching Protocols\r\nUpgrade: echo\r\nConnection: upgrade\r\n\r\nhi',
        )
        stall(700)
      },
    },
    primarySettings: LIMITS,
  })
  const one = client().request(
    'GET / HTTP/1.1',
    'Host: a',
    'Upgrade: websocket',
    'Connection: upgrade',
    'Sec-WebSocket-Key: x',
    'Sec-WebSocket-Version: 13',
  )
  await until(() => one.text.includes('hi'), 'the tunnel')
  expect(one.text).toMatch(/^HTTP\/1.1 101 /)
})
