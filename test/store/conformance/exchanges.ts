/** Promises of a store: exchanges, written and listed. */

import { afterEach, beforeEach, expect, test, describe } from 'vitest'
import { AppError } from '../../../src/core/errors.ts'
import type { JudgedExchange } from '../../../src/core/ports.ts'
import {
  differenceOf,
  FIXTURE_START,
  judgedOf,
  responseOf,
} from '../../support/exchange-fixtures.ts'
import { allPages, idsOf } from '../../support/exchange-pages.ts'
import { collect, type OpenedStore, type OpenStore } from '../../support/store-fixture.ts'

/** Registers the tests. */
export function testExchanges(open: OpenStore): void {
  describe('exchanges', () => {
    let store: OpenedStore

    beforeEach(async () => {
      store = await open()
    })

    afterEach(() => store.close())

    const many = (count: number, from = 0): JudgedExchange[] =>
      Array.from({ length: count }, (_, n) =>
        judgedOf({ startedAt: FIXTURE_START + from + n, requestId: `request-${from + n}` }),
      )

    test('exchanges are listed newest first, whatever order they are written in', async () => {
      const [first, second, third] = many(3)
      if (first === undefined || second === undefined || third === undefined) throw new Error()
      await store.writer.save([second, first])
      await store.writer.save([third])
      const { items, next } = await store.reader.listExchanges({}, { limit: 3 })
      expect(idsOf(items)).toEqual(['request-2', 'request-1', 'request-0'])
      expect(next).toBeUndefined()
    })

    test('pages give every row once while newer rows are added', async () => {
      await store.writer.save(many(25))
      const first = await store.reader.listExchanges({}, { limit: 10 })
      await store.writer.save(many(10, 100))
      const second = await store.reader.listExchanges({}, { limit: 10, cursor: first.next })
      const third = await store.reader.listExchanges({}, { limit: 10, cursor: second.next })
      expect(idsOf([...first.items, ...second.items, ...third.items])).toEqual(
        idsOf(many(25).map(({ exchange }) => exchange)).reverse(),
      )
      expect(third.next).toBeUndefined()
    })

    test('a thousand exchanges of one millisecond all keep their place', async () => {
      const same = Array.from({ length: 5000 }, () => judgedOf())
      await store.writer.save(same)
      const rows = await allPages(store.reader, {}, 999)
      expect(new Set(rows.map(({ id }) => id)).size).toBe(5000)
      expect(
        await allPages(
          store.reader,
          { since: FIXTURE_START, until: FIXTURE_START + 1, q: 'items' },
          1000,
        ),
      ).toHaveLength(5000)
    })

    test('an exchange that is written twice is kept once', async () => {
      const [one] = many(1)
      if (one === undefined) throw new Error()
      await store.writer.save([one])
      await store.writer.save([one, ...many(1, 5)])
      expect(await allPages(store.reader, {}, 10)).toHaveLength(2)
      const { items } = await store.reader.listEndpoints({}, { limit: 1 })
      expect(items[0]?.exchanges).toBe(2)
    })

    test.each(['x', 'bm90IGpzb24', 'WyJydW5zIiwxXQ', 'WyJleGNoYW5nZXMiLCJhIl0', ''])(
      'the cursor "%s" is refused as invalid',
      async (cursor) => {
        const error = await store.reader
          .listExchanges({}, { limit: 1, cursor })
          .catch((thrown: unknown) => thrown)
        expect(error).toBeInstanceOf(AppError)
        expect(error).toMatchObject({ code: 'invalid' })
      },
    )

    test('a row tells everything that lists show', async () => {
      await store.writer.save([
        judgedOf(
          { requestId: 'abc', route: 'items', shadow: responseOf('x', { status: 503 }) },
          { differences: [differenceOf()], differencesTotal: 7 },
        ),
      ])
      const { items } = await store.reader.listExchanges({}, { limit: 1 })
      expect(items[0]).toEqual({
        id: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
        requestId: 'abc',
        time: new Date(FIXTURE_START).toISOString(),
        run: 'checkout-2.3',
        source: 'live',
        route: 'items',
        method: 'GET',
        path: '/items/17',
        endpoint: 'GET /items/{id}',
        outcome: 'divergent',
        primaryStatus: 200,
        shadowStatus: 503,
        primaryMs: 12.5,
        shadowMs: 12.5,
        shadowWaitMs: 0.25,
        differences: 7,
      })
    })

    test('what is absent is absent in the row', async () => {
      const judged = judgedOf(
        { unmirrored: 'not-sampled' },
        { outcome: 'unmirrored', reason: 'not-sampled' },
      )
      const exchange = { ...judged.exchange }
      Reflect.deleteProperty(exchange, 'shadow')
      await store.writer.save([{ ...judged, exchange }])
      const [row] = (await store.reader.listExchanges({}, { limit: 1 })).items
      expect(row).toMatchObject({ outcome: 'unmirrored', reason: 'not-sampled' })
      expect(Object.keys(row ?? {})).not.toContain('shadowStatus')
      expect(Object.keys(row ?? {})).not.toContain('shadowWaitMs')
    })

    test('a walk over more rows than one step gives each once', async () => {
      const differing = Array.from({ length: 1234 }, (_, n) =>
        judgedOf(
          { startedAt: FIXTURE_START + n },
          { differences: [differenceOf(), differenceOf({ location: 'status' })] },
        ),
      )
      await store.writer.save(differing)
      const exchanges = await collect(store.reader.iterateExchanges({}))
      expect(new Set(exchanges.map(({ id }) => id)).size).toBe(1234)
      expect(await collect(store.reader.iterateDifferences({}))).toHaveLength(2468)
    })

    test('the version changes when something was written', async () => {
      const before = await store.reader.version()
      expect(await store.reader.version()).toBe(before)
      await store.writer.save(many(1))
      expect(await store.reader.version()).not.toBe(before)
    })
  })
}
