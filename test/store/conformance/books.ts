/** Promises of a store: books. */

import { afterEach, beforeEach, expect, test, describe } from 'vitest'
import type { Counters } from '../../../src/core/counters.ts'
import { judgedOf } from '../../support/exchange-fixtures.ts'
import { ANN, RUN, type OpenedStore, type OpenStore } from '../../support/store-fixture.ts'

/** Registers the tests. */
export function testBooks(open: OpenStore): void {
  describe('books', () => {
    let store: OpenedStore

    beforeEach(async () => {
      store = await open([judgedOf({}, { outcome: 'unmirrored', reason: 'method' })])
    })

    afterEach(() => store.close())

    const countersOf = (over: Partial<Counters>): Counters => ({
      ...{ seen: 0, pending: 0, mirrored: 0, unmirrored: {}, inFlight: 0, match: 0, divergent: 0 },
      ...{ incomparable: {}, lost: {} },
      ...over,
    })

    const read = async (run: string) => {
      const evidence = await store.reader.runEvidence(run)
      return [evidence?.unmirrored, evidence?.lost]
    }

    test('what the proxies did not mirror and what was lost are told with the run', async () => {
      const first = countersOf({ unmirrored: { method: 7 }, lost: { 'queue-full': 2 } })
      await store.writer.keepBooks([{ proxy: 'a', counters: first }])
      const second = countersOf({ unmirrored: { method: 8, paused: 1 }, lost: { 'queue-full': 2 } })
      await store.writer.keepBooks([{ proxy: 'a', counters: second }])
      await store.writer.keepBooks([{ proxy: 'b', counters: first }])
      expect(await read(RUN.name)).toEqual([{ method: 15, paused: 1 }, { 'queue-full': 4 }])
    })

    test('rows that the books do not know of yet count', async () => {
      await store.writer.keepBooks([
        { proxy: 'a', counters: countersOf({ lost: { shutdown: 1 } }) },
      ])
      expect(await read(RUN.name)).toEqual([{ method: 1 }, { shutdown: 1 }])
    })

    test('a run that begins while a proxy counts gets what is added after it, also when one goes on', async () => {
      const lost = (n: number) => [{ proxy: 'a', counters: countersOf({ lost: { shutdown: n } }) }]
      const next = { ...RUN, name: 'next' }
      await store.writer.keepBooks(lost(3))
      await store.writer.startRun(next, ANN, lost(5))
      await store.writer.keepBooks(lost(6))
      await store.writer.startRun(RUN, ANN, lost(6))
      await store.writer.keepBooks(lost(10))
      expect(await read(RUN.name)).toEqual([{ method: 1 }, { shutdown: 9 }])
      expect(await read('next')).toEqual([{}, { shutdown: 1 }])
    })
  })
}
