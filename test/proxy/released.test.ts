import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { setImmediate } from 'node:timers/promises'
import { expect, test } from 'vitest'
import type { CreateTransport } from '../../src/proxy/leg.ts'
import { startProxy } from '../../src/proxy/server.ts'
import { createWireTransport } from '../../src/proxy/wire/wire-transport.ts'
import { MemoryQueue } from '../support/memory-queue.ts'
import { ok, proxySettings, withControl } from '../support/proxy-fixture.ts'
import { RawClient } from '../support/raw-client.ts'
import { startRawUpstream } from '../support/raw-upstream.ts'
import { until } from '../support/until.ts'

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

/** Waits until nothing refers to the objects any more: a timer that still runs would hold them. */
async function untilReleased(refs: readonly WeakRef<object>[]): Promise<void> {
  const left = () => refs.filter((ref) => ref.deref() !== undefined).length
  for (let round = 0; round < 200 && left() > 0; round++) {
    await setImmediate()
    collectGarbage()
  }
  expect(left()).toBe(0)
}

/** Runs a proxy whose shadow hangs and whose control resets, and stops it with all of that under way. */
async function runAndStop(refs: WeakRef<object>[]): Promise<void> {
  const primary = await startRawUpstream(ok('ok'))
  const shadow = await startRawUpstream({ onRequest: () => undefined })
  const control = await startRawUpstream({ onRequest: (_request, socket) => socket.destroy() })
  const createTransport: CreateTransport = (options) => {
    const transport = createWireTransport(options)
    refs.push(new WeakRef(transport))
    return transport
  }
  const queue = new MemoryQueue()
  refs.push(new WeakRef(queue))
  const settings = (percent: number) =>
    withControl(
      proxySettings(primary.url, shadow.url, {
        shadowSettings: {
          percent,
          maxInFlight: 2,
          fault: { delay: { percent: 50, forMs: 60_000 } },
        },
      }),
      { url: control.url, isPrimary: false },
    )
  const proxy = await startProxy({ settings: settings(100), queue, instance: 'x', createTransport })
  refs.push(new WeakRef(proxy))
  const client = new RawClient(proxy.address.port)
  for (let i = 0; i < 10; i++) await client.request('GET / HTTP/1.1', 'Host: a').answer()
  await until(() => control.requests.length > 0)
  proxy.reload(settings(99))
  for (let i = 0; i < 10; i++) await client.request('GET / HTTP/1.1', 'Host: a').answer()
  client.destroy()
  await proxy.close(0)
  expect(proxy.counters()).toMatchObject({ pending: 0, inFlight: 0 })
  await Promise.all([primary.close(), shadow.close(), control.close()])
}

test('after a stop in the middle of everything no timer and no socket holds a leg, a queue or the proxy', async () => {
  const refs: WeakRef<object>[] = []
  await runAndStop(refs)
  // Three legs, of which two were opened anew by the reload, the queue and the proxy.
  expect(refs.length).toBe(7)
  await untilReleased(refs)
})
