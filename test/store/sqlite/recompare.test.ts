import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { Database } from '../../../src/store/sqlite/binding.ts'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createComparer } from '../../../src/core/compare.ts'
import type { Exchange } from '../../../src/core/exchange.ts'
import type { Judging } from '../../../src/core/ports.ts'
import { createRedactor } from '../../../src/core/redact.ts'
import type { JobView } from '../../../src/core/service-report.ts'
import type { Rule } from '../../../src/core/rule.ts'
import { openReader } from '../../../src/store/sqlite/reader.ts'
import { rulesVersionsOf } from '../../../src/store/sqlite/run-rules.ts'
import { openWriter } from '../../../src/store/sqlite/writer.ts'
import { bodyOf, exchangeOf, FIXTURE_START, responseOf } from '../../support/exchange-fixtures.ts'
import { expectConsistent } from '../../support/store-consistency.ts'
import { ANN, makeFolder, openStore, RUN, type StoreFixture } from '../../support/store-fixture.ts'
import { compileStoreChild, startStoreProcess } from '../../support/store-process.ts'
import { totalsOf } from '../../support/store-totals.ts'

let store: StoreFixture

beforeEach(async () => {
  store = await openStore()
})

afterEach(() => store.close())

const redactor = createRedactor({ key: Buffer.alloc(32, 1), keyId: '01020304' })

const judging = (rulesVersion: string, ...rules: Rule[]): Judging => ({
  comparer: createComparer({ rules }),
  rulesVersion,
  redact: (judged) => redactor.redact(judged),
  isInForce: (rule) => rule.startsWith('builtin:') || rules.some(({ id }) => id === rule),
})

const judge = (under: Judging, exchange: Exchange) => under.redact(under.comparer.judge(exchange))

const TODAY = judging('today')
const PRICE: Rule = { id: 'price', kind: 'ignore', at: ['body:/price'] }

let n = 0
const priced = (primary: unknown, shadow: unknown, over: Partial<Exchange> = {}) =>
  exchangeOf({
    startedAt: FIXTURE_START + n++,
    primary: responseOf(JSON.stringify(primary)),
    shadow: responseOf(JSON.stringify(shadow)),
    ...over,
  })

const save = (exchanges: readonly Exchange[], under = TODAY) =>
  store.writer.save(exchanges.map((exchange) => judge(under, exchange)))

const finished = async ({ id }: JobView): Promise<JobView | undefined> => {
  const state = async () => (await store.reader.findJob(id))?.state
  await expect.poll(state, { timeout: 20_000, interval: 3 }).not.toBe('running')
  return store.reader.findJob(id)
}

const recompare = async (under: Judging, filter = {}) =>
  finished(await store.writer.startRecompare(filter, under, ANN))

test('stored exchanges are judged again under the rules of today', async () => {
  await save([
    priced({ price: 1 }, { price: 2 }),
    priced({ price: 1, name: 'a' }, { price: 2, name: 'b' }),
    priced({ price: 1 }, { price: 1 }),
  ])
  const job = await recompare(judging('new', PRICE))
  expect(job).toMatchObject({
    kind: 'recompare',
    state: 'done',
    done: 3,
    total: 3,
    changed: 2,
    skipped: {},
    rulesVersion: 'new',
    actor: 'ann',
  })
  expect(Date.parse(job?.endedAt ?? '')).toBeGreaterThanOrEqual(Date.parse(job?.startedAt ?? ''))
  expect(await store.reader.findRun(undefined)).toMatchObject({ match: 2, divergent: 1 })
  const rows = (await store.reader.listDivergences({}, { limit: 9 })).items
  expect(rows.map(({ location }) => location)).toEqual(['body:/name'])
  expect(await store.reader.ruleHits()).toContainEqual(
    expect.objectContaining({ id: 'price', hidden: 2, exchanges: 2 }),
  )
  expectConsistent(store.path)
  expect((await store.reader.listAudit({ limit: 1 })).items).toMatchObject([
    { action: 'recompare', actor: 'ann', subject: '1' },
  ])
  expect((await store.reader.listJobs({ limit: 5 })).items).toEqual([job])
})

const RULES: readonly Rule[] = [
  PRICE,
  { id: 'tags', kind: 'unordered', at: ['body:/tags'] },
  { id: 'etag', kind: 'ignore', at: ['header:etag'] },
  { id: 'status', kind: 'ignore', at: ['status'], methods: ['GET'] },
]

const documents = fc.record(
  {
    price: fc.constantFrom(1, 2),
    tags: fc.shuffledSubarray(['a', 'b', 'c'], { minLength: 2 }),
    name: fc.constantFrom('x', 'y'),
  },
  { requiredKeys: [] },
)

