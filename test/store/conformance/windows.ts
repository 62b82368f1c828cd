/** Promises of a store: windows of time. */

import { afterEach, beforeEach, expect, test, describe } from 'vitest'
import {
  countBetween,
  DAY_MS,
  HOUR_MS,
  MINUTE_MS,
  saveSteadyDays,
} from '../../support/steady-exchanges.ts'
import { type OpenedStore, type OpenStore } from '../../support/store-fixture.ts'

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
  })
}
