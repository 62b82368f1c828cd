import { expect, test } from 'vitest'
import { openReader } from '../../../src/store/sqlite/reader.ts'
import { openWriter } from '../../../src/store/sqlite/writer.ts'
import { differenceOf, FIXTURE_START, judgedOf } from '../../support/exchange-fixtures.ts'
import { makeFolder, openStore, RUN } from '../../support/store-fixture.ts'

const hiddenBy = (by: string, location = 'body:/price') => ({ ...differenceOf({ location }), by })

test('what each rule hides is counted by difference and by exchange', async () => {
  const store = await openStore([
    judgedOf({ startedAt: FIXTURE_START + 5 }, { suppressed: [hiddenBy('a'), hiddenBy('a', 'b')] }),
    judgedOf({ startedAt: FIXTURE_START + 3 }, { suppressed: [hiddenBy('a'), hiddenBy('z')] }),
  ])
  await store.writer.save([judgedOf({ startedAt: FIXTURE_START }, { suppressed: [hiddenBy('z')] })])
  expect(await store.reader.ruleHits()).toEqual([
    { id: 'a', hidden: 3, exchanges: 2, lastHit: FIXTURE_START + 5 },
    { id: 'z', hidden: 2, exchanges: 2, lastHit: FIXTURE_START + 3 },
  ])
  expect(await store.writer.ruleHits()).toEqual(await store.reader.ruleHits())
  await store.close()
})

test('an exchange that is not kept as a row counts all the same', async () => {
  const folder = makeFolder()
  const path = `${folder.path}/shadowdiff.db`
  const writer = await openWriter({ path, matches: 'none' })
  await writer.openRun(RUN)
  await writer.save([judgedOf({}, { suppressed: [hiddenBy('a')] })])
  const reader = await openReader({ path })
  expect(await reader.ruleHits()).toMatchObject([{ id: 'a', hidden: 1, exchanges: 1 }])
  expect(await reader.comparedSince(FIXTURE_START)).toBe(1)
  expect((await reader.listExchanges({}, { limit: 1 })).items).toEqual([])
  await reader.close()
  await writer.close()
  folder.remove()
})

test('a batch that fails hides nothing', async () => {
  const store = await openStore()
  const bad = judgedOf({ id: 'no uuid' }, { suppressed: [hiddenBy('a')] })
  await expect(store.writer.save([bad])).rejects.toThrow('UUID')
  await store.writer.save([judgedOf({}, { suppressed: [hiddenBy('b')] })])
  expect((await store.reader.ruleHits()).map(({ id }) => id)).toEqual(['b'])
  await store.close()
})

test('compared are those that match and those that do not, from a minute on, in all runs', async () => {
  const minute = FIXTURE_START + 60_000
  const store = await openStore([
    judgedOf({}),
    judgedOf({ startedAt: minute }),
    judgedOf({ startedAt: minute + 1 }, { differences: [differenceOf()] }),
    judgedOf({ startedAt: minute + 2 }, { outcome: 'incomparable', reason: 'truncated' }),
    judgedOf({ startedAt: minute + 3 }, { outcome: 'unmirrored', reason: 'paused' }),
  ])
  await store.writer.openRun({ ...RUN, name: 'other' })
  await store.writer.save([judgedOf({ startedAt: minute + 4 })])
  expect(await store.reader.comparedSince(0)).toBe(4)
  expect(await store.reader.comparedSince(minute)).toBe(3)
  expect(await store.reader.comparedSince(minute + 60_000)).toBe(0)
  await store.close()
})