const responses = fc
  .record({
    document: documents,
    status: fc.constantFrom(200, 200, 200, 404, 503),
    etag: fc.constantFrom('"1"', '"2"'),
    ms: fc.integer({ min: 1, max: 500 }),
  })
  .map(({ document, status, etag, ms }) =>
    responseOf(JSON.stringify(document), {
      status,
      headers: ['Content-Type', 'application/json', 'ETag', etag],
      durationMs: ms,
    }),
  )

const failures = fc.constant({
  ...{ kind: 'failure' as const, reason: 'reset' as const, message: 'reset' },
  ...{ durationMs: 3, sentHeaders: [] },
})

const exchanges = fc
  .record({
    at: fc.integer({ min: 0, max: 9_000_000 }),
    source: fc.constantFrom('live' as const, 'replay' as const),
    target: fc.constantFrom('/items/1', '/carts/2'),
    primary: responses,
    shadow: fc.oneof({ weight: 5, arbitrary: responses }, failures),
    control: fc.option(responses, { nil: undefined }),
    isMirrored: fc.integer({ min: 0, max: 9 }).map((one) => one > 0),
  })
  .map(({ at, source, target, primary, shadow, control, isMirrored }) =>
    exchangeOf({
      startedAt: FIXTURE_START + at,
      source,
      request: { method: 'GET', target, headers: [], body: bodyOf('') },
      primary,
      ...(isMirrored ? { shadow } : { unmirrored: 'paused' as const }),
      ...(control !== undefined && isMirrored && { control }),
    }),
  )

const rulesArbitrary = fc.subarray([...RULES])

test(
  'after judging again everything adds up as if the rules had been there from the start',
  { timeout: 60_000 },
  async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(exchanges, { maxLength: 40 }),
        rulesArbitrary,
        rulesArbitrary,
        async (all, before, after) => {
          await store.close()
          store = await openStore()
          const other = await openStore()
          try {
            const half = Math.floor(all.length / 2)
            for (const [writer, rules] of [
              [store.writer, before],
              [other.writer, after],
            ] as const) {
              const under = judging('x', ...rules)
              await writer.save(all.slice(0, half).map((each) => judge(under, each)))
              await writer.openRun({ ...RUN, name: 'second' })
              await writer.save(all.slice(half).map((each) => judge(under, each)))
            }
            const job = await recompare(judging('y', ...after))
            expect(job).toMatchObject({ state: 'done', done: all.length })
            expect(totalsOf(store.path)).toEqual(totalsOf(other.path))
            expectConsistent(store.path)
          } finally {
            await other.close()
          }
        },
      ),
      { numRuns: 25 },
    )
  },
)

test('recording goes on meanwhile, and what comes later is left as it was judged', async () => {
  await save(Array.from({ length: 400 }, () => priced({ price: 1 }, { price: 2 })))
  const under = judging('new', PRICE)
  const job = await store.writer.startRecompare({}, under, ANN)
  let saved = 0
  while ((await store.reader.findJob(job.id))?.state === 'running') {
    await save([priced({ price: 1 }, { price: 2 })])
    saved++
    await setImmediate()
  }
  expect(saved).toBeGreaterThan(0)
  expect(await store.reader.findJob(job.id)).toMatchObject({ done: 400, total: 400, changed: 400 })
  expect(await store.reader.findRun(undefined)).toMatchObject({ match: 400, divergent: saved })
  expectConsistent(store.path)
})

test('one job goes on at a time, and it can be cancelled', async () => {
  await save(Array.from({ length: 300 }, () => priced({ price: 1 }, { price: 2 })))
  const under = judging('new', PRICE)
  const job = await store.writer.startRecompare({}, under, ANN)
  await expect(store.writer.startRecompare({}, under, ANN)).rejects.toMatchObject({
    code: 'conflict',
  })
  const cancelled = await store.writer.cancelJob(job.id, ANN)
  expect(cancelled).toMatchObject({ state: 'cancelled' })
  expect(cancelled.endedAt).toBeDefined()
  await expect(store.writer.cancelJob(job.id, ANN)).rejects.toMatchObject({ code: 'conflict' })
  await expect(store.writer.cancelJob(99, ANN)).rejects.toMatchObject({ code: 'not_found' })
  expect(await recompare(under)).toMatchObject({ state: 'done', total: 300 })
  expect((await store.reader.listJobs({ limit: 1 })).next).toBeDefined()
  expectConsistent(store.path)
})

