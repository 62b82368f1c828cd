/** Promises of a store: traffic. */

import { afterEach, beforeEach, expect, test, describe } from 'vitest'
import {
  differenceOf,
  FIXTURE_START,
  judgedOf,
  responseOf,
} from '../../support/exchange-fixtures.ts'
import { RUN, type OpenedStore, type OpenStore } from '../../support/store-fixture.ts'

/** Registers the tests. */
export function testTraffic(open: OpenStore): void {
  describe('traffic', () => {
    let store: OpenedStore

    beforeEach(async () => {
      store = await open()
    })

    afterEach(() => store.close())

    const MINUTE_MS = 60_000
    const HOUR_MS = 3_600_000
    const timeOf = (ms: number) => new Date(FIXTURE_START + ms).toISOString()

    test('each minute tells its outcomes and the latencies of both sides', async () => {
      const timed = (startedAt: number, primaryMs: number, shadowMs: number) =>
        judgedOf({
          startedAt,
          primary: responseOf('', { durationMs: primaryMs }),
          shadow: responseOf('', { durationMs: shadowMs }),
        })
      await store.writer.save([
        timed(FIXTURE_START, 10, 100),
        timed(FIXTURE_START + 1, 10, 100),
        judgedOf({ startedAt: FIXTURE_START + 2 * MINUTE_MS }, { differences: [differenceOf()] }),
        judgedOf(
          { startedAt: FIXTURE_START + 2 * MINUTE_MS },
          { outcome: 'unmirrored', reason: 'paused' },
          'GET /b',
        ),
      ])
      const { resolutionMs, points } = await store.reader.traffic({ run: RUN.name })
      expect(resolutionMs).toBe(MINUTE_MS)
      expect(points).toMatchObject([
        { time: timeOf(0), match: 2, divergent: 0, incomparable: 0, unmirrored: 0 },
        { time: timeOf(2 * MINUTE_MS), match: 0, divergent: 1, unmirrored: 1 },
      ])
      const [{ primaryP50 = 0, primaryP95 = 0, shadowP50 = 0 } = {}] = points
      expect(primaryP50).toBeCloseTo(10, 0)
      expect(primaryP95).toBeCloseTo(10, 0)
      expect(shadowP50 / 100).toBeCloseTo(1, 1)
      const ofEndpoint = await store.reader.traffic({ endpoint: 'GET /b' })
      expect(ofEndpoint.points).toMatchObject([{ match: 0, divergent: 0, unmirrored: 1 }])
    })

    test('a window gives its own points only', async () => {
      await store.writer.save(
        [0, 1, 2].map((n) => judgedOf({ startedAt: FIXTURE_START + n * MINUTE_MS })),
      )
      const { points } = await store.reader.traffic({
        since: FIXTURE_START + MINUTE_MS,
        until: FIXTURE_START + 2 * MINUTE_MS,
      })
      expect(points.map(({ time }) => time)).toEqual([timeOf(MINUTE_MS)])
    })

    test.each([
      [2, MINUTE_MS],
      [10, 2 * MINUTE_MS],
      [30, 5 * MINUTE_MS],
      [300, HOUR_MS],
      [5000, 24 * HOUR_MS],
      [100_000, 251 * HOUR_MS],
    ])('%d hours have at most 400 points', async (hours, resolutionMs) => {
      await store.writer.save(
        Array.from({ length: 1000 }, (_, n) =>
          judgedOf({ startedAt: FIXTURE_START + Math.floor((n * hours * HOUR_MS) / 1000) }),
        ),
      )
      for (const endpoint of [undefined, 'GET /items/{id}']) {
        const traffic = await store.reader.traffic({ run: RUN.name, endpoint })
        expect(traffic.resolutionMs).toBe(resolutionMs)
        expect(traffic.points.length).toBeLessThanOrEqual(400)
        expect(traffic.points.reduce((sum, { match }) => sum + match, 0)).toBe(1000)
      }
    })

    test('nothing has no points', async () => {
      expect((await store.reader.traffic({})).points).toEqual([])
      expect((await store.reader.traffic({ run: 'none' })).points).toEqual([])
      expect((await store.reader.traffic({ endpoint: 'none' })).points).toEqual([])
    })
  })
}
