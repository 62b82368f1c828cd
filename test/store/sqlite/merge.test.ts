import fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { divergenceId } from '../../../src/core/divergence.ts'
import type { JudgedExchange, Triage } from '../../../src/core/ports.ts'
import {
  differenceOf,
  FIXTURE_START,
  judgedOf,
  responseOf,
} from '../../support/exchange-fixtures.ts'
import { expectFoundAgain } from '../../support/found-again.ts'
import { expectConsistent } from '../../support/store-consistency.ts'
import { ANN, collect, openStore, RUN, type StoreFixture } from '../../support/store-fixture.ts'
import { totalsOf } from '../../support/store-totals.ts'

let store: StoreFixture

beforeEach(async () => {
  store = await openStore()
})

afterEach(() => store.close())

const HEIR = 'GET /shops/{name}'
const PARTS = ['GET /shops/berlin', 'GET /shops/paris', 'GET /shops/rome']

const judged = fc
  .record({
    at: fc.oneof(
      fc.integer({ min: 0, max: 9_000_000 }),
      fc.integer({ min: 0, max: 2.5 * 24 * 3_600_000 }),
    ),
    source: fc.constantFrom('live' as const, 'replay' as const),
    endpoint: fc.constantFrom(...PARTS, HEIR, 'GET /other'),
    ms: fc.integer({ min: 1, max: 900 }),
    locations: fc.subarray(['body:/a', 'body:/b', 'body:/c']),
    control: fc.option(fc.subarray(['body:/a', 'body:/b']), { nil: undefined }),
    isComparable: fc.integer({ min: 0, max: 5 }).map((one) => one > 0),
  })
  .map(({ at, source, endpoint, ms, locations, control, isComparable }): JudgedExchange => {
    const differences = locations.map((location) => differenceOf({ location }))
    const measured = control?.map((location) => differenceOf({ location }))
    return judgedOf(
      { startedAt: FIXTURE_START + at, source, primary: responseOf('{}', { durationMs: ms }) },
      isComparable
        ? { differences, ...(measured !== undefined && { control: { differences: measured } }) }
        : { outcome: 'incomparable', reason: 'truncated' },
      endpoint,
    )
  })

test(
  'after a merge everything adds up as if there had been one endpoint from the start',
  { timeout: 60_000 },
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(judged, { maxLength: 40 }), async (all) => {
        await store.close()
        store = await openStore()
        const other = await openStore()
        try {
          const half = Math.floor(all.length / 2)
          const merged = all.map((each) =>
            each.endpoint === 'GET /other' ? each : { ...each, endpoint: HEIR },
          )
          for (const [{ writer }, exchanges] of [
            [store, all],
            [other, merged],
          ] as const) {
            await writer.save(exchanges.slice(0, half))
            // Days that are over are added up.
            await writer.prune()
            await writer.openRun({ ...RUN, name: 'second' })
            await writer.save(exchanges.slice(half))
          }
          await store.writer.mergeEndpoints(HEIR, PARTS)
          expectConsistent(store.path)
          for (const { writer } of [store, other]) await writer.prune()
          expect(totalsOf(store.path)).toEqual(totalsOf(other.path))
          const rows = (fixture: StoreFixture) =>
            collect(fixture.reader.iterateExchanges({ endpoint: HEIR }))
          expect(await rows(store)).toEqual(await rows(other))
          const lists = async ({ reader }: StoreFixture) => [
            await reader.listEndpoints({}, { limit: 9 }),
            await reader.listDivergences({}, { limit: 9 }),
          ]
          expect(await lists(store)).toEqual(await lists(other))
        } finally {
          await other.close()
        }
      }),
      { numRuns: 25 },
    )
  },
)

const seen = (endpoint: string, at = 0, location = 'body:/a') =>
  judgedOf(
    { startedAt: FIXTURE_START + at },
    { differences: [differenceOf({ location })] },
    endpoint,
  )

const [BERLIN = '', PARIS = '', ROME = ''] = PARTS
const idOf = (endpoint: string) => divergenceId(endpoint, 'value', 'body:/a')

