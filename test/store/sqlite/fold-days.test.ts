import { join } from 'node:path'
import { Database } from '../../../src/store/sqlite/binding.ts'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createComparer } from '../../../src/core/compare.ts'
import { openReader } from '../../../src/store/sqlite/reader.ts'
import { openWriter } from '../../../src/store/sqlite/writer.ts'
import { exchangeOf, FIXTURE_START, judgedOf, responseOf } from '../../support/exchange-fixtures.ts'
import { expectConsistent } from '../../support/store-consistency.ts'
import { ANN, makeFolder, openStore, type StoreFixture } from '../../support/store-fixture.ts'
import { expectWindowsScanned } from '../../support/window-scan.ts'

let store: StoreFixture

beforeEach(async () => {
  store = await openStore()
})

afterEach(() => store.close())

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const FIRST_DAY = Math.floor(FIXTURE_START / DAY_MS)

/** Which days of which endpoints are added up. */
const folded = (path = store.path) => {
  const db = new Database(path, { readonly: true })
  try {
    return db
      .prepare<[], [string, number]>(
        `SELECT n.name, d.day - ${FIRST_DAY} FROM endpoint_days d JOIN endpoints n ON n.id = d.endpoint_id
         GROUP BY 1, 2 ORDER BY 1, 2`,
      )
      .raw()
      .all()
  } finally {
    db.close()
  }
}

const at = (days: number, endpoint = 'GET /a') =>
  judgedOf({ startedAt: FIXTURE_START + days * DAY_MS }, {}, endpoint)

test('a day is added up when it is over, and not before', async () => {
  await store.writer.save([at(0), at(0.1), at(0.2, 'GET /b')])
  await store.writer.prune()
  expect(folded()).toEqual([])
  await store.writer.save([at(1, 'GET /b'), at(3)])
  await store.writer.prune()
  expect(folded()).toEqual([
    ['GET /a', 0],
    ['GET /b', 0],
    ['GET /b', 1],
  ])
  expectConsistent(store.path)
})

test('what comes late is in the day that was added up before, also of an endpoint that nobody knew', async () => {
  await store.writer.save([at(0), at(3)])
  await store.writer.prune()
  await store.writer.save([at(0.1), at(1), at(0, 'GET /late'), at(3.1)])
  expect(folded()).toEqual([
    ['GET /a', 0],
    ['GET /a', 1],
  ])
  expectConsistent(store.path)
  const { items } = await store.reader.listEndpoints({ since: FIXTURE_START }, { limit: 9 })
  expect(items.map(({ endpoint, exchanges }) => [endpoint, exchanges])).toEqual([
    ['GET /a', 5],
    ['GET /late', 1],
  ])
})

test('an endpoint of a long window was last seen in an hour, not on a day', async () => {
  await store.writer.save([at(1), at(1.2), at(9, 'GET /b')])
  await store.writer.prune()
  const { items } = await store.reader.listEndpoints({ since: FIXTURE_START }, { limit: 9 })
  expect(items[0]?.lastSeen).toBe(
    new Date(Math.floor((FIXTURE_START + 1.2 * DAY_MS) / HOUR_MS) * HOUR_MS).toISOString(),
  )
})

test('what is judged again moves in the days as well', async () => {
  const under = { rulesVersion: 'today', redact: <T>(judged: T) => judged }
  const comparer = createComparer()
  const priced = (days: number) =>
    exchangeOf({
      startedAt: FIXTURE_START + days * DAY_MS,
      primary: responseOf('{"price":1}'),
      shadow: responseOf('{"price":2}'),
    })
  await store.writer.save([0, 0.1, 2].map((days) => comparer.judge(priced(days))))
  await store.writer.prune()
  expect(folded()).toHaveLength(1)
  const ignoring = createComparer({ rules: [{ id: 'price', kind: 'ignore', at: ['body:/price'] }] })
  const { id } = await store.writer.startRecompare({}, { ...under, comparer: ignoring }, ANN)
  const state = async () => (await store.reader.findJob(id))?.state
  await expect.poll(state, { timeout: 20_000, interval: 3 }).toBe('done')
  expectConsistent(store.path)
  const { items } = await store.reader.listEndpoints({ since: FIXTURE_START }, { limit: 9 })
  expect(items).toMatchObject([{ match: 3, divergent: 0 }])
})

const exchanges = fc.array(
  fc.record({
    minute: fc.integer({ min: 0, max: 9 * 1440 }),
    endpoint: fc.constantFrom('GET /a', 'GET /b', 'GET /c'),
    source: fc.constantFrom('live' as const, 'replay' as const),
    ms: fc.integer({ min: 1, max: 900 }),
  }),
  { minLength: 1, maxLength: 30 },
)

test(
  'windows of any edges add up to what a scan finds, whatever came late or was merged',
  { timeout: 60_000 },
  async () => {
    const steps = fc.array(fc.record({ exchanges, prune: fc.boolean(), merge: fc.boolean() }), {
      minLength: 1,
      maxLength: 4,
    })
    const windows = fc.array(
      fc.tuple(fc.integer({ min: -1440, max: 9 * 1440 }), fc.integer({ min: 1, max: 9 * 1440 })),
      { minLength: 8, maxLength: 8 },
    )
    await fc.assert(
      fc.asyncProperty(steps, windows, async (all, edges) => {
        await store.close()
        store = await openStore()
        for (const step of all) {
          await store.writer.save(
            step.exchanges.map(({ minute, endpoint, source, ms }) =>
              judgedOf(
                {
                  startedAt: FIXTURE_START + minute * 60_000 + ms,
                  source,
                  primary: responseOf('{}', { durationMs: ms }),
                },
                {},
                endpoint,
              ),
            ),
          )
          if (step.prune) await store.writer.prune()
          if (step.merge) await store.writer.mergeEndpoints('GET /a', ['GET /b'])
        }
        await expectWindowsScanned(store.reader, edges)
      }),
      { numRuns: 25 },
    )
  },
)

test('a database from before gets its days by and by', { timeout: 20_000 }, async () => {
  const folder = makeFolder()
  const path = join(folder.path, 'old.db')
  try {
    const days = Array.from({ length: 60 }, (_, day) => [at(day), at(day, 'GET /b')])
    await store.writer.save(days.flat())
    await store.writer.backup(path)
    const old = new Database(path)
    old.exec('DELETE FROM endpoint_days; UPDATE endpoints SET days_before = 0')
    old.close()
    const window = { since: FIXTURE_START, until: FIXTURE_START + 50 * DAY_MS }
    const writer = await openWriter({ path })
    const reader = await openReader({ path })
    const read = () => reader.listEndpoints(window, { limit: 9 })
    const before = await read()
    await writer.prune()
    expect(folded(path)).toHaveLength(2 * 59)
    expect(await read()).toEqual(before)
    await reader.close()
    await writer.close()
  } finally {
    folder.remove()
  }
})
