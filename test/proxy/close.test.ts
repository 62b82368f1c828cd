import { connect } from 'node:net'
import { expect, test } from 'vitest'
import { startProxy } from '../../src/proxy/server.ts'
import { MemoryQueue } from '../support/memory-queue.ts'
import { addsUp, ok, proxySettings, startFixture } from '../support/proxy-fixture.ts'
import { rawHeader } from '../support/raw-message.ts'
import { until } from '../support/until.ts'

test('a stop lets requests and copies under way finish, and loses none', async () => {
  const { client, primary, shadow, proxy, queue } = await startFixture({
    primary: { onRequest: () => undefined },
    shadow: { onRequest: () => undefined },
  })
  const one = client().request('GET / HTTP/1.1', 'Host: a')
  const idle = client().request('GET /idle HTTP/1.1', 'Host: a')
  await until(() => primary.requests.length === 2 && shadow.requests.length === 2)
  const closing = proxy.close(10_000)
  for (const socket of primary.sockets) socket.write(ok('late'))
  expect((await one.answer()).body.toString()).toBe('late')
  expect((await idle.answer()).body.toString()).toBe('late')
  for (const socket of shadow.sockets) socket.write(ok('later'))
  await closing
  expect(queue.exchanges.length).toBe(2)
  expect(proxy.counters()).toMatchObject({ seen: 2, mirrored: 2, match: 2, inFlight: 0 })
  await until(() => primary.sockets.size + shadow.sockets.size === 0)
})

test('a stop refuses new connections and tells clients of old ones to go', async () => {
  const { client, primary, proxy } = await startFixture({ primary: { onRequest: () => undefined } })
  const one = client().request('GET / HTTP/1.1', 'Host: a')
  const two = client().send('GET / HTTP/1.1\r\nHo')
  await until(() => primary.requests.length === 1)
  const closing = proxy.close(10_000)
  const refused = connect({ port: proxy.address.port, host: '127.0.0.1' })
  const outcome = await new Promise((resolve) => {
    refused.on('error', (error: NodeJS.ErrnoException) => {
      resolve(error.code)
    })
    refused.on('connect', () => {
      resolve('connected')
    })
  })
  expect(outcome).toBe('ECONNREFUSED')
  two.send('st: a\r\n\r\n')
  await until(() => primary.requests.length === 2)
  for (const socket of primary.sockets) socket.write(ok('bye'))
  await one.answer()
  expect(rawHeader(await two.answer(), 'connection')).toBe('close')
  await closing
})

test('a stop that must not wait cuts what is under way and counts it as lost', async () => {
  const { client, primary, shadow, proxy, queue } = await startFixture({
    primary: { onRequest: (_request, socket, count) => count === 1 && socket.write(ok('one')) },
    shadow: { onRequest: () => undefined },
    shadowSettings: { maxInFlight: 1 },
  })
  const one = client()
  await one.request('GET / HTTP/1.1', 'Host: a').answer()
  one.request('GET / HTTP/1.1', 'Host: a')
  const uploading = client().send('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\npart')
  await until(() => primary.requests.length === 2 && primary.sockets.size === 2)
  await until(() => shadow.requests.length === 1)
  await proxy.close(0)
  await one.untilClosed()
  await uploading.untilClosed()
  expect(proxy.counters()).toMatchObject({
    seen: 3,
    pending: 0,
    mirrored: 3,
    inFlight: 0,
    lost: { shutdown: 3 },
  })
  expect(addsUp(proxy.counters())).toBe(true)
  expect(queue.exchanges.length).toBe(0)
  await until(() => primary.sockets.size + shadow.sockets.size === 0)
})

test('a stop ends tunnels at its deadline', async () => {
  const { client, proxy, primary } = await startFixture({
    primary: {
      onHead: (_head, socket) =>
        socket.write('HTTP/1.1 101 Go\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n'),
    },
  })
  const one = client().request(
    'GET / HTTP/1.1',
    'Host: a',
    'Connection: Upgrade',
    'Upgrade: websocket',
  )
  await one.answer()
  await proxy.close(50)
  await one.untilClosed()
  await until(() => primary.sockets.size === 0)
})

test('a port in use is one sentence', async () => {
  const { proxy } = await startFixture({ primary: ok('ok') })
  const settings = {
    ...proxySettings('http://127.0.0.1:1', undefined),
    listen: proxy.address,
  }
  await expect(startProxy({ settings, queue: new MemoryQueue(), instance: 'x' })).rejects.toThrow(
    /^the proxy cannot listen on 127\.0\.0\.1:\d+: the port is in use by another program;/,
  )
})
