import { expect, test } from 'vitest'
import { AppError } from '../../src/core/errors.ts'
import type { ServiceReading } from '../../src/core/service-reading.ts'
import type { StatusView } from '../../src/core/service-report.ts'
import { consoleSettings, openConsole, READING } from '../support/console.ts'

const probeOf = (over: Partial<ServiceReading>) => ({ read: async () => ({ ...READING, ...over }) })
const silent = {
  read: () => Promise.reject(new AppError('unavailable', 'The proxy does not answer')),
}

test('the status tells version, upstreams, breaker and the counters of this moment', async () => {
  const app = await openConsole({ proxyAddress: { host: '::1', port: 18080 } })
  expect((await app.inject('/api/v1/status')).json()).toEqual({
    version: '1.2.3',
    run: 'checkout-2.3',
    upstreams: [
      {
        route: 'default',
        primary: 'http://v1.example',
        shadow: 'http://v2.example',
        percent: 12.5,
        methods: 'all',
      },
      { route: 'plain', primary: 'http://v1.example' },
    ],
    breaker: { default: 'closed' },
    counters: READING.counters,
    proxy: { accepting: true, restarts: 0 },
    recorder: { state: 'up', storeOpened: true, restarts: 0, queued: 3 },
    listen: '[::1]:18080',
    store: '/var/lib/shadowdiff/shadowdiff.db',
  })
})

test.each([
  ['a second instance of version 1', 'http://v1-b.example', false],
  ['primary itself', 'http://v1.example', true],
])('the status tells which address is the control: %s', async (_what, url, isPrimary) => {
  const settings = consoleSettings()
  const control = { url, isPrimary, percent: 100, maxInFlight: 64, timeoutMs: 1, idleMs: 1 }
  const app = await openConsole({
    settings: { ...settings, routes: settings.routes.map((route) => ({ ...route, control })) },
  })
  const { upstreams } = (await app.inject('/api/v1/status')).json<StatusView>()
  expect(upstreams.map((one) => one.control)).toEqual([url, undefined])
})

test('what became of the control legs stands beside the counters, which hold each request once', async () => {
  const control = { sent: 4, ok: 3, failed: 1, skipped: { 'not-sampled': 5 } }
  const { counters } = READING
  const app = await openConsole({ probe: probeOf({ counters: { ...counters, control } }) })
  const status = (await app.inject('/api/v1/status')).json<StatusView>()
  expect(status).toMatchObject({ counters, control })
  expect(status.counters).not.toHaveProperty('control')
})

test('the status tells the upstreams of the configuration in force', async () => {
  const before = consoleSettings()
  let current = before
  const app = await openConsole({ settings: before, currentSettings: () => current })
  current = { ...before, routes: before.routes.slice(1) }
  const { upstreams } = (await app.inject('/api/v1/status')).json<StatusView>()
  expect(upstreams).toEqual([{ route: 'plain', primary: 'http://v1.example' }])
})

test('the status names the run that goes on, whatever the configuration called it', async () => {
  const app = await openConsole({ probe: probeOf({ run: 'second' }) })
  expect((await app.inject('/api/v1/status')).json()).toMatchObject({ run: 'second' })
})

test('the proxies are asked at each reading', async () => {
  let seen = 0
  const read = async () => {
    seen += 1
    return { ...READING, counters: { ...READING.counters, seen } }
  }
  const app = await openConsole({ probe: { read } })
  for (const expected of [1, 2]) {
    const { counters } = (await app.inject('/api/v1/status')).json<ServiceReading>()
    expect(counters.seen).toBe(expected)
  }
})

test('proxies that do not answer make the status unavailable, not zero', async () => {
  const app = await openConsole({ probe: silent })
  const answer = await app.inject('/api/v1/status')
  expect(answer.statusCode).toBe(503)
  expect(answer.headers['retry-after']).toBe('1')
  expect(answer.json()).toMatchObject({ detail: 'The proxy does not answer' })
})

test('the console is healthy when it answers, whatever the others do', async () => {
  const app = await openConsole({ probe: silent, reader: () => undefined })
  const answer = await app.inject('/healthz')
  expect([answer.statusCode, answer.json()]).toEqual([200, { status: 'ok' }])
})

test('ready means that the proxy accepts, even while the recorder is down', async () => {
  const recorder = { state: 'down', storeOpened: true, restarts: 4, queued: 9 } as const
  const app = await openConsole({ probe: probeOf({ recorder }) })
  const answer = await app.inject('/readyz')
  expect(answer.statusCode).toBe(200)
  expect(answer.json()).toEqual({ status: 'ready', proxy: READING.proxy, recorder })
})

test.each([
  ['the proxy accepts nothing', probeOf({ proxy: { accepting: false, restarts: 1 } })],
  [
    'the store was never opened',
    probeOf({ recorder: { state: 'starting', storeOpened: false, restarts: 0, queued: 0 } }),
  ],
  ['the proxy does not answer', silent],
])('not ready as long as %s', async (_title, probe) => {
  const app = await openConsole({ probe })
  const answer = await app.inject('/readyz')
  expect(answer.statusCode).toBe(503)
  expect(answer.headers['retry-after']).toBe('1')
  expect(answer.json()).toMatchObject({ status: 'not-ready', reason: expect.any(String) as string })
})

test('a health check may ask with HEAD', async () => {
  const app = await openConsole()
  expect((await app.inject({ method: 'HEAD', url: '/healthz' })).statusCode).toBe(200)
})
