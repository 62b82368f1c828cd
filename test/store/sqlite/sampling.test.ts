import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openReader } from '../../../src/store/sqlite/reader.ts'
import type { MatchSampling } from '../../../src/store/sqlite/sampling.ts'
import { openWriter } from '../../../src/store/sqlite/writer.ts'
import { differenceOf, FIXTURE_START, judgedOf } from '../../support/exchange-fixtures.ts'
import { collect, makeFolder, RUN } from '../../support/store-fixture.ts'

async function rowsWith(matches: MatchSampling) {
  const folder = makeFolder()
  const path = join(folder.path, 'shadowdiff.db')
  const writer = await openWriter({ path, matches })
  await writer.openRun(RUN)
  await writer.save(
    Array.from({ length: 1000 }, (_, n) =>
      judgedOf({ startedAt: FIXTURE_START + n }, n < 10 ? { differences: [differenceOf()] } : {}),
    ),
  )
  const reader = await openReader({ path })
  const rows = await collect(reader.iterateExchanges({}))
  const [endpoint] = (await reader.listEndpoints({}, { limit: 1 })).items
  await reader.close()
  await writer.close()
  folder.remove()
  expect(endpoint).toMatchObject({ exchanges: 1000, match: 990, divergent: 10 })
  expect(rows.filter(({ outcome }) => outcome === 'divergent')).toHaveLength(10)
  return rows.length
}

test('all exchanges that match become rows', async () => {
  expect(await rowsWith('all')).toBe(1000)
})

test('without matches only the others become rows, and all count', async () => {
  expect(await rowsWith('none')).toBe(10)
})

test('a part of the matches becomes rows, and all count', async () => {
  const rows = await rowsWith(20)
  expect(rows).toBeGreaterThan(140)
  expect(rows).toBeLessThan(280)
})
