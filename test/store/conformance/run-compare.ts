/** Promises of a store: two runs beside each other. */

import { afterEach, beforeEach, expect, test, describe } from 'vitest'
import type { DivergenceRow } from '../../../src/core/divergence-report.ts'
import { differenceOf, judgedOf } from '../../support/exchange-fixtures.ts'
import { ANN, RUN, type OpenedStore, type OpenStore } from '../../support/store-fixture.ts'

/** Registers the tests. */
export function testRunComparison(open: OpenStore): void {
  describe('two runs beside each other', () => {
    let store: OpenedStore

    const NEXT = { ...RUN, name: 'next', shadowVersion: 'v3' }

    const seen = (
      location: string,
      endpoint: string,
      severity: 'breaking' | 'changed' = 'changed',
    ) => judgedOf({}, { differences: [differenceOf({ location, severity })] }, endpoint)

    const placesOf = (rows: readonly DivergenceRow[]) =>
      rows.map(({ endpoint, location }) => `${endpoint} ${location}`)

    beforeEach(async () => {
      store = await open([
        seen('body:/a', 'GET /a'),
        seen('body:/gone', 'GET /a'),
        seen('body:/x', 'GET /untested'),
        judgedOf({}, { outcome: 'unmirrored', reason: 'paused' }, 'GET /b'),
      ])
    })

    afterEach(() => store.close())

    test('two runs tell what appeared, what is gone, what stays and what nobody tested', async () => {
      await store.writer.startRun(NEXT, ANN, [])
      await store.writer.save([
        seen('body:/a', 'GET /a'),
        seen('body:/new', 'GET /a'),
        seen('body:/worse', 'GET /b', 'breaking'),
        judgedOf({}, { outcome: 'unmirrored', reason: 'paused' }, 'GET /untested'),
      ])
      const comparison = await store.reader.compareRuns(RUN.name, 'next')
      expect(comparison?.before).toMatchObject({ id: 1, name: RUN.name })
      expect(comparison?.after).toMatchObject({ id: 2, name: 'next', divergent: 3 })
      expect(placesOf(comparison?.appeared ?? [])).toEqual([
        'GET /b body:/worse',
        'GET /a body:/new',
      ])
      expect(placesOf(comparison?.gone ?? [])).toEqual(['GET /a body:/gone'])
      expect(placesOf(comparison?.persisting ?? [])).toEqual(['GET /a body:/a'])
      expect(placesOf(comparison?.untested ?? [])).toEqual(['GET /untested body:/x'])
      expect(comparison?.persisting[0]).toMatchObject({ exchanges: 1 })
    })

    test('what is expected comes after what is not, however severe it is', async () => {
      await store.writer.startRun(NEXT, ANN, [])
      await store.writer.save([
        seen('body:/new', 'GET /a'),
        seen('body:/worse', 'GET /b', 'breaking'),
      ])
      const [worst] = (await store.reader.listDivergences({ run: 'next' }, { limit: 1 })).items
      await store.writer.triageAll([worst?.id ?? ''], { state: 'expected' }, ANN)
      const { appeared = [] } = (await store.reader.compareRuns('1', '2')) ?? {}
      expect(placesOf(appeared)).toEqual(['GET /a body:/new', 'GET /b body:/worse'])
      expect(appeared.map((row) => row.class)).toEqual(['divergence', 'expected'])
    })

    test('a run that is not there has no comparison', async () => {
      expect(await store.reader.compareRuns(RUN.name, 'none')).toBeUndefined()
    })
  })
}
