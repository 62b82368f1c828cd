/** Promises of a store: divergences. */

import { afterEach, beforeEach, expect, test, describe } from 'vitest'
import { divergenceId } from '../../../src/core/divergence.ts'
import type { Difference, Judgement } from '../../../src/core/judgement.ts'
import type { DivergenceRow } from '../../../src/core/divergence-report.ts'
import type { Filter } from '../../../src/core/lists.ts'
import { differenceOf, FIXTURE_START, judgedOf } from '../../support/exchange-fixtures.ts'
import { collect, RUN, type OpenedStore, type OpenStore } from '../../support/store-fixture.ts'

/** Registers the tests. */
export function testDivergences(open: OpenStore): void {
  describe('divergences', () => {
    let store: OpenedStore

    beforeEach(async () => {
      store = await open()
    })

    afterEach(() => store.close())

    /** Saves one exchange for each entry, a second apart. */
    async function save(
      entries: readonly (Pick<Judgement, 'differences' | 'control'> & {
        readonly endpoint?: string
      })[],
      from = FIXTURE_START,
    ): Promise<void> {
      await store.writer.save(
        entries.map(({ endpoint = 'GET /items/{id}', ...judgement }, n) =>
          judgedOf({ startedAt: from + n * 1000 }, judgement, endpoint),
        ),
      )
    }

    async function list(filter: Filter = {}, limit = 50): Promise<readonly DivergenceRow[]> {
      const rows: DivergenceRow[] = []
      let cursor: string | undefined
      do {
        const page = await store.reader.listDivergences(filter, { cursor, limit })
        rows.push(...page.items)
        cursor = page.next
      } while (cursor !== undefined)
      return rows
    }

    test('the newest divergence is the one that was seen for the first time last', async () => {
      expect(await store.reader.newestDivergence()).toBeUndefined()
      const old = differenceOf({ location: 'body:/old' })
      const late = differenceOf({ location: 'body:/late' })
      await save([{ differences: [old] }, { differences: [old, late] }, { differences: [old] }])
      const { kind, severity } = differenceOf()
      expect(await store.reader.newestDivergence()).toEqual({
        id: divergenceId('GET /items/{id}', kind, 'body:/late'),
        endpoint: 'GET /items/{id}',
        ...{ kind, severity, location: 'body:/late', total: 2 },
      })
    })

    test('the same difference over many exchanges and array indexes is one divergence', async () => {
      await save([
        { differences: [0, 1, 2].map((n) => differenceOf({ location: `body:/items/${n}/price` })) },
        {
          differences: [
            differenceOf({ location: 'body:/items/9/price', primary: '"newest"', shadow: '"n"' }),
          ],
        },
        { differences: [] },
      ])
      expect(await list()).toEqual([
        {
          id: divergenceId('GET /items/{id}', 'value', 'body:/items/*/price'),
          endpoint: 'GET /items/{id}',
          kind: 'value',
          location: 'body:/items/*/price',
          severity: 'changed',
          class: 'divergence',
          count: 4,
          exchanges: 2,
          firstSeen: new Date(FIXTURE_START).toISOString(),
          lastSeen: new Date(FIXTURE_START + 1000).toISOString(),
          state: 'open',
          primaryValue: '"newest"',
          shadowValue: '"n"',
          endpointExchanges: 3,
          trend: [{ time: new Date(FIXTURE_START).toISOString(), exchanges: 2 }],
        },
      ])
    })

    test('a value that one side lacks is absent', async () => {
      const missing: Difference = { ...differenceOf({ kind: 'missing' }) }
      Reflect.deleteProperty(missing, 'shadow')
      await save([{ differences: [missing] }])
      const [row] = await list()
      expect(row).toMatchObject({ primaryValue: '10' })
      expect(Object.keys(row ?? {})).not.toContain('shadowValue')
    })

    test('the worst come first, then those that more exchanges show, page by page', async () => {
      const one = (location: string, severity: Difference['severity']) => ({
        differences: [differenceOf({ location, severity })],
      })
      await save([
        one('body:/a', 'added'),
        one('body:/b', 'changed'),
        one('body:/c', 'changed'),
        one('body:/c', 'changed'),
        one('body:/d', 'breaking'),
        one('body:/a', 'added'),
        one('body:/a', 'added'),
      ])
      const expected = ['body:/d', 'body:/c', 'body:/b', 'body:/a']
      for (const limit of [1, 2, 3, 50]) {
        expect((await list({}, limit)).map(({ location }) => location)).toEqual(expected)
      }
      const walked = await collect(store.reader.iterateDivergences({}))
      expect(walked.map(({ location }) => location).sort()).toEqual(expected.toSorted())
    })

    test('a divergence has the worst severity that was seen', async () => {
      const at = (severity: Difference['severity']) => ({
        differences: [differenceOf({ location: 'status', severity })],
      })
      await save([at('changed')])
      await save([at('breaking'), at('changed')], FIXTURE_START + 10_000)
      expect((await list()).map(({ severity }) => severity)).toEqual(['breaking'])
    })

    const variety = [
      {
        endpoint: 'GET /a',
        differences: [
          differenceOf({ location: 'body:/x_y', kind: 'missing', severity: 'breaking' }),
        ],
      },
      { endpoint: 'POST /a', differences: [differenceOf({ location: 'header:etag' })] },
      {
        endpoint: 'GET /b',
        differences: [differenceOf({ location: 'status', kind: 'type', severity: 'added' })],
      },
    ] as const

    test.each<[string, Filter, readonly string[]]>([
      ['endpoint', { endpoint: 'GET /a' }, ['body:/x_y']],
      ['method', { method: 'GET' }, ['body:/x_y', 'status']],
      ['kind', { kind: 'type' }, ['status']],
      ['severity', { severity: 'changed' }, ['header:etag']],
      ['q in the endpoint', { q: '/b' }, ['status']],
      ['q in the location', { q: 'x_y' }, ['body:/x_y']],
      ['q with a wildcard of SQL', { q: 'x%y' }, []],
      ['since', { since: FIXTURE_START + 1000 }, ['header:etag', 'status']],
      ['until', { until: FIXTURE_START + 1000 }, ['body:/x_y']],
      ['run', { run: RUN.name }, ['body:/x_y', 'header:etag', 'status']],
      ['run that is not there', { run: 'none' }, []],
    ])('filter by %s', async (_title, filter, expected) => {
      await save(variety)
      expect((await list(filter)).map(({ location }) => location)).toEqual(expected)
      const walked = await collect(store.reader.iterateDivergences(filter))
      expect(walked.map(({ location }) => location).sort()).toEqual(expected.toSorted())
    })

    test('counts and values are those of the run that is asked for', async () => {
      await save([{ differences: [differenceOf({ primary: '"old"' })] }])
      await store.writer.openRun({ name: 'second', primaryVersion: 'v1', shadowVersion: 'v3' })
      await save(
        [
          { differences: [differenceOf({ primary: '"new"' })] },
          { differences: [differenceOf({ primary: '"newer"' })] },
        ],
        FIXTURE_START + 60_000,
      )
      expect(await list({ run: RUN.name })).toMatchObject([
        { exchanges: 1, primaryValue: '"old"', endpointExchanges: 1 },
      ])
      expect(await list({ run: 'second' })).toMatchObject([
        { exchanges: 2, primaryValue: '"newer"', endpointExchanges: 2 },
      ])
      expect(await list()).toMatchObject([
        { exchanges: 3, primaryValue: '"newer"', endpointExchanges: 3 },
      ])
    })

    test('the newest examples of a divergence tell where in their exchange', async () => {
      await save(
        Array.from({ length: 5 }, (_, n) => ({
          differences: [
            differenceOf({ location: `body:/items/${n}/price`, primary: String(n) }),
            differenceOf({ location: `body:/items/${n + 1}/price` }),
          ],
        })),
      )
      const id = (await list())[0]?.id ?? ''
      const found = await store.reader.findDivergence(id, 2)
      expect(found).toMatchObject({ id, exchanges: 5, count: 10 })
      expect(found?.examples).toMatchObject([
        { location: 'body:/items/4/price', primaryValue: '4', exchange: { differences: 2 } },
        { location: 'body:/items/3/price', primaryValue: '3' },
      ])
    })

    test('a divergence that is not there is not found', async () => {
      expect(await store.reader.findDivergence('0123456789abcdef', 1)).toBeUndefined()
    })

    test('a cursor of another list is refused', async () => {
      await save(variety)
      const { next } = await store.reader.listExchanges({}, { limit: 1 })
      await expect(
        store.reader.listDivergences({}, { cursor: next, limit: 1 }),
      ).rejects.toMatchObject({
        code: 'invalid',
      })
    })

    const noisy = differenceOf({ location: 'body:/at' })
    const control = { differences: [{ kind: noisy.kind, pattern: noisy.pattern }] }

    test('what control shows as often is noise, with the counts that say so, in lists and in exports', async () => {
      await save([
        { differences: [noisy, differenceOf()], control },
        { differences: [], control: { differences: [] } },
      ])
      const rows = await list()
      const known = rows.map((row) => [row.location, row.class, row.control])
      expect(known.sort()).toEqual([
        ['body:/at', 'noise', { measured: 2, differed: 1, shadowOnly: 0, controlOnly: 0 }],
        ['body:/price', 'divergence', { measured: 2, differed: 0, shadowOnly: 1, controlOnly: 0 }],
      ])
      const differences = await collect(store.reader.iterateDifferences({}))
      expect(differences.map((row) => [row.difference.location, row.class])).toEqual([
        ['body:/at', 'noise'],
        ['body:/price', 'divergence'],
      ])
      expect(await collect(store.reader.iterateDifferences({ class: 'noise' }))).toHaveLength(1)
    })

    test('an exchange says of each of its differences whether it is noise or expected', async () => {
      const other = differenceOf({ location: 'body:/other' })
      await save([{ differences: [noisy, differenceOf(), other], control }])
      const [row] = await list({ q: '/other' })
      await store.writer.triage(row?.id ?? '', { state: 'expected' })
      const [exchange] = (await store.reader.listExchanges({}, { limit: 1 })).items
      const detail = await store.reader.findExchange(exchange?.id ?? '')
      expect(detail?.differences.map((one) => [one.location, one.class])).toEqual([
        ['body:/at', 'noise'],
        ['body:/price', 'divergence'],
        ['body:/other', 'expected'],
      ])
    })

    test('class and state filter lists, page by page, and the classes are counted', async () => {
      const locations = Array.from({ length: 9 }, (_, n) => `body:/field-${n}`)
      await save([
        {
          differences: [noisy, ...locations.map((location) => differenceOf({ location }))],
          control,
        },
      ])
      const [expected, fixed] = (await list()).filter((row) => row.class === 'divergence')
      await store.writer.triage(expected?.id ?? '', { state: 'expected' })
      await store.writer.triage(fixed?.id ?? '', { state: 'fixed' })
      expect(await list({ class: 'divergence' }, 3)).toHaveLength(8)
      expect(await list({ class: 'noise' })).toMatchObject([{ location: 'body:/at' }])
      expect(await list({ class: 'expected' })).toMatchObject([{ id: expected?.id }])
      expect(await list({ state: 'fixed' })).toMatchObject([{ id: fixed?.id }])
      expect(await list({ state: 'open' }, 2)).toHaveLength(8)
      expect(await store.reader.countDivergences({})).toEqual({
        divergence: 8,
        noise: 1,
        expected: 1,
      })
      expect(await store.reader.countDivergences({ q: '/at', run: RUN.name })).toEqual({
        divergence: 0,
        noise: 1,
        expected: 0,
      })
    })

    test('what was imported or replayed is counted apart', async () => {
      await store.writer.save([
        judgedOf({ source: 'replay' }, { differences: [differenceOf()] }),
        judgedOf({ source: 'replay' }, { differences: [differenceOf()] }),
        judgedOf({}, { differences: [differenceOf()] }),
      ])
      expect(await list({ source: 'live' })).toMatchObject([{ exchanges: 1, endpointExchanges: 1 }])
      expect(await list({ source: 'replay' })).toMatchObject([
        { exchanges: 2, endpointExchanges: 2 },
      ])
      expect(await list({ source: 'import' })).toEqual([])
      const rows = await collect(store.reader.iterateExchanges({ source: 'replay' }))
      expect(rows).toHaveLength(2)
    })

    test('a trend keeps its length however long a divergence goes on', async () => {
      const hours = 200
      await store.writer.save(
        Array.from({ length: hours }, (_, n) =>
          judgedOf({ startedAt: FIXTURE_START + n * 3_600_000 }, { differences: [differenceOf()] }),
        ),
      )
      const trend = (await list())[0]?.trend ?? []
      expect(trend.length).toBeGreaterThan(24)
      expect(trend.length).toBeLessThanOrEqual(48)
      expect(trend.reduce((sum, { exchanges }) => sum + exchanges, 0)).toBe(hours)
    })
  })
}
