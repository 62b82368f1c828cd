/** Promises of a store: exchanges. */

import { afterEach, beforeEach, expect, test, describe } from 'vitest'
import { AppError } from '../../../src/core/errors.ts'
import type { JudgedExchange } from '../../../src/core/ports.ts'
import type { ExchangeRow } from '../../../src/core/exchange-report.ts'
import type { Filter } from '../../../src/core/lists.ts'
import {
  bodyOf,
  differenceOf,
  FIXTURE_START,
  judgedOf,
  responseOf,
} from '../../support/exchange-fixtures.ts'
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

    const idsOf = (rows: readonly { readonly requestId: string }[]) =>
      rows.map(({ requestId }) => requestId)

    async function allPages(filter: Filter, limit: number): Promise<ExchangeRow[]> {
      const rows: ExchangeRow[] = []
      let cursor: string | undefined
      do {
        const page = await store.reader.listExchanges(filter, { cursor, limit })
        expect(page.items.length).toBeLessThanOrEqual(limit)
        rows.push(...page.items)
        cursor = page.next
      } while (cursor !== undefined)
      return rows
    }

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
      const rows = await allPages({}, 999)
      expect(new Set(rows.map(({ id }) => id)).size).toBe(5000)
      expect(
        await allPages({ since: FIXTURE_START, until: FIXTURE_START + 1, q: 'items' }, 1000),
      ).toHaveLength(5000)
    })

    test('an exchange that is written twice is kept once', async () => {
      const [one] = many(1)
      if (one === undefined) throw new Error()
      await store.writer.save([one])
      await store.writer.save([one, ...many(1, 5)])
      expect(await allPages({}, 10)).toHaveLength(2)
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

    const failing = {
      kind: 'failure',
      reason: 'timeout',
      message: 'no answer within 15 s',
      durationMs: 15_000,
      sentHeaders: [],
    } as const

    const variety: readonly (readonly [string, JudgedExchange])[] = [
      ['plain', judgedOf({ startedAt: FIXTURE_START })],
      ['route', judgedOf({ startedAt: FIXTURE_START + 1, route: 'other' })],
      ['endpoint', judgedOf({ startedAt: FIXTURE_START + 2 }, {}, 'GET /carts')],
      [
        'post',
        judgedOf(
          {
            startedAt: FIXTURE_START + 3,
            request: { method: 'POST', target: '/orders/100%_a', headers: [], body: bodyOf('x') },
          },
          {},
          'POST /orders/{id}',
        ),
      ],
      [
        'value',
        judgedOf(
          { startedAt: FIXTURE_START + 4 },
          { differences: [differenceOf({ severity: 'added' })] },
        ),
      ],
      [
        'missing',
        judgedOf(
          { startedAt: FIXTURE_START + 5 },
          { differences: [differenceOf({ kind: 'missing', severity: 'breaking' })] },
        ),
      ],
      [
        'failure',
        judgedOf(
          { startedAt: FIXTURE_START + 6, shadow: failing },
          {
            outcome: 'divergent',
            differences: [
              differenceOf({ kind: 'failure', location: 'failure:timeout', severity: 'breaking' }),
            ],
          },
        ),
      ],
      [
        'incomparable',
        judgedOf(
          { startedAt: FIXTURE_START + 7 },
          { outcome: 'incomparable', reason: 'truncated' },
        ),
      ],
      [
        'primary 500',
        judgedOf({ startedAt: FIXTURE_START + 8, primary: responseOf('', { status: 500 }) }),
      ],
      [
        'shadow 500',
        judgedOf({ startedAt: FIXTURE_START + 9, shadow: responseOf('', { status: 500 }) }),
      ],
    ]

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
        variety.map(([title, judged]) => ({
          ...judged,
          exchange: { ...judged.exchange, requestId: `id-of-${title}` },
        })),
      )
      const wanted = expected.map((title) => `id-of-${title}`)
      expect(idsOf(await allPages(filter, 2))).toEqual(wanted)
      expect(idsOf(await collect(store.reader.iterateExchanges(filter)))).toEqual(wanted)
    })

    test('exchanges of a divergence are found by its id, with other filters too', async () => {
      await store.writer.save(variety.map(([, judged]) => judged))
      const { items } = await store.reader.listDivergences({ kind: 'failure' }, { limit: 1 })
      const divergence = items[0]?.id ?? ''
      expect(await allPages({ divergence }, 1)).toHaveLength(1)
      expect(await allPages({ divergence, status: 200, outcome: 'divergent' }, 1)).toHaveLength(1)
      expect(await allPages({ divergence, status: 404 }, 1)).toHaveLength(0)
      expect(await allPages({ divergence: '0000000000000000' }, 1)).toHaveLength(0)
    })

    test('a part that is too long to look for is refused as invalid', async () => {
      const looking = store.reader.listExchanges({ q: 'x'.repeat(60_000) }, { limit: 1 })
      await expect(looking).rejects.toMatchObject({ code: 'invalid' })
    })

    test('a request id is found although a mesh changed its version nibble', async () => {
      await store.writer.save([judgedOf({ requestId: '571c0fd6-98d4-4c93-af79-6a2fe2945847' })])
      const find = (requestId: string) => allPages({ requestId }, 1)
      expect(await find('571c0fd6-98d4-4c93-af79-6a2fe2945847')).toHaveLength(1)
      expect(await find('571c0fd6-98d4-9c93-af79-6a2fe2945847')).toHaveLength(1)
      expect(await find('571C0FD6-98D4-BC93-AF79-6A2FE2945847')).toHaveLength(1)
      expect(await find('571c0fd6-98d4-4c94-af79-6a2fe2945847')).toHaveLength(0)
    })

    test('exchanges with the same request id are all found', async () => {
      await store.writer.save(
        [1, 2, 3].map((n) => judgedOf({ requestId: 'again', startedAt: FIXTURE_START + n })),
      )
      expect(await allPages({ requestId: 'again' }, 2)).toHaveLength(3)
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
      expect((await allPages({}, 1))[0]?.path).toBe(path)
    })

    test('one exchange is found whole', async () => {
      const judged = judgedOf(
        {
          shadow: failing,
          request: {
            method: 'PUT',
            target: '/items/1?x=\u00ff',
            headers: ['X-A', '\u00e9', 'x-a', 'second'],
            body: bodyOf('{"n":1}'),
          },
          primary: responseOf('hello', {
            trailers: ['grpc-status', '0'],
            headers: ['Content-Type', 'text/plain'],
            reason: 'Fine',
          }),
        },
        {
          differences: [
            differenceOf({
              location: 'body:/items/3/price',
              primary: '1',
              shadow: '"1"',
              kind: 'type',
            }),
            differenceOf({ location: 'header:etag', kind: 'missing', severity: 'breaking' }),
          ],
          suppressed: [{ ...differenceOf({ location: 'header:date' }), by: 'builtin:date' }],
          differencesTotal: 2,
          suppressedTotal: 7,
        },
      )
      await store.writer.save([judged])
      const { exchange, judgement } = judged
      const found = await store.reader.findExchange(exchange.id)
      expect(found).toMatchObject({
        id: exchange.id,
        request: {
          method: 'PUT',
          target: '/items/1?x=\u00ff',
          headers: exchange.request.headers,
          body: { length: 7, text: '{"n":1}', truncated: false },
        },
        primary: {
          kind: 'response',
          status: 200,
          reason: 'Fine',
          trailers: ['grpc-status', '0'],
          sentHeaders: ['Host', 'shop.example', 'Accept', '*/*'],
          body: { length: 5, text: 'hello' },
        },
        shadow: failing,
        differencesTotal: 2,
        suppressed: judgement.suppressed,
        suppressedTotal: 7,
      })
      expect(Object.keys(found ?? {})).not.toContain('control')
      const divergence: unknown = expect.stringMatching(/^[0-9a-f]{16}$/)
      expect(found?.differences).toEqual(
        judgement.differences.map((difference) => ({ ...difference, divergence })),
      )
    })

    test('what the repeat to primary did is shown beside the others, its body too', async () => {
      const judged = judgedOf({
        control: responseOf('{"price":12}', { status: 203, sentHeaders: ['x-shadow', 'control'] }),
      })
      const { exchange } = judged
      await store.writer.save([judged, judgedOf({ control: failing })])
      const found = await store.reader.findExchange(exchange.id)
      expect(found?.control).toMatchObject({
        kind: 'response',
        status: 203,
        sentHeaders: ['x-shadow', 'control'],
        body: { length: 12, text: '{"price":12}' },
      })
      expect(Object.keys(found ?? {})).not.toContain('suppressedTotal')
    })

    test.each(['019b8e07-4799-7190-a57b-50eaf2668982', 'nonsense', ''])(
      'an exchange that is not there is not found: "%s"',
      async (id) => {
        expect(await store.reader.findExchange(id)).toBeUndefined()
      },
    )

    test('an export gives each difference with its exchange, and only those that the filter names', async () => {
      await store.writer.save(variety.map(([, judged]) => judged))
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
