import tls from 'node:tls'
import { expect, onTestFinished, test } from 'vitest'
import type { RouteSettings } from '../../src/core/settings.ts'
import { startProxy } from '../../src/proxy/server.ts'
import { CA, CLIENT, SERVER } from '../support/certificates.ts'
import { MemoryQueue } from '../support/memory-queue.ts'
import { addsUp, ok, proxySettings, startFixture } from '../support/proxy-fixture.ts'
import { startRawUpstream } from '../support/raw-upstream.ts'
import { until } from '../support/until.ts'

async function upstream(script: Parameters<typeof startRawUpstream>[0]) {
  const started = await startRawUpstream(script)
  onTestFinished(() => started.close())
  return started
}

test('traffic goes on over a reload: no connection is dropped, each answer is of one of the two', async () => {
  const { client, proxy, primary, shadow, queue } = await startFixture({ primary: ok('old') })
  const after = await upstream(ok('new'))
  const clients = Array.from({ length: 8 }, () => client())
  const bodies: string[] = []
  let isStopped = false
  const load = clients.map(async (one) => {
    while (!isStopped) {
      one.request('GET / HTTP/1.1', 'Host: a')
      bodies.push((await one.answer()).body.toString())
    }
  })
  for (let round = 0; round < 10; round++) {
    const before = bodies.length
    await until(() => bodies.length > before + 50, 'traffic between two reloads')
    const target = round % 2 === 0 ? after : primary
    proxy.reload(proxySettings(target.url, shadow.url))
  }
  isStopped = true
  await Promise.all(load)
  expect(new Set(bodies)).toEqual(new Set(['old', 'new']))
  expect(clients.filter(({ closed }) => closed)).toEqual([])
  await until(() => queue.exchanges.length === bodies.length, 'the last copies')
  const counters = proxy.counters()
  expect(counters).toMatchObject({ seen: bodies.length, mirrored: bodies.length, pending: 0 })
  expect(addsUp(counters)).toBe(true)
  await until(() => after.sockets.size === 0, 'the legs of former routes to close')
})

test('a request under way finishes on its old route, and only then its leg is closed', async () => {
  let release: (() => void) | undefined
  const { client, proxy, primary } = await startFixture({
    primary: {
      onRequest: (_request, socket) => {
        socket.write('HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nhalf')
        release = () => socket.write('more')
      },
    },
    noShadow: true,
  })
  const after = await upstream(ok('new'))
  const one = client().request('GET / HTTP/1.1', 'Host: a')
  const upload = client().send('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nab')
  await until(() => one.text.endsWith('half') && primary.sockets.size === 2)
  proxy.reload(proxySettings(after.url, undefined))
  const two = client().request('GET / HTTP/1.1', 'Host: a')
  expect((await two.answer()).body.toString()).toBe('new')
  upload.send('cd')
  await until(() => primary.requests.length === 2, 'the upload on its old route')
  await until(() => upload.text.endsWith('half'))
  release?.()
  expect((await upload.answer()).body.toString()).toBe('halfmore')
  expect(one.closed).toBe(false)
  expect(primary.sockets.size).toBeGreaterThan(0)
  one.request('GET / HTTP/1.1', 'Host: a')
  one.destroy()
  await until(() => primary.sockets.size === 0, 'the old leg to close')
})

test('a pipelined request that waited through a reload is answered on the route that it was read for', async () => {
  let answer: (() => void) | undefined
  const { client, proxy, primary } = await startFixture({
    primary: {
      onRequest: ({ startLine }, socket) => {
        if (startLine.startsWith('POST')) answer = () => socket.write(ok('first'))
        else socket.write(ok('second'))
      },
    },
  })
  const after = await upstream(ok('new'))
  const one = client()
  one.send(
    'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n',
  )
  await until(() => answer !== undefined && proxy.counters().seen === 2)
  proxy.reload(proxySettings(after.url, undefined))
  answer?.()
  expect((await one.answer()).body.toString()).toBe('first')
  expect((await one.answer()).body.toString()).toBe('second')
  one.request('GET / HTTP/1.1', 'Host: a')
  expect((await one.answer()).body.toString()).toBe('new')
  await until(() => primary.sockets.size === 0, 'the old leg to close')
})

test('copies under way at a reload are recorded, not lost', async () => {
  let release: (() => void) | undefined
  const { client, proxy, queue, primary } = await startFixture({
    primary: ok('ok'),
    shadow: { onRequest: (_request, socket) => (release = () => socket.write(ok('late'))) },
  })
  const one = client().request('GET / HTTP/1.1', 'Host: a')
  await one.answer()
  await until(() => release !== undefined, 'the copy')
  proxy.reload(proxySettings(primary.url, undefined))
  release?.()
  await until(() => queue.exchanges.length === 1)
  expect(queue.exchanges[0]?.shadow).toMatchObject({ kind: 'response', status: 200 })
  expect(proxy.counters()).toMatchObject({ mirrored: 1, match: 1, lost: {} })
})

