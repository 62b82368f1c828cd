import { expect, onTestFinished, test } from 'vitest'
import type { RouteSettings } from '../../src/core/settings.ts'
import { addsUp, ok, proxySettings, startFixture } from '../support/proxy-fixture.ts'
import { rawHeader } from '../support/raw-message.ts'
import { startRawUpstream } from '../support/raw-upstream.ts'

/** A route to an upstream that answers with the route's name. */
async function routeOf(
  name: string,
  match: RouteSettings['match'],
  primary: Partial<RouteSettings['primary']> = {},
): Promise<RouteSettings> {
  const upstream = await startRawUpstream(ok(name))
  onTestFinished(() => upstream.close())
  const [route] = proxySettings(upstream.url, undefined, { primarySettings: primary }).routes
  if (route === undefined) throw new Error('there is always one')
  return { ...route, name, ...(match === undefined ? {} : { match }) }
}

async function startRoutes(...routes: RouteSettings[]) {
  return startFixture({ primary: ok('unused'), settings: { routes } })
}

const prefix = (value: string) => ({ path: { kind: 'prefix' as const, value } })

test('the first route that matches takes the request, whatever comes after it', async () => {
  const { client, queue } = await startRoutes(
    await routeOf('narrow', prefix('/items/special')),
    await routeOf('wide', prefix('/items')),
    await routeOf('never', prefix('/items/special/one')),
    await routeOf('rest', undefined),
  )
  const one = client()
  const body = async (target: string) => {
    one.request(`GET ${target} HTTP/1.1`, 'Host: a')
    return (await one.answer()).body.toString()
  }
  expect(await body('/items/special/one')).toBe('narrow')
  expect(await body('/items/other')).toBe('wide')
  expect(await body('/itemsx')).toBe('rest')
  expect(await body('//items')).toBe('rest')
  expect(queue.exchanges).toEqual([])
})

test('a route is found by the authority of an absolute target, not by its Host line', async () => {
  const { client } = await startRoutes(
    await routeOf('b', { hosts: ['b.example'] }),
    await routeOf('a', { hosts: ['a.example'] }),
  )
  const one = client()
  one.request('GET http://b.example/ HTTP/1.1', 'Host: a.example')
  expect((await one.answer()).body.toString()).toBe('b')
  one.request('GET / HTTP/1.1', 'Host: A.example:8080')
  expect((await one.answer()).body.toString()).toBe('a')
})

test('what no route takes is answered 404 with its id, counted and recorded as no-route', async () => {
  const { client, proxy, queue } = await startRoutes(await routeOf('one', prefix('/items')))
  const one = client()
  one.request('GET /other HTTP/1.1', 'Host: a', 'x-request-id: i1')
  const answer = await one.answer()
  expect(answer.startLine).toBe('HTTP/1.1 404 Not Found')
  expect(answer.body.toString()).toBe('No route of the proxy takes this request.\n')
  expect(rawHeader(answer, 'x-request-id')).toBe('i1')
  // The connection goes on.
  one.request('GET /items HTTP/1.1', 'Host: a')
  expect((await one.answer()).body.toString()).toBe('one')
  const counters = proxy.counters()
  expect(counters).toMatchObject({ seen: 2, pending: 0, unmirrored: { 'no-route': 1 } })
  expect(addsUp(counters)).toBe(true)
  const exchange = await queue.exchange('i1')
  expect(exchange).toMatchObject({ route: '', unmirrored: 'no-route' })
  expect(exchange.primary).toBeUndefined()
})

test('an upload that no route takes is answered 404, and its connection closed', async () => {
  const { client, proxy } = await startRoutes(await routeOf('one', prefix('/items')))
  const one = client().send('POST /other HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n')
  expect((await one.answer()).startLine).toBe('HTTP/1.1 404 Not Found')
  await one.untilClosed()
  expect(addsUp(proxy.counters())).toBe(true)
})

test('an upgrade that no route takes is answered 404', async () => {
  const { client, proxy } = await startRoutes(await routeOf('one', prefix('/items')))
  const one = client().request(
    'GET /chat HTTP/1.1',
    'Host: a',
    'Connection: Upgrade',
    'Upgrade: websocket',
  )
  expect((await one.answer()).startLine).toBe('HTTP/1.1 404 Not Found')
  expect(proxy.counters().unmirrored).toEqual({ 'no-route': 1 })
})

test('a request that is refused is refused before a route is looked for', async () => {
  const { client, proxy } = await startRoutes(await routeOf('one', prefix('/items')))
  const one = client().request('GET /other HTTP/1.1', 'Host: a', 'Host: b')
  expect((await one.answer()).startLine).toBe('HTTP/1.1 400 Bad Request')
  expect(proxy.counters().unmirrored).toEqual({ 'bad-request': 1 })
})

