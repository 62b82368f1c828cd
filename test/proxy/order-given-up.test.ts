import type { Socket } from 'node:net'
import { expect, test } from 'vitest'
import { addsUp, ok, startFixture } from '../support/proxy-fixture.ts'
import { until } from '../support/until.ts'

/** A shadow whose requests wait for the test, and whose copies are in order by a header. */
async function start(changes: object) {
  const waiting = new Map<string, Socket>()
  const order: string[] = []
  const fixture = await startFixture({
    primary: {
      onRequest: (request, socket) => {
        if (!request.startLine.includes('/0-hangs')) socket.write(ok('ok'))
      },
    },
    shadow: {
      onRequest: (request, socket) => {
        const path = request.startLine.split(' ')[1] ?? ''
        order.push(path)
        waiting.set(path, socket)
      },
    },
    shadowSettings: { order: { kind: 'header', name: 'x-user' }, ...changes },
  })
  const { client, proxy } = fixture
  const one = client()
  const send = async (path: string, user: string) => {
    await one
      .request(`GET ${path} HTTP/1.1`, 'Host: a', `X-User: ${user}`, `x-request-id: ${path}`)
      .answer()
    expect(addsUp(proxy.counters())).toBe(true)
  }
  return {
    ...fixture,
    send,
    order,
    answer: (path: string, bytes = ok('late')) => waiting.get(path)?.write(bytes),
  }
}

test('what is given up for want of room is counted, and the rest keeps its order', async () => {
  const { send, order, answer, proxy, queue } = await start({ maxInFlight: 2, maxBacklog: 2 })
  await send('/u1', 'u')
  await until(() => order.length === 1)
  for (const path of ['/u2', '/u3', '/u4', '/u5', '/u6']) await send(path, 'u')
  expect(proxy.counters()).toMatchObject({ mirrored: 1, pending: 3, unmirrored: { backlog: 2 } })
  // Another caller has no place either: what waits is bounded for all callers together.
  await send('/v1', 'v')
  expect(proxy.counters().unmirrored).toEqual({ backlog: 3 })
  for (const path of ['/u1', '/u2', '/u3', '/u4']) {
    await until(() => order.at(-1) === path)
    answer(path)
  }
  await until(() => proxy.counters().match === 4)
  expect(order).toEqual(['/u1', '/u2', '/u3', '/u4'])
  for (const id of ['/u5', '/u6', '/v1']) {
    expect((await queue.exchange(id)).unmirrored).toBe('backlog')
  }
  await send('/u7', 'u')
  await until(() => order.at(-1) === '/u7')
  expect(proxy.counters()).toMatchObject({ seen: 8, pending: 0, mirrored: 5 })
})

test('those who wait too long behind a copy that hangs are given up, and the next goes on', async () => {
  const { send, order, answer, client, proxy, queue } = await start({
    timeoutMs: 300,
    idleMs: 10_000,
  })
  // Primary does not answer this one, so that nothing cuts its copy, which keeps the turn.
  client().request('GET /0-hangs HTTP/1.1', 'Host: a', 'X-User: u')
  await until(() => order.length === 1)
  answer('/0-hangs', 'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n')
  await send('/1', 'u')
  await send('/2', 'u')
  await until(() => proxy.counters().pending === 0)
  expect(proxy.counters()).toMatchObject({ mirrored: 1, unmirrored: { backlog: 2 } })
  expect((await queue.exchange('/1')).unmirrored).toBe('backlog')
  await send('/3', 'u')
  answer('/0-hangs', 'at last !')
  await until(() => order.length === 2)
  answer('/3')
  await queue.exchange('/3')
  expect(order).toEqual(['/0-hangs', '/3'])
  expect(proxy.counters()).toMatchObject({ seen: 4, mirrored: 2, unmirrored: { backlog: 2 } })
  expect(addsUp(proxy.counters())).toBe(true)
})

test('a write and the read after it reach the shadow in that order, whatever it answers', async () => {
  const { send, order, answer, queue } = await start({})
  await send('/write', 'u')
  await send('/read', 'u')
  await until(() => order.length === 1)
  answer('/write')
  await until(() => order.length === 2)
  answer('/read')
  const [write, read] = [await queue.exchange('/write'), await queue.exchange('/read')]
  expect(order).toEqual(['/write', '/read'])
  expect(read.shadowWaitMs).toBeGreaterThan(write.shadowWaitMs)
})
