import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ExchangeRow } from '../../src/core/exchange-report.ts'
import { imbalanceOf, total } from '../support/books-balance.ts'
import { startMixedLoad } from '../support/mixed-load.ts'
import { isChanged, mixedRequest, startMixedUpstream } from '../support/mixed-upstream.ts'
import type { MixedUpstream } from '../support/mixed-upstream.ts'
import { runShadowdiff, shadowdiff } from '../support/shadowdiff.ts'
import type { RunningShadowdiff } from '../support/shadowdiff.ts'

const COUNT = 2000
const CHANGED = Array.from({ length: COUNT }, (_, n) => mixedRequest(n)).filter(isChanged)

let primary: MixedUpstream
let shadow: MixedUpstream
let service: RunningShadowdiff
beforeAll(async () => {
  const delayMs = (path: string) => (path.startsWith('/small/') ? 15 : 0)
  primary = await startMixedUpstream(1, { delayMs })
  shadow = await startMixedUpstream(2, { delayMs })
  service = await runShadowdiff({ primary: primary.url, shadow: shadow.url })
})
afterAll(async () => {
  await service.remove()
  await Promise.all([primary.close(), shadow.close()])
})

test('2,000 mixed requests at concurrency 50: every byte is primary’s, the books balance all the way, each is found with both observations', async () => {
  const load = startMixedLoad(service.proxy, { to: COUNT })
  const readings = []
  while (load.answered() + load.wrong.length < COUNT)
    readings.push((await service.api.status()).counters)
  await load.done
  expect(load.wrong).toEqual([])
  expect(load.answered()).toBe(COUNT)
  expect(readings.map(imbalanceOf).filter(Boolean)).toEqual([])
  expect(readings.map(({ seen }) => seen)).toEqual(
    readings.map(({ seen }) => seen).toSorted((a, b) => a - b),
  )

  const { counters } = await service.api.settled()
  expect(counters).toEqual({
    seen: COUNT,
    pending: 0,
    mirrored: COUNT,
    unmirrored: {},
    inFlight: 0,
    match: COUNT - CHANGED.length,
    divergent: CHANGED.length,
    incomparable: {},
    lost: {},
  })
  expect(primary.requestIds).toHaveLength(COUNT)
  expect([...shadow.requestIds].sort()).toEqual([...primary.requestIds].sort())

  for (let n = 0; n < COUNT; n++) {
    const { requestId } = mixedRequest(n)
    const { items } = await service.api.get<{ items: { id: string }[] }>(
      `exchanges?requestId=${requestId}`,
    )
    expect(items, requestId).toMatchObject([
      {
        requestId,
        primaryStatus: expect.any(Number) as number,
        shadowMs: expect.any(Number) as number,
      },
    ])
    if (n % 100 !== 0) continue
    const detail = await service.api.exchange(items[0]?.id ?? '')
    expect(detail).toMatchObject({ primary: { kind: 'response' }, shadow: { kind: 'response' } })
    expect(detail.outcome).toBe(isChanged(mixedRequest(n)) ? 'divergent' : 'match')
  }
}, 120_000)

test('the one known change is one divergence an endpoint, nothing else is', async () => {
  const divergences = await service.api.divergences()
  const found = divergences.map(({ endpoint, kind, location }) => `${endpoint} ${kind} ${location}`)
  expect(found.sort()).toEqual([
    'DELETE /changed/{id} value body:/price',
    'GET /changed/{id} value body:/price',
  ])
  const exchanges = divergences.reduce((sum, one) => sum + one.exchanges, 0)
  expect(exchanges).toBe(CHANGED.length)
})

test('SIGTERM right after the last answer loses nothing, and what is written agrees with the last words', async () => {
  const load = startMixedLoad(service.proxy, { from: COUNT, to: 2 * COUNT })
  await load.done
  expect(load.wrong).toEqual([])
  const { code, stderr } = await service.stop('SIGTERM')
  expect(code).toBe(0)
  expect(stderr).toContain(`${2 * COUNT} requests seen, ${2 * COUNT} mirrored`)
  expect(stderr).toContain(' 0 lost')
  const { stdout, code: exported } = shadowdiff([
    ...['export', '--db', service.db, '--format', 'jsonl', '--what', 'exchanges'],
  ])
  expect(exported).toBe(0)
  const ids = stdout
    .trimEnd()
    .split('\n')
    .map((line) => (JSON.parse(line) as ExchangeRow).requestId)
  expect(new Set(ids)).toEqual(
    new Set(Array.from({ length: 2 * COUNT }, (_, n) => mixedRequest(n).requestId)),
  )
  expect(ids).toHaveLength(2 * COUNT)
}, 120_000)

test('SIGTERM under load answers everybody who was let in and keeps the books', async () => {
  const again = await runShadowdiff({ primary: primary.url, shadow: shadow.url })
  try {
    const load = startMixedLoad(again.proxy, { concurrency: 20 })
    await expect.poll(() => load.answered()).toBeGreaterThan(200)
    const before = primary.requestIds.length
    const { code, stderr } = await again.stop('SIGTERM')
    await load.stop()
    expect(code).toBe(0)
    // Nobody gets a wrong or a cut answer; those who come later find the door closed.
    expect(
      load.wrong.filter((line) => !/ECONNREFUSED|ECONNRESET|socket hang up/.test(line)),
    ).toEqual([])
    const [, seen = '', mirrored = ''] = /(\d+) requests seen, (\d+) mirrored/.exec(stderr) ?? []
    expect(Number(seen)).toBe(Number(mirrored))
    expect(Number(seen)).toBeGreaterThanOrEqual(load.answered())
    expect(primary.requestIds.length).toBeGreaterThanOrEqual(before)
    expect(stderr).toContain(' 0 lost')
    const rows = shadowdiff([
      ...['export', '--db', again.db, '--format', 'jsonl', '--what', 'exchanges'],
    ]).stdout
    expect(rows.trimEnd().split('\n')).toHaveLength(Number(seen))
  } finally {
    await again.remove()
  }
}, 60_000)

test('what is not mirrored is counted by reason', async () => {
  const safe = await runShadowdiff({
    primary: primary.url,
    shadow: shadow.url,
    args: ['--methods', 'safe', '--percent', '50'],
  })
  try {
    const load = startMixedLoad(safe.proxy, { to: 400 })
    await load.done
    expect(load.wrong).toEqual([])
    const { counters } = await safe.api.settled()
    expect(imbalanceOf(counters)).toBe('')
    expect(Object.keys(counters.unmirrored).sort()).toEqual(['method', 'not-sampled'])
    expect(counters.mirrored + total(counters.unmirrored)).toBe(400)
  } finally {
    await safe.remove()
  }
}, 60_000)