test('only what the filter names is judged again', async () => {
  await save([
    priced({ price: 1 }, { price: 2 }),
    priced({ price: 1 }, { price: 2 }, { route: 'other' }),
    priced({ price: 1 }, { price: 1 }, { route: 'other' }),
  ])
  const job = await recompare(judging('new', PRICE), { route: 'other' })
  expect(job).toMatchObject({ done: 2, total: 2, changed: 1 })
  expect(await store.reader.findRun(undefined)).toMatchObject({ match: 2, divergent: 1 })
  expectConsistent(store.path)
})

test('a whole run that was judged again has the rules of today', async () => {
  await store.writer.setRulesVersion('first')
  await save([priced({ price: 1 }, { price: 2 })])
  await recompare(judging('part'), { route: 'none' })
  await recompare(judging('all', PRICE), { run: RUN.name })
  const db = new Database(store.path, { readonly: true })
  expect(rulesVersionsOf(db, 1).map(({ version }) => version)).toEqual(['first', 'all'])
  db.close()
})

test('a divergence that nothing shows any more is in no list, and comes back as people left it', async () => {
  await save([priced({ price: 1 }, { price: 2 })])
  const [divergence] = (await store.reader.listDivergences({}, { limit: 1 })).items
  const triage = { state: 'expected', note: 'new prices' } as const
  await store.writer.triageAll([divergence?.id ?? ''], triage, ANN)
  await recompare(judging('new', PRICE))
  expect((await store.reader.listDivergences({}, { limit: 1 })).items).toEqual([])
  expect(await store.reader.findDivergence(divergence?.id ?? '', 1)).toBeUndefined()
  await recompare(TODAY)
  expect(await store.reader.findDivergence(divergence?.id ?? '', 1)).toMatchObject(triage)
})

test('what was not kept is left alone and counted by the reason', async () => {
  const truncated = { bytes: Buffer.from('{"pri'), length: 5000, sha256: 'a'.repeat(64) }
  const absent = { bytes: Buffer.alloc(0), length: 5000 }
  await save([
    priced(1, 2, { shadow: responseOf('', { body: truncated }) }),
    priced(1, 2, { shadow: responseOf('', { body: absent }) }),
    priced({ password: 'one' }, { password: 'two' }),
  ])
  const before = totalsOf(store.path)
  const job = await recompare(judging('new', PRICE))
  expect(job).toMatchObject({
    done: 3,
    changed: 0,
    skipped: { truncated: 1, absent: 1, redacted: 1 },
  })
  expect(totalsOf(store.path)).toEqual(before)
})

test(
  'a job that was left by a killed writer goes on where it was',
  { timeout: 60_000 },
  async () => {
    await store.close()
    const folder = makeFolder()
    const path = join(folder.path, 'shadowdiff.db')
    try {
      const child = startStoreProcess(
        compileStoreChild(join(folder.path, 'child'), 'test/support/recompare-child'),
        path,
        3000,
      )
      await child.open()
      await child.untilKept(100)
      await child.kill()
      const writer = await openWriter({ path })
      await writer.openRun(RUN)
      const reader = await openReader({ path })
      const [left] = (await reader.listJobs({ limit: 1 })).items
      expect(left).toMatchObject({ state: 'running', total: 3000 })
      expect(left?.done).toBeGreaterThanOrEqual(100)
      expect(left?.done).toBeLessThan(3000)
      expectConsistent(path)
      const resumed = await writer.resumeRecompare(judging('new', PRICE))
      expect(resumed).toMatchObject({ id: left?.id, done: left?.done })
      expect(await writer.resumeRecompare(judging('new', PRICE))).toBeUndefined()
      const state = async () => (await reader.findJob(1))?.state
      await expect.poll(state, { timeout: 30_000, interval: 5 }).toBe('done')
      expect(await reader.findJob(1)).toMatchObject({ done: 3000, changed: 3000 })
      expectConsistent(path)
      await reader.close()
      await writer.close()
    } finally {
      folder.remove()
      store = await openStore()
    }
  },
)

test('under other rules than it began with, a job that was left begins anew', async () => {
  await save(Array.from({ length: 200 }, () => priced({ price: 1 }, { price: 2 })))
  const job = await store.writer.startRecompare({}, judging('old'), ANN)
  await store.writer.close()
  const writer = await openWriter({ path: store.path })
  Object.assign(store, { writer })
  expect(await writer.findJob(job.id)).toMatchObject({ state: 'running', rulesVersion: 'old' })
  await writer.resumeRecompare(judging('new', PRICE))
  expect(await finished(job)).toMatchObject({
    state: 'done',
    rulesVersion: 'new',
    done: 200,
    changed: 200,
  })
})
