import { readdirSync } from 'node:fs'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { imbalanceOf, total } from '../support/books-balance.ts'
import { startMixedLoad } from '../support/mixed-load.ts'
import type { MixedLoad } from '../support/mixed-load.ts'
import { startMixedUpstream } from '../support/mixed-upstream.ts'
import type { MixedUpstream } from '../support/mixed-upstream.ts'
import { childrenOf, isRunning, runShadowdiff } from '../support/shadowdiff.ts'
import type { RunningShadowdiff } from '../support/shadowdiff.ts'
import { watchBooks, type WatchedBooks } from '../support/watched-books.ts'

let primary: MixedUpstream
let shadow: MixedUpstream
beforeAll(async () => {
  primary = await startMixedUpstream(1)
  shadow = await startMixedUpstream(2)
})
afterAll(() => Promise.all([primary.close(), shadow.close()]))

let service: RunningShadowdiff
let load: MixedLoad
let books: WatchedBooks
let handlesBefore: number
beforeEach(async () => {
  service = await runShadowdiff({ primary: primary.url, shadow: shadow.url })
  await expect.poll(async () => (await service.api.status()).recorder.state).toBe('up')
  handlesBefore = await handles()
  books = watchBooks(service.api)
  load = startMixedLoad(service.proxy, { concurrency: 10 })
  await expect.poll(() => load.answered()).toBeGreaterThan(100)
  await expect.poll(() => books.readings()).toBeGreaterThan(5)
})
afterEach(async () => {
  await load.stop()
  expect(await books.stop()).toEqual([])
  await service.remove()
})

/** Handles of the supervisor and of the proxy, apart from connections to upstreams, which are kept for reuse. */
async function handles(): Promise<number> {
  const held = [service.pid, ...service.proxyPids()].flatMap((pid) =>
    readdirSync(`/proc/${pid}/fd`),
  )
  return held.length - (await primary.connections()) - (await shadow.connections())
}

/** Waits until what served the dead is given back. */
async function handlesCameBack(): Promise<void> {
  await expect.poll(handles, { timeout: 20_000 }).toBeLessThanOrEqual(handlesBefore)
}

/** Kills a part and waits for the next process of it. */
async function killAndAwaitReturn(part: 'recorder' | 'console' | 'proxy'): Promise<void> {
  const pid = service.partPid(part)
  if (pid === undefined) throw new Error(`there is no ${part}`)
  process.kill(pid, 'SIGKILL')
  await expect
    .poll(() => [undefined, pid].includes(service.partPid(part)), { timeout: 15_000 })
    .toBe(false)
}

async function recorderUp(): Promise<void> {
  await expect
    .poll(async () => (await service.api.status()).recorder.state, { timeout: 15_000 })
    .toBe('up')
}

/** Waits until this many more were answered. */
async function answeredMore(count: number): Promise<void> {
  const before = load.answered()
  await expect.poll(() => load.answered(), { timeout: 20_000 }).toBeGreaterThan(before + count)
}

test('a killed recorder comes back, no client notices, and the gap is counted', async () => {
  await killAndAwaitReturn('recorder')
  await answeredMore(200)
  await recorderUp()
  await load.stop()
  expect(load.wrong).toEqual([])

  const { counters, recorder } = await service.api.settled()
  expect(recorder).toMatchObject({ state: 'up', restarts: 1 })
  expect(imbalanceOf(counters)).toBe('')
  expect(counters.seen).toBe(load.answered())
  expect(Object.keys(counters.lost)).toEqual(['recorder-down'])

  // A batch may have been written before its acknowledgement was lost: it is told as lost all the same.
  const rows = await service.api.exchanges()
  expect(rows.length).toBeGreaterThanOrEqual(counters.mirrored - total(counters.lost))
  expect(rows.length).toBeLessThanOrEqual(counters.mirrored)
  await handlesCameBack()
}, 60_000)

test('a recorder killed again and again costs rows, never an answer', async () => {
  for (let i = 0; i < 3; i++) {
    await killAndAwaitReturn('recorder')
    await recorderUp()
    await answeredMore(50)
  }
  await load.stop()
  expect(load.wrong).toEqual([])
  const { counters, recorder } = await service.api.settled()
  expect(recorder.restarts).toBe(3)
  expect(imbalanceOf(counters)).toBe('')
  expect(counters.seen).toBe(load.answered())
  await handlesCameBack()
}, 60_000)

test('a killed console comes back at the same address, and no exchange is lost', async () => {
  await killAndAwaitReturn('console')
  await answeredMore(100)
  await expect
    .poll(() => service.api.status().then(() => 'answers', String), { timeout: 15_000 })
    .toBe('answers')
  await load.stop()
  expect(load.wrong).toEqual([])
  const { counters } = await service.api.settled()
  expect(counters.lost).toEqual({})
  expect(counters.seen).toBe(load.answered())
  expect(await service.api.exchanges()).toHaveLength(counters.mirrored)
  await handlesCameBack()
}, 60_000)

test('a killed proxy comes back at the same address', async () => {
  await killAndAwaitReturn('proxy')
  await answeredMore(100)
  await load.stop()
  const cut = load.wrong.filter((line) => !/ECONNREFUSED|ECONNRESET|socket hang up/.test(line))
  expect(cut).toEqual([])
  const { counters, proxy } = await service.api.settled()
  expect(proxy.restarts).toBe(1)
  expect(imbalanceOf(counters)).toBe('')
  await handlesCameBack()
}, 60_000)

test('a killed supervisor leaves no process behind, and the database opens again', async () => {
  const parts = childrenOf(service.pid)
  expect(parts.length).toBeGreaterThanOrEqual(3)
  const { match } = (await service.api.status()).counters
  await service.stop('SIGKILL')
  await expect.poll(() => parts.filter(isRunning)).toEqual([])
  await load.stop()

  const folder = service.db.replace(/\/[^/]+$/, '')
  service = await runShadowdiff({ primary: primary.url, shadow: shadow.url, folder })
  expect((await service.api.exchanges()).length).toBeGreaterThanOrEqual(match)
}, 60_000)
