import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { EndpointRow } from '../../src/core/run-report.ts'
import { describeRegressions, NOISE, REGRESSIONS } from '../../src/demo/regressions.ts'
import type { Regression } from '../../src/demo/regressions.ts'
import { startShop } from '../../src/demo/shop.ts'
import type { Shop } from '../../src/demo/shop.ts'
import { startTraffic } from '../../src/demo/traffic.ts'
import { ConsoleApi, isRunning, runShadowdiff } from '../support/shadowdiff.ts'
import type { RunningShadowdiff } from '../support/shadowdiff.ts'

let shops: readonly [Shop, Shop]
let service: RunningShadowdiff
beforeAll(async () => {
  shops = [await startShop({ version: 1 }), await startShop({ version: 2 })]
  service = await runShadowdiff({ primary: shops[0].url, shadow: shops[1].url })
})
afterAll(async () => {
  await service.remove()
  await Promise.all(shops.map((shop) => shop.close()))
})

const ALL: readonly Regression[] = [...REGRESSIONS, NOISE]
const EXPECTED = [
  ...new Set(
    ALL.flatMap(({ endpoint, shows }) =>
      shows.map(({ kind, location }) => `${endpoint} ${kind} ${location}`),
    ),
  ),
].sort()

test('visitors of the shop make every regression of version 2 show, and nothing else', async () => {
  const found = async () =>
    (await service.api.divergences())
      .map(({ endpoint, kind, location }) => `${endpoint} ${kind} ${location}`)
      .sort()
  const traffic = startTraffic({ url: service.proxy, ratePerSecond: 80, seed: 7 })
  await expect
    .poll(async () => (await found()).length, { timeout: 60_000, interval: 500 })
    .toBeGreaterThanOrEqual(EXPECTED.length)
  await traffic.stop()
  expect(traffic.failed()).toBe(0)
  const { counters } = await service.api.settled()
  expect(counters).toMatchObject({ seen: traffic.sent(), lost: {}, incomparable: {} })
  expect(await found()).toEqual(EXPECTED)
}, 90_000)

test('the slow search shows in the latency of its endpoint', async () => {
  const endpoints = await service.api.all<EndpointRow>('endpoints')
  const search = endpoints.find(({ endpoint }) => endpoint === 'GET /search')
  expect(search?.shadowLatency?.p50).toBeGreaterThan(240)
})

test('`shadowdiff demo` says where to look and what for, finds it, and leaves nothing behind', async () => {
  const main = fileURLToPath(new URL('../../dist/main.js', import.meta.url))
  const child = spawn(process.execPath, [main, 'demo'], { stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()))
  const ended = once(child, 'close')
  const consoleUrl = () => /Open\s+(http:\S+)/.exec(output)
  await expect.poll(consoleUrl, { timeout: 20_000 }).not.toBeNull()
  for (const line of describeRegressions()) expect(output).toContain(line)
  const [, console = ''] = consoleUrl() ?? []
  const api = new ConsoleApi(console)
  await expect
    .poll(async () => (await api.divergences()).length, { timeout: 30_000, interval: 250 })
    .toBeGreaterThan(0)
  child.kill('SIGINT')
  const [code] = (await ended) as [number | null]
  expect(code).toBe(0)
  expect(isRunning(child.pid ?? 0)).toBe(false)
}, 90_000)
