import { afterEach, beforeEach, expect, test } from 'vitest'
import { FIXTURE_START, judgedOf } from '../../support/exchange-fixtures.ts'
import {
  countBetween,
  DAY_MS,
  HOUR_MS,
  MINUTE_MS,
  saveSteadyDays,
} from '../../support/steady-exchanges.ts'
import { openStore, type StoreFixture } from '../../support/store-fixture.ts'

let store: StoreFixture

beforeEach(async () => {
  store = await openStore()
})

afterEach(() => store.close())

test('minutes go after some days; what was in them is told by the hour', async () => {
  await saveSteadyDays(store.writer, 6)
  expect(await countBetween(store.reader, 10 * MINUTE_MS, 40 * MINUTE_MS)).toBe(3)
  await store.writer.prune()
  expect(await countBetween(store.reader, 10 * MINUTE_MS, 40 * MINUTE_MS)).toBe(6)
  expect(await countBetween(store.reader, 0, 6 * DAY_MS)).toBe(6 * 144)
  expect(
    await countBetween(store.reader, 5 * DAY_MS + 10 * MINUTE_MS, 5 * DAY_MS + 40 * MINUTE_MS),
  ).toBe(3)
  const { resolutionMs, points } = await store.reader.traffic({
    since: FIXTURE_START,
    until: FIXTURE_START + 2 * HOUR_MS,
  })
  expect([resolutionMs, points.length]).toEqual([HOUR_MS, 2])
})

test('an endpoint that was seen long ago keeps its sparkline', async () => {
  await store.writer.save([judgedOf({ startedAt: FIXTURE_START }, {}, 'GET /old')])
  await saveSteadyDays(store.writer, 6)
  await store.writer.prune()
  const { items } = await store.reader.listEndpoints({ endpoint: 'GET /old' }, { limit: 1 })
  expect(items[0]?.sparkline).toHaveLength(1)
})
