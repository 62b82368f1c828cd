import { join } from 'node:path'
import { Database } from '../../../src/store/sqlite/binding.ts'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { StoreReader } from '../../../src/core/ports.ts'
import { openReader } from '../../../src/store/sqlite/reader.ts'
import { rulesVersionsOf } from '../../../src/store/sqlite/run-rules.ts'
import { openWriter, type StoreWriter } from '../../../src/store/sqlite/writer.ts'
import { differenceOf, FIXTURE_START, judgedOf } from '../../support/exchange-fixtures.ts'
import { ANN, makeFolder } from '../../support/store-fixture.ts'

let folder: ReturnType<typeof makeFolder>
let writer: StoreWriter
let reader: StoreReader
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

test('starting a run by hand ends the one that goes on, and new exchanges are its own', async () => {
  await writer.openRun(run)
  await writer.save([judgedOf()])
  now += 1000
  const started = await writer.startRun({ ...run, name: 'canary' }, ANN, [])
  expect(started).toMatchObject({ id: 2, name: 'canary', exchanges: 0 })
  await writer.save([judgedOf({ startedAt: FIXTURE_START + 1 })])
  const [newest, first] = await list()
  expect(newest).toMatchObject({ id: 2, exchanges: 1 })
  expect(first).toMatchObject({ id: 1, exchanges: 1, endedAt: new Date(now).toISOString() })
  expect((await reader.listAudit({ limit: 1 })).items).toMatchObject([
    { action: 'run-start', subject: 'canary', actor: 'ann' },
  ])
})

test('a run that was ended keeps its first end', async () => {
  await writer.openRun(run)
  now += 1000
  const ended = await writer.endRun(1, ANN)
  expect(ended.endedAt).toBe(new Date(now).toISOString())
  now += 1000
  expect(await writer.endRun(1, ANN)).toEqual(ended)
  await expect(writer.endRun(7, ANN)).rejects.toMatchObject({ code: 'not_found' })
})

test('a run is found by its number, by its newest name, or as the newest of all', async () => {
  for (const name of ['a', 'b', 'a']) {
    await writer.openRun({ ...run, name, shadowVersion: String(now++) })
  }
  expect(await reader.findRun('a')).toMatchObject({ id: 3 })
  expect(await reader.findRun('2')).toMatchObject({ name: 'b' })
  expect(await reader.findRun(undefined)).toMatchObject({ id: 3 })
  expect(await reader.findRun('none')).toBeUndefined()
})

test('a run remembers under which rules it was judged, each from when on', async () => {
  await writer.openRun(run)
  const since = [now, now + 1000]
  for (const version of ['aaaa', 'aaaa', 'bbbb']) {
    await writer.setRulesVersion(version)
    now += version === 'aaaa' ? 500 : 0
  }
  const db = new Database(join(folder.path, 'shadowdiff.db'), { readonly: true })
  expect(rulesVersionsOf(db, 1)).toEqual([
    { version: 'aaaa', since: since[0] },
    { version: 'bbbb', since: since[1] },
  ])
  expect(rulesVersionsOf(db, 2)).toEqual([])
  db.close()
})

test('a run whose name is the number of another one is found by its name, and the other one by its id', async () => {
  await writer.openRun(run)
  await writer.save([judgedOf()])
  await writer.openRun({ ...run, name: '1' })
  await writer.save([1, 2].map((n) => judgedOf({ startedAt: FIXTURE_START + n })))
  await writer.openRun({ ...run, name: 'id:2' })
  const found = async (text: string) => {
    const { items } = await reader.listEndpoints({ run: text }, { limit: 9 })
    const evidence = await reader.runEvidence(text)
    return [(await reader.findRun(text))?.id, evidence?.run, items[0]?.exchanges]
  }
  expect(await found('1')).toEqual([2, '1', 2])
  expect(await found('id:1')).toEqual([1, 'checkout', 1])
  expect(await found('2')).toEqual([2, '1', 2])
  expect(await found('id:2')).toEqual([2, '1', 2])
  expect(await found('3')).toEqual([3, 'id:2', undefined])
  expect(await found('id:4')).toEqual([undefined, undefined, undefined])
  const comparison = await reader.compareRuns('id:1', '1')
  expect([comparison?.before.id, comparison?.after.id]).toEqual([1, 2])
})
