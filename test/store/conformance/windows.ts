/** Promises of a store: windows of time. */

import { afterEach, beforeEach, expect, test, describe } from 'vitest'
import { FIXTURE_START, judgedOf } from '../../support/exchange-fixtures.ts'
import { type OpenedStore, type OpenStore } from '../../support/store-fixture.ts'

/** Registers the tests. */
export function testWindows(open: OpenStore): void {
  describe('windows of time', () => {
    let store: OpenedStore

    beforeEach(async () => {
      store = await open()
    })

    afterEach(() => store.close())

    const MINUTE_MS = 60_000
    const HOUR_MS = 3_600_000
    const DAY_MS = 24 * HOUR_MS

    /** One exchange each ten minutes of so many days. */
    const save = (days: number) =>
      store.writer.save(
        Array.from({ length: days * 144 }, (_, n) =>
          judgedOf({ startedAt: FIXTURE_START + n * 10 * MINUTE_MS }),
        ),
      )

    const count = async (from: number, to: number) => {
      const filter = { since: FIXTURE_START + from, until: FIXTURE_START + to }
      const { items } = await store.reader.listEndpoints(filter, { limit: 1 })
      return items[0]?.exchanges ?? 0
    }

    test('a window with nothing in it has no endpoints, also when it ends before it begins', async () => {
      await save(1)
      expect(await count(30 * DAY_MS, 40 * DAY_MS)).toBe(0)
      expect(await count(-40 * DAY_MS, -30 * DAY_MS)).toBe(0)
      expect(await count(DAY_MS, 0)).toBe(0)
    })

    test.each([
      ['a part of an hour', 10 * MINUTE_MS, 40 * MINUTE_MS, 3],
      ['hours whose ends are cut', 50 * MINUTE_MS, 5 * HOUR_MS + 10 * MINUTE_MS, 26],
      ['days whose ends are cut', 50 * MINUTE_MS, DAY_MS + 20 * MINUTE_MS, 141],
      ['whole days', DAY_MS, 2 * DAY_MS, 144],
      ['many days, by whole hours', 50 * MINUTE_MS, 3 * DAY_MS + 10 * MINUTE_MS, 3 * 144 + 6],
    ])('a window counts what came in it: %s', async (_title, from, to, expected) => {
      await save(4)
      expect(await count(from, to)).toBe(expected)
    })
  })
}
