import { expect, test } from 'vitest'
import { ok, startFixture } from '../support/proxy-fixture.ts'

test('the health port says that the process lives and accepts, and how the others are', async () => {
  const { proxy, queue } = await startFixture({
    primary: ok('ok'),
    settings: { health: { host: '127.0.0.1', port: 0 } },
  })
  const at = `http://127.0.0.1:${proxy.healthAddress?.port ?? 0}`
  const healthy = await fetch(`${at}/healthz`)
  expect(healthy.status).toBe(200)
  expect(await healthy.json()).toEqual({ status: 'ok' })
  queue.connected = false
  const ready = await fetch(`${at}/readyz`)
  expect(ready.status).toBe(200)
  expect(await ready.json()).toEqual({
    status: 'ready',
    recorder: 'disconnected',
    breaker: { default: 'closed' },
  })
  expect((await fetch(`${at}/other`)).status).toBe(404)
  expect((await fetch(`${at}/readyz?x`, { method: 'HEAD' })).status).toBe(200)
})

test('requests on the health port are not in the books', async () => {
  const { proxy } = await startFixture({
    primary: ok('ok'),
    settings: { health: { host: '127.0.0.1', port: 0 } },
  })
  await fetch(`http://127.0.0.1:${proxy.healthAddress?.port ?? 0}/healthz`)
  expect(proxy.counters().seen).toBe(0)
})
