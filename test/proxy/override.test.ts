import { expect, test } from 'vitest'
import { ok, startFixture } from '../support/proxy-fixture.ts'

test('a pause and a percentage take effect on the next request, and are undone the same way', async () => {
  const { client, proxy, queue } = await startFixture({ primary: ok('ok') })
  const one = client()
  const ask = async () => {
    await one.request('GET / HTTP/1.1', 'Host: a').answer()
    return proxy.counters()
  }
  proxy.setMirror({ paused: true })
  expect((await ask()).unmirrored).toEqual({ paused: 1 })
  proxy.setMirror({ paused: false, percent: 0 }, 'default')
  expect((await ask()).unmirrored).toEqual({ paused: 1, 'not-sampled': 1 })
  proxy.setMirror({ paused: true }, 'another')
  expect((await ask()).unmirrored).toEqual({ paused: 1, 'not-sampled': 2 })
  proxy.setMirror({ paused: false, percent: 100 })
  await ask()
  await queue.exchange()
  expect(proxy.counters().mirrored).toBe(1)
})

test('a percentage never raises what the route says', async () => {
  const { client, proxy } = await startFixture({
    primary: ok('ok'),
    shadowSettings: { percent: 0 },
  })
  proxy.setMirror({ paused: false, percent: 100 })
  await client().request('GET / HTTP/1.1', 'Host: a').answer()
  expect(proxy.counters().unmirrored).toEqual({ 'not-sampled': 1 })
})
