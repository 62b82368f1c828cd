import { expect, test } from 'vitest'
import type { MirrorOrder } from '../../src/core/settings.ts'
import { addsUp, ok, startFixture } from '../support/proxy-fixture.ts'
import { until } from '../support/until.ts'

/** A shadow that answers a request when the test says so. */
async function start(order: MirrorOrder, changes: object = {}) {
  const fixture = await startFixture({
    primary: ok('ok'),
    shadow: {
      onRequest: (request, socket) => {
        waiting.push({
          path: request.startLine.split(' ')[1] ?? '',
          answer: () => socket.write(ok('late')),
        })
      },
    },
    shadowSettings: { order, ...changes },
  })
  const waiting: { path: string; answer: () => void }[] = []
  return { ...fixture, waiting, paths: () => waiting.map(({ path }) => path) }
}

test('without order a caller’s copies overtake each other', async () => {
  const { client, paths } = await start({ kind: 'none' })
  const one = client()
  await one.request('GET /1 HTTP/1.1', 'Host: a').answer()
  await one.request('GET /2 HTTP/1.1', 'Host: a').answer()
  await until(() => paths().length === 2)
})

test('by connection: a copy waits for the answer to the one before it, and others do not', async () => {
  const { client, waiting, paths, queue } = await start({ kind: 'connection' })
  const one = client()
  await one.request('POST /1 HTTP/1.1', 'Host: a', 'Content-Length: 0').answer()
  await one.request('GET /2 HTTP/1.1', 'Host: a', 'x-request-id: second').answer()
  await one.request('GET /3 HTTP/1.1', 'Host: a').answer()
  await client().request('GET /other HTTP/1.1', 'Host: a').answer()
  await until(() => paths().includes('/other'))
  expect(paths()).toEqual(['/1', '/other'])
  waiting[0]?.answer()
  await until(() => paths().length === 3)
  expect(paths()[2]).toBe('/2')
  waiting[2]?.answer()
  await until(() => paths().length === 4)
  expect(paths()[3]).toBe('/3')
  const { shadowWaitMs } = await queue.exchange('second')
  expect(shadowWaitMs).toBeGreaterThan(0)
  expect(String(shadowWaitMs)).toMatch(/^\d+(\.\d{1,3})?$/)
})

test.each([
  ['cookie', { kind: 'cookie', name: 'sid' }, (id: string) => `Cookie: a=b; sid=${id}; c=d`],
  ['header', { kind: 'header', name: 'X-User' }, (id: string) => `x-user: ${id}`],
] as const)(
  'by %s: copies of one caller keep their order over connections',
  async (_by, order, line) => {
    const { client, waiting, paths } = await start(order)
    await client().request('GET /1 HTTP/1.1', 'Host: a', line('ann')).answer()
    await client().request('GET /2 HTTP/1.1', 'Host: a', line('ann')).answer()
    await client().request('GET /bob HTTP/1.1', 'Host: a', line('bob')).answer()
    await client().request('GET /nobody HTTP/1.1', 'Host: a').answer()
    await until(() => paths().length === 3)
    expect(paths().sort()).toEqual(['/1', '/bob', '/nobody'])
    waiting.find(({ path }) => path === '/1')?.answer()
    await until(() => paths().includes('/2'))
  },
)

test('a copy that fails lets the next one go on', async () => {
  const { client, shadow, paths, queue } = await start({ kind: 'connection' })
  const one = client()
  await one.request('GET /1 HTTP/1.1', 'Host: a').answer()
  await one.request('GET /2 HTTP/1.1', 'Host: a').answer()
  await until(() => paths().length === 1)
  for (const socket of shadow.sockets) socket.destroy()
  await until(() => paths().length === 2)
  await queue.exchange()
})

test('those that wait count for the backlog, and none waits longer than a copy may', async () => {
  const { client, proxy, paths } = await start(
    { kind: 'connection' },
    { maxInFlight: 1, maxBacklog: 2, timeoutMs: 150, idleMs: 150 },
  )
  const one = client()
  for (let i = 1; i <= 5; i++) await one.request(`GET /${i} HTTP/1.1`, 'Host: a').answer()
  expect(proxy.counters().unmirrored.backlog).toBeGreaterThanOrEqual(2)
  await until(() => proxy.counters().pending === 0 && proxy.counters().inFlight === 0)
  expect(paths().length).toBeLessThanOrEqual(3)
  expect(addsUp(proxy.counters())).toBe(true)
})

test('a stop counts those that wait as lost', async () => {
  const { client, proxy, paths } = await start({ kind: 'connection' })
  const one = client()
  for (let i = 1; i <= 3; i++) await one.request(`GET /${i} HTTP/1.1`, 'Host: a').answer()
  await until(() => paths().length === 1)
  await proxy.close(0)
  expect(proxy.counters()).toMatchObject({ mirrored: 3, lost: { shutdown: 3 }, pending: 0 })
})
