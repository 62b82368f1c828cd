import { afterEach, beforeEach, expect, test } from 'vitest'
import { differenceOf, FIXTURE_START, judgedOf } from '../../support/exchange-fixtures.ts'
import { openStore, type StoreFixture } from '../../support/store-fixture.ts'

let store: StoreFixture

beforeEach(async () => {
  store = await openStore()
})

afterEach(() => store.close())

/** An exchange in which control differs at these places. */
const controlled = (at: number, from: number, count: number, endpoint = 'GET /maps/{id}') =>
  judgedOf(
    { startedAt: FIXTURE_START + at },
    {
      control: {
        differences: Array.from({ length: count }, (_, n) => {
          const { kind, pattern } = differenceOf({ location: `body:/points/p${from + n}` })
          return { kind, pattern }
        }),
      },
    },
    endpoint,
  )

const uncounted = async () =>
  (await store.reader.runEvidence(undefined))?.endpoints.map((one) => [
    one.endpoint,
    one.uncountedControl,
  ])

test('differences of control at more places than are kept are counted as such', async () => {
  await store.writer.save([controlled(0, 0, 1000), controlled(1, 0, 3, 'GET /few')])
  expect(await uncounted()).toEqual([
    ['GET /few', undefined],
    ['GET /maps/{id}', undefined],
  ])
  await store.writer.save([controlled(2, 990, 30)])
  await store.writer.save([controlled(3, 1019, 1)])
  expect(await uncounted()).toEqual([
    ['GET /few', undefined],
    ['GET /maps/{id}', 21],
  ])
})