test('names and ids from before lead to what they are now', async () => {
  await store.writer.save([seen(BERLIN), seen(PARIS, 1), seen(PARIS, 2, 'body:/b'), seen(ROME, 3)])
  expect(await store.writer.mergeEndpoints(HEIR, [BERLIN, PARIS])).toBe(2)
  const now = await store.reader.findDivergence(idOf(HEIR), 5)
  expect(now).toMatchObject({ id: idOf(HEIR), endpoint: HEIR, exchanges: 2 })
  expect(now?.examples).toHaveLength(2)
  for (const former of [BERLIN, PARIS]) {
    expect(await store.reader.findDivergence(idOf(former), 5)).toEqual(now)
    const filter = { endpoint: former }
    expect(await collect(store.reader.iterateExchanges(filter))).toHaveLength(3)
    expect((await store.reader.listEndpoints(filter, { limit: 2 })).items).toMatchObject([
      { endpoint: HEIR, exchanges: 3 },
    ])
    expect((await store.reader.listDivergences(filter, { limit: 5 })).items).toHaveLength(2)
  }
  expect(await collect(store.reader.iterateExchanges({ divergence: idOf(BERLIN) }))).toHaveLength(2)
  await store.writer.triageAll([idOf(PARIS)], { state: 'fixed' }, ANN)
  expect(await store.reader.findDivergence(idOf(HEIR), 0)).toMatchObject({ state: 'fixed' })
  await store.writer.mergeEndpoints('GET /{any}/{name}', [HEIR, ROME])
  const last = await store.reader.findDivergence(idOf(BERLIN), 0)
  expect(last).toMatchObject({ endpoint: 'GET /{any}/{name}', exchanges: 3 })
})

test('what still comes under an old name belongs to the heir', async () => {
  await store.writer.save([seen(BERLIN)])
  await store.writer.mergeEndpoints(HEIR, [BERLIN])
  await store.writer.save([seen(BERLIN, 1), seen(HEIR, 2)])
  expect((await store.reader.listEndpoints({}, { limit: 5 })).items).toMatchObject([
    { endpoint: HEIR, exchanges: 3, divergences: 1 },
  ])
  expect(await store.reader.findDivergence(idOf(BERLIN), 0)).toMatchObject({ exchanges: 3 })
})

test('merging again, with itself, or what is not there does nothing', async () => {
  await store.writer.save([seen(BERLIN)])
  expect(await store.writer.mergeEndpoints(HEIR, [BERLIN, BERLIN, HEIR, 'GET /none'])).toBe(1)
  expect(await store.writer.mergeEndpoints(BERLIN, [HEIR])).toBe(0)
  expect((await store.reader.listEndpoints({}, { limit: 5 })).items).toHaveLength(1)
})

const later = FIXTURE_START + 1e12
const EXPECTED: Triage = { state: 'expected', until: later, rate: 0.9 }
const STRICTER: Triage = { state: 'expected', until: later + 1, rate: 0.95 }

test.each([
  ['open', EXPECTED, undefined, 'open'],
  ['open', undefined, { state: 'fixed' }, 'open'],
  ['fixed', { state: 'fixed' }, EXPECTED, 'fixed'],
  ['expected', EXPECTED, STRICTER, 'expected'],
] as const)('the most open state wins: %s', async (_title, first, second, state) => {
  await store.writer.save([
    seen(BERLIN),
    ...Array.from({ length: 20 }, () => judgedOf({}, {}, HEIR)),
  ])
  await store.writer.save([seen(HEIR)])
  if (first !== undefined) await store.writer.triageAll([idOf(HEIR)], first, ANN)
  if (second !== undefined) await store.writer.triageAll([idOf(BERLIN)], second, ANN)
  await store.writer.mergeEndpoints(HEIR, [BERLIN])
  expect(await store.reader.findDivergence(idOf(HEIR), 0)).toMatchObject({ state })
})

test('an endpoint that took over many is found in all of them, page by page', async () => {
  const parts = Array.from({ length: 60 }, (_, n) => `GET /shops/town-${String(n)}`)
  await store.writer.save(parts.map((endpoint, n) => seen(endpoint, n)))
  for (const count of [10, 60]) {
    await store.writer.mergeEndpoints(HEIR, parts.slice(0, count))
    await expectFoundAgain(store.reader, { endpoint: HEIR }, count)
    await expectFoundAgain(store.reader, { endpoint: HEIR, outcome: 'divergent' }, count)
    await expectFoundAgain(store.reader, { endpoint: HEIR, q: 'items' }, count)
    await expectFoundAgain(store.reader, { endpoint: HEIR, divergence: idOf(HEIR) }, count)
  }
})