test('what did not change keeps its connections', async () => {
  const { client, proxy, primary, shadow } = await startFixture({ primary: ok('ok') })
  const one = client()
  for (const percent of [100, 100, 50]) {
    one.request('GET / HTTP/1.1', 'Host: a')
    await one.answer()
    await until(() => proxy.counters().inFlight === 0)
    proxy.reload(proxySettings(primary.url, shadow.url, { shadowSettings: { percent } }))
  }
  expect(primary.opened()).toBe(1)
  expect(shadow.opened()).toBe(1)
})

test('what people changed of the mirroring holds on after a reload, by the name of the route', async () => {
  const { client, proxy, primary, shadow } = await startFixture({ primary: ok('ok') })
  const settings = (percent: number, name = 'default') => {
    const { routes, ...rest } = proxySettings(primary.url, shadow.url, {
      shadowSettings: { percent },
    })
    return { ...rest, routes: routes.map((route): RouteSettings => ({ ...route, name })) }
  }
  const one = client()
  const unmirrored = async () => {
    one.request('GET / HTTP/1.1', 'Host: a')
    await one.answer()
    await until(() => proxy.counters().pending === 0)
    return proxy.counters().unmirrored
  }
  proxy.setMirror({ paused: true }, 'default')
  proxy.reload(settings(99.9999))
  expect(await unmirrored()).toEqual({ paused: 1 })
  proxy.reload(settings(100, 'other'))
  expect(await unmirrored()).toEqual({ paused: 1 })
  proxy.setMirror({ paused: true })
  proxy.reload(settings(99.9999, 'other'))
  expect(await unmirrored()).toEqual({ paused: 2 })
  proxy.setMirror({ paused: false })
  proxy.reload(settings(100, 'default'))
  expect(await unmirrored()).toEqual({ paused: 2 })
})

test('the breaker of a shadow stays as it is over a reload, and a new shadow begins with a closed one', async () => {
  const { client, proxy, primary, shadow } = await startFixture({
    primary: ok('ok'),
    shadow: { onConnection: (socket) => socket.destroy(), raw: true },
    shadowSettings: { breaker: { consecutiveFailures: 2, openForMs: 3_600_000 } },
  })
  const healthy = await upstream(ok('ok'))
  const one = client()
  for (let i = 0; i < 2; i++) {
    one.request('GET / HTTP/1.1', 'Host: a')
    await one.answer()
    await until(() => proxy.counters().inFlight === 0 && proxy.counters().pending === 0)
  }
  await until(() => proxy.breaker()['default'] === 'open')
  proxy.reload(proxySettings(primary.url, shadow.url, { shadowSettings: { timeoutMs: 5000 } }))
  expect(proxy.breaker()).toEqual({ default: 'open' })
  proxy.reload(proxySettings(primary.url, healthy.url))
  expect(proxy.breaker()).toEqual({ default: 'closed' })
})

test('settings that cannot be used change nothing', async () => {
  const { client, proxy, primary, shadow } = await startFixture({ primary: ok('old') })
  const after = await upstream(ok('new'))
  const bad = proxySettings('https://v1.example', after.url, {
    primarySettings: { tls: { cert: 'x', key: 'y', verify: true } },
  })
  expect(() => {
    proxy.reload(bad)
  }).toThrow('the TLS settings of https://v1.example cannot be used')
  expect(() => {
    proxy.reload({ ...bad, routes: [] })
  }).toThrow('at least one route')
  const one = client().request('GET / HTTP/1.1', 'Host: a')
  expect((await one.answer()).body.toString()).toBe('old')
  await until(() => shadow.requests.length === 1)
  expect(primary.opened()).toBe(1)
})

test('a renewed certificate is shown from the next connection on', async () => {
  const { proxy, primary } = await startFixture({ primary: ok('ok'), settings: { tls: SERVER } })
  const subject = async () => {
    const socket = tls.connect({ port: proxy.address.port, rejectUnauthorized: false, ca: CA })
    await new Promise((resolve) => socket.once('secureConnect', resolve))
    const { CN } = socket.getPeerCertificate().subject
    socket.destroy()
    return CN
  }
  expect(await subject()).toBe('localhost')
  proxy.reload(proxySettings(primary.url, undefined, { settings: { tls: CLIENT } }))
  expect(await subject()).toBe('proxy')
  expect(() => {
    proxy.reload(
      proxySettings(primary.url, undefined, { settings: { tls: { cert: '', key: 'x' } } }),
    )
  }).toThrow('the certificate and key of the listener cannot be used')
  expect(await subject()).toBe('proxy')
})

test('after many reloads and a stop nothing is left', async () => {
  const open = () =>
    process.getActiveResourcesInfo().filter((kind) => kind.startsWith('TCP') || kind === 'Timeout')
  const primary = await upstream(ok('ok'))
  const before = open().length
  const proxy = await startProxy({
    settings: proxySettings(primary.url, primary.url),
    queue: new MemoryQueue(),
    instance: 'x',
  })
  for (let i = 0; i < 50; i++) {
    proxy.reload(
      proxySettings(primary.url, primary.url, { shadowSettings: { timeoutMs: 1000 + i } }),
    )
  }
  await proxy.close(1000)
  await until(() => open().length <= before, 'timers and sockets to close')
})
