import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import type { Counters } from '../../src/core/counters.ts'
import { imbalanceOf, total } from '../support/books-balance.ts'
import { startMixedLoad } from '../support/mixed-load.ts'
import { startMixedUpstream } from '../support/mixed-upstream.ts'
import type { MixedUpstream } from '../support/mixed-upstream.ts'
import { runShadowdiff } from '../support/shadowdiff.ts'

let primary: MixedUpstream
let shadow: MixedUpstream
beforeAll(async () => {
  primary = await startMixedUpstream(1)
  shadow = await startMixedUpstream(2)
})
afterAll(() => Promise.all([primary.close(), shadow.close()]))

test('a worker that is killed takes only its own connections along, and no count goes backwards', async () => {
  const service = await runShadowdiff({
    ...{ primary: primary.url, shadow: shadow.url },
    args: ['--workers', '2', '--health', '127.0.0.1:0'],
  })
  onTestFinished(() => service.remove())
  expect(service.proxyPids()).toHaveLength(2)
  const concurrency = 20
  const load = startMixedLoad(service.proxy, { concurrency })
  onTestFinished(() => load.stop())

  const seen: Counters[] = []
  const look = async () => {
    const { counters } = await service.api.status()
    expect(imbalanceOf(counters)).toBe('')
    const before = seen.at(-1)
    if (before !== undefined) {
      for (const key of ['seen', 'mirrored', 'match', 'divergent'] as const) {
        expect(counters[key]).toBeGreaterThanOrEqual(before[key])
      }
      expect(total(counters.lost)).toBeGreaterThanOrEqual(total(before.lost))
    }
    seen.push(counters)
    return counters
  }
  await expect.poll(async () => (await look()).seen).toBeGreaterThan(200)
  const [victim = 0] = service.proxyPids()
  process.kill(victim, 'SIGKILL')
  const answered = load.answered()
  await expect.poll(() => load.answered()).toBeGreaterThan(answered + 200)
  await expect
    .poll(async () => {
      await look()
      return service.proxyPids().filter((pid) => pid !== victim).length
    })
    .toBe(2)
  await expect
    .poll(async () => {
      await look()
      return (await service.api.status()).proxy.restarts
    })
    .toBe(1)
  const again = load.answered()
  await expect.poll(() => load.answered()).toBeGreaterThan(again + 200)
  await load.stop()

  // A client's connection broke at most once; nobody was refused.
  expect(load.wrong.filter((line) => !/ECONNRESET|socket hang up/.test(line))).toEqual([])
  expect(load.wrong.length).toBeLessThanOrEqual(concurrency)
  const { counters } = await service.api.settled()
  expect(imbalanceOf(counters)).toBe('')
}, 120_000)

test('several workers listen at one address, and all of them stop when told to', async () => {
  const service = await runShadowdiff({
    ...{ primary: primary.url, shadow: shadow.url },
    args: ['--workers', '3'],
  })
  onTestFinished(() => service.remove())
  const load = startMixedLoad(service.proxy, { concurrency: 12, to: 300 })
  await load.done
  expect(load.wrong).toEqual([])
  const { counters } = await service.api.settled()
  expect(counters.seen).toBe(300)
  const ended = await service.stop()
  expect(ended).toMatchObject({ code: 0 })
  expect(ended.stderr).toContain('300 requests seen')
}, 60_000)
