import { expect, test } from 'vitest'
import { addsUp, ok, proxySettings, startFixture } from '../support/proxy-fixture.ts'
import { until } from '../support/until.ts'

test('a proxy that is its own primary answers 508 instead of asking itself for ever', async () => {
  const { client, proxy, shadow } = await startFixture({ primary: ok('unused') })
  const own = `http://127.0.0.1:${proxy.address.port}`
  proxy.reload(proxySettings(own, shadow.url))
  const answer = await client().request('GET / HTTP/1.1', 'Host: a').answer()
  expect(answer.startLine).toBe('HTTP/1.1 508 Loop Detected')
  await until(() => proxy.counters().match === 1)
  expect(proxy.counters()).toMatchObject({ seen: 2, unmirrored: { 'bad-request': 1 } })
  expect(shadow.requests.length).toBe(1)
})

test('a proxy that is its own shadow mirrors a request once', async () => {
  const { client, proxy, primary, queue } = await startFixture({ primary: ok('ok') })
  proxy.reload(proxySettings(primary.url, `http://127.0.0.1:${proxy.address.port}`))
  const answer = await client().request('GET / HTTP/1.1', 'Host: a', 'x-request-id: i').answer()
  expect(answer.body.toString()).toBe('ok')
  await until(() => proxy.counters().match === 1)
  const exchange = queue.exchanges.find(({ unmirrored }) => unmirrored === undefined)
  expect(exchange?.shadow).toMatchObject({ kind: 'response', status: 508 })
  expect(primary.requests.length).toBe(1)
  expect(addsUp(proxy.counters())).toBe(true)
})

test('two proxies that lead to each other end in a 508 too', async () => {
  const first = await startFixture({ primary: ok('unused'), options: { instance: 'first' } })
  const second = await startFixture({ primary: ok('unused'), options: { instance: 'second' } })
  const urlOf = ({ proxy }: typeof first) => `http://127.0.0.1:${proxy.address.port}`
  first.proxy.reload(proxySettings(urlOf(second), undefined))
  second.proxy.reload(proxySettings(urlOf(first), undefined))
  const answer = await first.client().request('GET / HTTP/1.1', 'Host: a').answer()
  expect(answer.startLine).toBe('HTTP/1.1 508 Loop Detected')
  expect(first.proxy.counters().seen + second.proxy.counters().seen).toBe(3)
})
