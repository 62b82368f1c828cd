/** Promises of a store: windows of time. */

import fc from 'fast-check'
import { afterEach, beforeEach, expect, test, describe } from 'vitest'
import { FIXTURE_START, judgedOf } from '../../support/exchange-fixtures.ts'
import {
  countBetween,
  DAY_MS,
  HOUR_MS,
  MINUTE_MS,
  saveSteadyDays,
} from '../../support/steady-exchanges.ts'
import { type OpenedStore, type OpenStore } from '../../support/store-fixture.ts'
import { expectWindowsScanned } from '../../support/window-scan.ts'

/** Registers the tests. */
export function testWindows(open: OpenStore): void {
  describe('windows of time', () => {
    let store: OpenedStore

    beforeEach(async () => {
      store = await open()
    })

    afterEach(() => store.close())

    test('a window with nothing in it has no endpoints, also when it ends before it begins', async () => {
      await saveSteadyDays(store.writer, 1)
      expect(await countBetween(store.reader, 30 * DAY_MS, 40 * DAY_MS)).toBe(0)
      expect(await countBetween(store.reader, -40 * DAY_MS, -30 * DAY_MS)).toBe(0)
      expect(await countBetween(store.reader, DAY_MS, 0)).toBe(0)
    })

    test.each([
      ['a part of an hour', 10 * MINUTE_MS, 40 * MINUTE_MS, 3],
      ['hours whose ends are cut', 50 * MINUTE_MS, 5 * HOUR_MS + 10 * MINUTE_MS, 26],
      ['days whose ends are cut', 50 * MINUTE_MS, DAY_MS + 20 * MINUTE_MS, 141],
      ['whole days', DAY_MS, 2 * DAY_MS, 144],
      ['many days, by whole hours', 50 * MINUTE_MS, 3 * DAY_MS + 10 * MINUTE_MS, 3 * 144 + 6],
    ])('a window counts what came in it: %s', async (_title, from, to, expected) => {
      await saveSteadyDays(store.writer, 4)
      expect(await countBetween(store.reader, from, to)).toBe(expected)
    })

    test('windows of any edges add up to what a scan finds', { timeout: 60_000 }, async () => {
      const minutes = fc.integer({ min: 0, max: 9 * 1440 })
      const at = fc.array(fc.tuple(minutes, fc.constantFrom('GET /a', 'GET /b')), {
        minLength: 1,
        maxLength: 60,
      })
      const windows = fc.array(
        fc.tuple(fc.integer({ min: -1440, max: 9 * 1440 }), fc.integer({ min: 1, max: 9 * 1440 })),
        { minLength: 10, maxLength: 10 },
      )
      await fc.assert(
        fc.asyncProperty(at, windows, async (all, edges) => {
          await store.close()
          store = await open(
            all.map(([minute, endpoint]) =>
              judgedOf({ startedAt: FIXTURE_START + minute * MINUTE_MS }, {}, endpoint),
            ),
          )
          await expectWindowsScanned(store.reader, edges)
        }),
        { numRuns: 20 },
      )
    })
  })
}
