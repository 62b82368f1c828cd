import { expect, test } from 'vitest'
import { addsUp, ok, startFixture } from '../support/proxy-fixture.ts'
import { until } from '../support/until.ts'

test('a client that leaves before its request is complete cancels primary, and no copy leaves', async () => {
  const { client, primary, shadow, proxy, queue } = await startFixture({ primary: ok('ok') })
  const one = client().send(
    'POST / HTTP/1.1\r\nHost: a\r\nx-request-id: i\r\nContent-Length: 100\r\n\r\npart',
  )
  await until(() => primary.sockets.size === 1)
  one.destroy()
  await until(() => primary.sockets.size === 0)
  const exchange = await queue.exchange('i')
  expect(exchange.unmirrored).toBe('client-aborted')
  expect(exchange.primary).toBeUndefined()
  expect(exchange.request.body.bytes.length).toBe(0)
  expect(shadow.requests.length).toBe(0)
  expect(proxy.counters()).toMatchObject({ seen: 1, pending: 0, mirrored: 0 })
})

test('a client that leaves before the answer cancels primary, and the copy goes on', async () => {
  const { client, primary, queue, proxy } = await startFixture({
    primary: { onRequest: () => undefined },
  })
  const one = client().request('GET / HTTP/1.1', 'Host: a')
  await until(() => primary.requests.length === 1)
  one.destroy()
  await until(() => primary.sockets.size === 0)
  const exchange = await queue.exchange()
  expect(exchange.primary).toBeUndefined()
  expect(exchange.shadow?.kind).toBe('response')
  expect(addsUp(proxy.counters())).toBe(true)
})

test('a client that leaves in the middle of the answer cancels primary, and the exchange says so', async () => {
  const { client, primary, queue } = await startFixture({
    primary: 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf',
  })
  const one = client().request('GET / HTTP/1.1', 'Host: a')
  await until(() => one.text.endsWith('half'))
  one.destroy()
  await until(() => primary.sockets.size === 0)
  const exchange = await queue.exchange()
  if (exchange.primary?.kind !== 'response') throw new Error('no response')
  expect(exchange.primary.body).toMatchObject({ length: 4, incomplete: 'client-aborted' })
})

test('a client that resets its connection is a client that left', async () => {
  const { client, primary, queue } = await startFixture({ primary: { onRequest: () => undefined } })
  const one = client().request('GET / HTTP/1.1', 'Host: a')
  await until(() => primary.requests.length === 1)
  one.socket.resetAndDestroy()
  await until(() => primary.sockets.size === 0)
  await queue.exchange()
})

test('a client that stops sending its body is given up at the idle limit', async () => {
  const { client, primary, proxy } = await startFixture({
    primary: ok('ok'),
    primarySettings: { idleMs: 200 },
  })
  const one = client().send('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\npart')
  expect((await one.answer()).startLine).toBe('HTTP/1.1 408 Request Timeout')
  await one.untilClosed()
  await until(() => primary.sockets.size === 0)
  expect(proxy.counters().unmirrored).toEqual({ 'client-aborted': 1 })
})

test('a client that stops reading is given up at the idle limit', async () => {
  const { client, primary, queue } = await startFixture({
    primary: {
      onRequest: (_request, socket) => {
        socket.write('HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n')
        const more = () => {
          while (!socket.destroyed && socket.write(Buffer.alloc(65536)));
        }
        socket.on('drain', more)
        more()
      },
    },
    primarySettings: { idleMs: 200 },
  })
  const one = client()
  one.socket.pause()
  one.request('GET / HTTP/1.1', 'Host: a')
  await until(() => primary.requests.length === 1)
  await until(() => primary.sockets.size === 0)
  const exchange = await queue.exchange()
  expect(exchange.primary?.kind === 'response' && exchange.primary.body.incomplete).toBe(
    'client-aborted',
  )
})

test('a shadow that still streams after the client left is cut in the end', async () => {
  const { client, queue, shadow, proxy } = await startFixture({
    primary: 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n',
    shadow: 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n',
    shadowSettings: { timeoutMs: 100 },
  })
  const one = client().request('GET / HTTP/1.1', 'Host: a')
  await until(() => one.text.endsWith('x\r\n'))
  one.destroy()
  const exchange = await queue.exchange()
  expect(exchange.shadow?.kind === 'response' && exchange.shadow.body.incomplete).toBe(
    'client-aborted',
  )
  await until(() => shadow.sockets.size === 0)
  expect(proxy.breaker()).toEqual({ default: 'closed' })
})
