import { expect, test } from 'vitest'
import { startProxy } from '../../src/proxy/server.ts'
import { MemoryQueue } from '../support/memory-queue.ts'
import { ok, proxySettings, startFixture } from '../support/proxy-fixture.ts'
import { until } from '../support/until.ts'

test('after a stop neither listeners nor sockets are left', async () => {
  const open = () =>
    process.getActiveResourcesInfo().filter((name) => name.startsWith('TCP')).length
  const before = open()
  const queue = new MemoryQueue()
  const proxy = await startProxy({
    settings: {
      ...proxySettings('http://127.0.0.1:1', 'http://127.0.0.1:1'),
      health: { host: '127.0.0.1', port: 0 },
    },
    queue,
    instance: 'x',
  })
  const answer = await fetch(`http://127.0.0.1:${proxy.address.port}/`)
  expect(answer.status).toBe(502)
  await fetch(`http://127.0.0.1:${proxy.healthAddress?.port ?? 0}/healthz`)
  await queue.exchange()
  expect(open()).toBeGreaterThan(before)
  await proxy.close(1000)
  await until(() => open() <= before, 'the last socket to close')
})

test('a health port that cannot be had leaves nothing open', async () => {
  const { proxy } = await startFixture({ primary: ok('ok') })
  const open = () =>
    process.getActiveResourcesInfo().filter((name) => name === 'TCPServerWrap').length
  const before = open()
  const settings = {
    ...proxySettings('http://127.0.0.1:1', 'http://127.0.0.1:1'),
    health: proxy.address,
  }
  await expect(startProxy({ settings, queue: new MemoryQueue(), instance: 'x' })).rejects.toThrow(
    'cannot listen',
  )
  await until(() => open() === before)
})
