import { afterEach, beforeEach, expect, test } from 'vitest'
import { FIXTURE_START, judgedOf } from '../../support/exchange-fixtures.ts'
import { openStore, type StoreFixture } from '../../support/store-fixture.ts'

let store: StoreFixture

beforeEach(async () => {
  store = await openStore()
})

afterEach(() => store.close())

const MINUTE_MS = 60_000
const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/** One exchange each ten minutes of so many days. */
const save = (days: number) =>
  store.writer.save(
    Array.from({ length: days * 144 }, (_, n) =>
      judgedOf({ startedAt: FIXTURE_START + n * 10 * MINUTE_MS }),
    ),
  )

const count = async (from: number, to: number) => {
  const filter = { since: FIXTURE_START + from, until: FIXTURE_START + to }
  const { items } = await store.reader.listEndpoints(filter, { limit: 1 })
  return items[0]?.exchanges ?? 0
}

test('minutes go after some days; what was in them is told by the hour', async () => {
  await save(6)
  expect(await count(10 * MINUTE_MS, 40 * MINUTE_MS)).toBe(3)
  await store.writer.prune()
  expect(await count(10 * MINUTE_MS, 40 * MINUTE_MS)).toBe(6)
  expect(await count(0, 6 * DAY_MS)).toBe(6 * 144)
  expect(await count(5 * DAY_MS + 10 * MINUTE_MS, 5 * DAY_MS + 40 * MINUTE_MS)).toBe(3)
  const { resolutionMs, points } = await store.reader.traffic({
    since: FIXTURE_START,
    until: FIXTURE_START + 2 * HOUR_MS,
  })
  expect([resolutionMs, points.length]).toEqual([HOUR_MS, 2])
})

test('an endpoint that was seen long ago keeps its sparkline', async () => {
  await store.writer.save([judgedOf({ startedAt: FIXTURE_START }, {}, 'GET /old')])
  await save(6)
  await store.writer.prune()
  const { items } = await store.reader.listEndpoints({ endpoint: 'GET /old' }, { limit: 1 })
  expect(items[0]?.sparkline).toHaveLength(1)
})
