/** Promises of a store: which exchanges a filter picks. */

import { afterEach, beforeEach, expect, test, describe } from 'vitest'
import type { Filter } from '../../../src/core/lists.ts'
import { bodyOf, FIXTURE_START, judgedOf } from '../../support/exchange-fixtures.ts'
import { allPages, idsOf } from '../../support/exchange-pages.ts'
import { VARIETY } from '../../support/exchange-variety.ts'
import { collect, type OpenedStore, type OpenStore } from '../../support/store-fixture.ts'

/** Registers the tests. */
export function testExchangeFilters(open: OpenStore): void {
  describe('filters of exchanges', () => {
    let store: OpenedStore

    beforeEach(async () => {
      store = await open()
    })

    afterEach(() => store.close())

    test.each<[string, Filter, readonly string[]]>([
      ['route', { route: 'other' }, ['route']],
      ['endpoint', { endpoint: 'GET /carts' }, ['endpoint']],
      ['endpoint that is not there', { endpoint: 'GET /none' }, []],
      ['method', { method: 'POST' }, ['post']],
      ['outcome divergent', { outcome: 'divergent' }, ['failure', 'missing', 'value']],
      ['outcome incomparable', { outcome: 'incomparable' }, ['incomparable']],
      [
        'outcome match',
        { outcome: 'match' },
        ['shadow 500', 'primary 500', 'post', 'endpoint', 'route', 'plain'],
      ],
      ['kind', { kind: 'missing' }, ['missing']],
      ['severity', { severity: 'breaking' }, ['failure', 'missing']],
      ['kind and severity', { kind: 'failure', severity: 'breaking' }, ['failure']],
      ['kind and another severity', { kind: 'value', severity: 'breaking' }, []],
      ['status of either upstream', { status: 500 }, ['shadow 500', 'primary 500']],
      [
        'status 200',
        { status: 200, since: FIXTURE_START + 6 },
        ['shadow 500', 'primary 500', 'incomparable', 'failure'],
      ],
      ['since', { since: FIXTURE_START + 8 }, ['shadow 500', 'primary 500']],
      ['until', { until: FIXTURE_START + 2 }, ['route', 'plain']],
      ['since and until', { since: FIXTURE_START + 3, until: FIXTURE_START + 4 }, ['post']],
      ['until before since', { since: FIXTURE_START + 4, until: FIXTURE_START + 3 }, []],
      ['run by name', { run: 'checkout-2.3', outcome: 'incomparable' }, ['incomparable']],
      ['run by number', { run: '1', method: 'POST' }, ['post']],
      ['run that is not there', { run: 'none' }, []],
      ['q in the path', { q: 'orders' }, ['post']],
      ['q with wildcards of SQL', { q: '100%_a' }, ['post']],
      ['q with a wildcard that matches nothing', { q: '1%a' }, []],
      ['q in the request id', { q: 'id-of-post' }, ['post']],
      ['request id', { requestId: 'id-of-value' }, ['value']],
      ['request id in another case', { requestId: 'ID-of-value' }, []],
      [
        'endpoint and outcome',
        { endpoint: 'GET /items/{id}', outcome: 'divergent' },
        ['failure', 'missing', 'value'],
      ],
      [
        'everything at once',
        {
          run: '1',
          route: 'default',
          method: 'GET',
          endpoint: 'GET /items/{id}',
          outcome: 'divergent',
          kind: 'value',
          severity: 'added',
          status: 200,
          q: 'items',
          requestId: 'id-of-value',
          since: 0,
          until: FIXTURE_START + 100,
        },
        ['value'],
      ],
    ])('filter by %s', async (_title, filter, expected) => {
      await store.writer.save(
        VARIETY.map(([title, judged]) => ({
          ...judged,
          exchange: { ...judged.exchange, requestId: `id-of-${title}` },
        })),
      )
      const wanted = expected.map((title) => `id-of-${title}`)
      expect(idsOf(await allPages(store.reader, filter, 2))).toEqual(wanted)
      expect(idsOf(await collect(store.reader.iterateExchanges(filter)))).toEqual(wanted)
    })

    test('exchanges of a divergence are found by its id, with other filters too', async () => {
      await store.writer.save(VARIETY.map(([, judged]) => judged))
      const { items } = await store.reader.listDivergences({ kind: 'failure' }, { limit: 1 })
      const divergence = items[0]?.id ?? ''
      expect(await allPages(store.reader, { divergence }, 1)).toHaveLength(1)
      expect(
        await allPages(store.reader, { divergence, status: 200, outcome: 'divergent' }, 1),
      ).toHaveLength(1)
      expect(await allPages(store.reader, { divergence, status: 404 }, 1)).toHaveLength(0)
      expect(await allPages(store.reader, { divergence: '0000000000000000' }, 1)).toHaveLength(0)
    })

    test('a part that is too long to look for is refused as invalid', async () => {
      const looking = store.reader.listExchanges({ q: 'x'.repeat(60_000) }, { limit: 1 })
      await expect(looking).rejects.toMatchObject({ code: 'invalid' })
    })

    test('a request id is found although a mesh changed its version nibble', async () => {
      await store.writer.save([judgedOf({ requestId: '571c0fd6-98d4-4c93-af79-6a2fe2945847' })])
      const find = (requestId: string) => allPages(store.reader, { requestId }, 1)
      expect(await find('571c0fd6-98d4-4c93-af79-6a2fe2945847')).toHaveLength(1)
      expect(await find('571c0fd6-98d4-9c93-af79-6a2fe2945847')).toHaveLength(1)
      expect(await find('571C0FD6-98D4-BC93-AF79-6A2FE2945847')).toHaveLength(1)
      expect(await find('571c0fd6-98d4-4c94-af79-6a2fe2945847')).toHaveLength(0)
    })

    test('exchanges with the same request id are all found', async () => {
      await store.writer.save(
        [1, 2, 3].map((n) => judgedOf({ requestId: 'again', startedAt: FIXTURE_START + n })),
      )
      expect(await allPages(store.reader, { requestId: 'again' }, 2)).toHaveLength(3)
    })

    test.each([
      ['/a/b?c=d', '/a/b'],
      ['http://shop.example/a?b', '/a'],
      ['http://shop.example', '/'],
      ['*', '*'],
      ['?x', '?x'],
    ])('the path of the target %s is %s', async (target, path) => {
      await store.writer.save([
        judgedOf({ request: { method: 'GET', target, headers: [], body: bodyOf('') } }),
      ])
      expect((await allPages(store.reader, {}, 1))[0]?.path).toBe(path)
    })

    test('an export gives each difference with its exchange, and only those that the filter names', async () => {
      await store.writer.save(VARIETY.map(([, judged]) => judged))
      const rows = await collect(store.reader.iterateDifferences({}))
      expect(rows.map(({ difference }) => difference.kind)).toEqual(['failure', 'missing', 'value'])
      expect(rows[0]).toMatchObject({
        exchange: { outcome: 'divergent' },
        class: 'divergence',
        divergence: expect.stringMatching(/^[0-9a-f]{16}$/) as string,
      })
      const breaking = await collect(store.reader.iterateDifferences({ severity: 'breaking' }))
      expect(breaking).toHaveLength(2)
    })
  })
}