test('an HTTP/1.0 request without Host gets the Host of its route’s primary', async () => {
  const upstream = await startRawUpstream(ok('plain'))
  onTestFinished(() => upstream.close())
  const [route] = proxySettings(upstream.url, undefined).routes
  if (route === undefined) throw new Error('there is always one')
  const { client } = await startRoutes(await routeOf('named', { hosts: ['a.example'] }), {
    ...route,
    name: 'unnamed',
    match: prefix('/'),
  })
  const one = client().request('GET / HTTP/1.0')
  await one.untilClosed()
  expect(one.text).toMatch(/plain$/)
  const [sent] = upstream.requests
  expect(sent?.headers.slice(0, 2)).toEqual(['Host', `127.0.0.1:${upstream.port}`])
})

test('primary gets the edits that its route names, and nobody else does', async () => {
  const { client, primary, shadow, queue } = await startFixture({
    primary: ok('ok'),
    primarySettings: {
      headers: { set: [['Authorization', 'Bearer one']], remove: ['x-internal'] },
      rewritePrefix: { from: '/api', to: '/v1' },
    },
  })
  const one = client().request(
    'GET /api//a/../b?x=%zz&api=/api HTTP/1.1',
    'Host: a',
    'X-Internal: 1',
    'authorization: Basic x',
    'X-Last: 2',
    'x-request-id: i',
  )
  await one.answer()
  const [toPrimary] = primary.requests
  expect(toPrimary?.startLine).toBe('GET /v1//a/../b?x=%zz&api=/api HTTP/1.1')
  expect(toPrimary?.headers.slice(0, 8)).toEqual([
    ...['Host', 'a', 'Authorization', 'Bearer one', 'X-Last', '2', 'x-request-id', 'i'],
  ])
  const exchange = await queue.exchange('i')
  expect(exchange.request.target).toBe('/api//a/../b?x=%zz&api=/api')
  expect(exchange.primary?.sentHeaders.slice(0, 8)).toEqual(toPrimary?.headers.slice(0, 8))
  const [toShadow] = shadow.requests
  expect(toShadow?.startLine).toBe('GET /api//a/../b?x=%zz&api=/api HTTP/1.1')
  expect(rawHeader(toShadow ?? { headers: [] }, 'authorization')).toBe('Basic x')
  expect(rawHeader(toShadow ?? { headers: [] }, 'x-internal')).toBe('1')
})

test('a retry and an upgrade get primary’s edits too', async () => {
  const edits = {
    headers: { set: [['X-Edited', '1'] as const], remove: [] },
    rewritePrefix: { from: '/', to: '/v1' },
  }
  const { client, primary } = await startFixture({
    primary: {
      onRequest: (_request, socket, count) => {
        if (count === 1) socket.destroy()
        else socket.write(ok('ok'))
      },
    },
    primarySettings: { ...edits, retries: { attempts: 1, perTryTimeoutMs: 5000 } },
  })
  const one = client().request('GET /a HTTP/1.1', 'Host: a')
  expect((await one.answer()).body.toString()).toBe('ok')
  const two = client().request(
    'GET /chat HTTP/1.1',
    'Host: a',
    'Connection: Upgrade',
    'Upgrade: websocket',
  )
  await two.answer()
  expect(primary.requests.map(({ startLine }) => startLine)).toEqual([
    'GET /v1/a HTTP/1.1',
    'GET /v1/a HTTP/1.1',
    'GET /v1/chat HTTP/1.1',
  ])
  expect(primary.requests.map((request) => rawHeader(request, 'x-edited'))).toEqual(['1', '1', '1'])
})

test('primary gets no more connections than its route allows, and what is on top waits', async () => {
  const { client, primary } = await startFixture({
    primary: ok('ok'),
    primarySettings: { maxConnections: 2 },
  })
  const all = Array.from({ length: 20 }, () => client().request('GET / HTTP/1.1', 'Host: a'))
  const answers = await Promise.all(all.map((one) => one.answer()))
  expect(answers.map(({ startLine }) => startLine)).toEqual(all.map(() => 'HTTP/1.1 200 OK'))
  expect(primary.opened()).toBeLessThanOrEqual(2)
})

test('a shadow gets no more connections than it may have, and its copies do not time out over that', async () => {
  const { client, shadow, queue } = await startFixture({
    primary: ok('ok'),
    shadowSettings: { maxConnections: 1, maxInFlight: 8 },
  })
  const all = Array.from({ length: 10 }, () => client().request('GET / HTTP/1.1', 'Host: a'))
  await Promise.all(all.map((one) => one.answer()))
  await expect.poll(() => queue.exchanges.length).toBe(10)
  expect(shadow.opened()).toBe(1)
  expect(queue.exchanges.map((one) => one.shadow?.kind)).toEqual(all.map(() => 'response'))
})
