import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { ExchangeReader, ExchangeWriter } from '../../../src/core/ports.ts'
import { openReader } from '../../../src/store/sqlite/reader.ts'
import { openWriter } from '../../../src/store/sqlite/writer.ts'
import { differenceOf, FIXTURE_START, judgedOf } from '../../support/exchange-fixtures.ts'
import { makeFolder } from '../../support/store-fixture.ts'

let folder: ReturnType<typeof makeFolder>
let writer: ExchangeWriter
let reader: ExchangeReader
let now: number

const open = () =>
  openWriter({ path: join(folder.path, 'shadowdiff.db'), clock: { now: () => now } })

beforeEach(async () => {
  now = FIXTURE_START
  folder = makeFolder()
  writer = await open()
  reader = await openReader({ path: join(folder.path, 'shadowdiff.db') })
})

afterEach(async () => {
  await reader.close()
  await writer.close()
  folder.remove()
})

const run = { name: 'checkout', primaryVersion: '1.0', shadowVersion: '2.0' }

const list = async () => (await reader.listRuns({ limit: 50 })).items

test('saving without a run is refused', async () => {
  await expect(writer.save([judgedOf()])).rejects.toThrow('no run is open')
})

test('a run tells its versions and its totals', async () => {
  await writer.openRun(run)
  expect(await list()).toEqual([
    {
      id: 1,
      ...run,
      startedAt: new Date(FIXTURE_START).toISOString(),
      exchanges: 0,
      match: 0,
      divergent: 0,
      incomparable: 0,
      unmirrored: 0,
    },
  ])
  await writer.save([
    judgedOf({ startedAt: FIXTURE_START }),
    judgedOf({ startedAt: FIXTURE_START + 1 }, { differences: [differenceOf()] }, 'GET /b'),
    judgedOf({ startedAt: FIXTURE_START + 2 }, { outcome: 'incomparable', reason: 'truncated' }),
    judgedOf({ startedAt: FIXTURE_START + 3 }, { outcome: 'unmirrored', reason: 'paused' }),
  ])
  expect(await list()).toMatchObject([
    { exchanges: 4, match: 1, divergent: 1, incomparable: 1, unmirrored: 1 },
  ])
})

test('restarting with the same name and versions continues the run', async () => {
  await writer.openRun(run)
  await writer.save([judgedOf()])
  await writer.close()
  now += 1000
  writer = await open()
  await writer.openRun(run)
  await writer.save([judgedOf({ startedAt: FIXTURE_START + 1 })])
  expect(await list()).toMatchObject([{ id: 1, exchanges: 2 }])
})

test('another version starts another run and ends the one before', async () => {
  await writer.openRun(run)
  now += 1000
  await writer.openRun({ ...run, shadowVersion: '2.1' })
  expect(await list()).toMatchObject([
    { id: 2, shadowVersion: '2.1' },
    { id: 1, shadowVersion: '2.0', endedAt: new Date(now).toISOString() },
  ])
  await writer.openRun(run)
  const [newest, first] = await list()
  expect(newest?.endedAt).toBeDefined()
  expect(first?.endedAt).toBeUndefined()
})

test('runs are listed newest first, page by page', async () => {
  for (const name of ['a', 'b', 'c']) await writer.openRun({ ...run, name })
  const first = await reader.listRuns({ limit: 2 })
  const second = await reader.listRuns({ limit: 2, cursor: first.next })
  expect([...first.items, ...second.items].map(({ name }) => name)).toEqual(['c', 'b', 'a'])
  expect(second.next).toBeUndefined()
})

test('a run of which nothing was written yet has no exchanges', async () => {
  await writer.openRun(run)
  expect((await reader.listExchanges({ run: 'checkout' }, { limit: 1 })).items).toEqual([])
})
