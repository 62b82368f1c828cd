/** Promises of a store: endpoints. */

import { afterEach, beforeEach, expect, test, describe } from 'vitest'
import type { Filter } from '../../../src/core/lists.ts'
import {
  differenceOf,
  FIXTURE_START,
  judgedOf,
  responseOf,
} from '../../support/exchange-fixtures.ts'
import { RUN, type OpenedStore, type OpenStore } from '../../support/store-fixture.ts'

/** Registers the tests. */
export function testEndpoints(open: OpenStore): void {
  describe('endpoints', () => {
    let store: OpenedStore

    beforeEach(async () => {
      store = await open()
    })

    afterEach(() => store.close())

    const list = async (filter: Filter = {}) =>
      (await store.reader.listEndpoints(filter, { limit: 50 })).items

    test('an endpoint tells its counts, its rate, its divergences and both latencies', async () => {
      await store.writer.save([
        ...Array.from({ length: 98 }, (_, n) =>
          judgedOf({
            startedAt: FIXTURE_START + n,
            primary: responseOf('', { durationMs: n + 1 }),
            shadow: responseOf('', { durationMs: 2 * (n + 1) }),
          }),
        ),
        judgedOf({ startedAt: FIXTURE_START + 98 }, { differences: [differenceOf()] }),
        judgedOf(
          { startedAt: FIXTURE_START + 99 },
          { outcome: 'incomparable', reason: 'truncated' },
        ),
      ])
      const [row] = await list()
      expect(row).toMatchObject({
        endpoint: 'GET /items/{id}',
        exchanges: 100,
        match: 98,
        divergent: 1,
        incomparable: 1,
        unmirrored: 0,
        divergenceRate: 1 / 99,
        divergences: 1,
        lastSeen: new Date(FIXTURE_START + 99).toISOString(),
      })
      expect(row?.primaryLatency?.p50).toBeCloseTo(48, -0.5)
      expect((row?.shadowLatency?.p95 ?? 0) / (row?.primaryLatency?.p95 ?? 1)).toBeCloseTo(2, 0)
    })

    test('an endpoint tells the interval of its rate and the median ratio, also in a window', async () => {
      await store.writer.save(
        Array.from({ length: 20 }, (_, n) =>
          judgedOf({
            startedAt: FIXTURE_START + n * 60_000,
            primary: responseOf('', { durationMs: n + 1 }),
            shadow: responseOf('', { durationMs: 3 * (n + 1) }),
          }),
        ),
      )
      for (const filter of [
        {},
        { since: FIXTURE_START },
        { since: FIXTURE_START, until: FIXTURE_START + 600_000 },
      ]) {
        const [row] = await list(filter)
        expect(row?.latencyRatio).toBeCloseTo(3, 1)
        expect(row?.divergenceRateLower).toBe(0)
        expect(row?.divergenceRateUpper).toBeCloseTo(row?.exchanges === 20 ? 0.1611 : 0.2775, 4)
      }
    })

    test('an endpoint of which nothing was compared has no rate', async () => {
      await store.writer.save([judgedOf({}, { outcome: 'unmirrored', reason: 'paused' })])
      expect(Object.keys((await list())[0] ?? {})).not.toContain('divergenceRate')
    })

    test('the sparkline is of the newest thirty minutes with traffic, oldest first', async () => {
      await store.writer.save(
        Array.from({ length: 40 }, (_, n) => judgedOf({ startedAt: FIXTURE_START + n * 120_000 })),
      )
      await store.writer.save([
        judgedOf(
          { startedAt: FIXTURE_START + 39 * 120_000 + 1 },
          { differences: [differenceOf()] },
        ),
      ])
      const sparkline = (await list())[0]?.sparkline ?? []
      expect(sparkline).toHaveLength(30)
      expect(sparkline[0]).toEqual({
        time: new Date(FIXTURE_START + 10 * 120_000).toISOString(),
        exchanges: 1,
        divergent: 0,
      })
      expect(sparkline[29]).toMatchObject({ exchanges: 2, divergent: 1 })
    })

    test('endpoints are listed by name, page by page', async () => {
      const names = ['GET /a', 'GET /b', 'POST /a', 'GET /c']
      await store.writer.save(
        names.map((name, n) => judgedOf({ startedAt: FIXTURE_START + n }, {}, name)),
      )
      const seen: string[] = []
      let cursor: string | undefined
      do {
        const page = await store.reader.listEndpoints({}, { cursor, limit: 3 })
        seen.push(...page.items.map(({ endpoint }) => endpoint))
        cursor = page.next
      } while (cursor !== undefined)
      expect(seen).toEqual(names.toSorted())
    })

    test.each<[string, Filter, readonly string[]]>([
      ['endpoint', { endpoint: 'GET /b' }, ['GET /b']],
      ['method', { method: 'POST' }, ['POST /c']],
      ['q', { q: '/b' }, ['GET /b']],
      ['run', { run: RUN.name }, ['GET /a', 'GET /b', 'POST /c']],
      ['run that is not there', { run: 'none' }, []],
      ['since', { since: FIXTURE_START + 120_000 }, ['GET /b', 'POST /c']],
      ['until', { until: FIXTURE_START + 120_000 }, ['GET /a']],
    ])('filter by %s', async (_title, filter, expected) => {
      await store.writer.save(
        ['GET /a', 'GET /b', 'POST /c'].map((name, n) =>
          judgedOf({ startedAt: FIXTURE_START + n * 120_000 }, {}, name),
        ),
      )
      expect((await list(filter)).map(({ endpoint }) => endpoint)).toEqual(expected)
    })

    test('a window counts its own minutes only', async () => {
      await store.writer.save([
        judgedOf({ startedAt: FIXTURE_START }),
        judgedOf({
          startedAt: FIXTURE_START + 60_000,
          primary: responseOf('', { durationMs: 500 }),
        }),
      ])
      const [row] = await list({ since: FIXTURE_START + 60_000 })
      expect(row).toMatchObject({ exchanges: 1, match: 1 })
      expect(row?.primaryLatency?.p50).toBeGreaterThan(490)
    })

    test('counts are those of the run that is asked for', async () => {
      await store.writer.save([judgedOf()])
      await store.writer.openRun({ name: 'second', primaryVersion: '1', shadowVersion: '2' })
      await store.writer.save([1, 2].map((n) => judgedOf({ startedAt: FIXTURE_START + n })))
      expect((await list({ run: RUN.name }))[0]?.exchanges).toBe(1)
      expect((await list({ run: 'second' }))[0]?.exchanges).toBe(2)
      expect((await list())[0]?.exchanges).toBe(3)
    })
  })
}
