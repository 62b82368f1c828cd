import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { ExchangeReader } from '../../../src/core/ports.ts'
import { openReader } from '../../../src/store/sqlite/reader.ts'
import { openWriter, type StoreWriter } from '../../../src/store/sqlite/writer.ts'
import { differenceOf, FIXTURE_START, judgedOf } from '../../support/exchange-fixtures.ts'
import { ANN, collect, makeFolder, RUN } from '../../support/store-fixture.ts'

let folder: ReturnType<typeof makeFolder>
let writer: StoreWriter
let reader: ExchangeReader
let id: string
const now = FIXTURE_START + 10_000

const see = (startedAt: number) =>
  writer.save([judgedOf({ startedAt }, { differences: [differenceOf()] })])

const state = async () => {
  const found = await reader.findDivergence(id, 1)
  return [found?.state, found?.class]
}

beforeEach(async () => {
  folder = makeFolder()
  const path = join(folder.path, 'shadowdiff.db')
  writer = await openWriter({ path, clock: { now: () => now } })
  await writer.openRun(RUN)
  await see(FIXTURE_START)
  reader = await openReader({ path })
  id = (await collect(reader.iterateDivergences({})))[0]?.id ?? ''
})

afterEach(async () => {
  await reader.close()
  await writer.close()
  folder.remove()
})

test('a divergence is open until somebody says something else', async () => {
  expect(await state()).toEqual(['open', 'divergence'])
})

test('what is expected says so everywhere, with its note and its end', async () => {
  const until = Date.now() + 3_600_000
  expect(await writer.triage(id, { state: 'expected', note: 'new currency', until })).toBe(true)
  expect(await state()).toEqual(['expected', 'expected'])
  expect(await reader.findDivergence(id, 0)).toMatchObject({
    note: 'new currency',
    until: new Date(until).toISOString(),
  })
  const [difference] = await collect(reader.iterateDifferences({}))
  expect(difference?.class).toBe('expected')
  await see(now + 1)
  expect(await state()).toEqual(['expected', 'expected'])
})

test('what is expected until a time is open again after it', async () => {
  await writer.triage(id, { state: 'expected', until: Date.now() - 1 })
  expect(await state()).toEqual(['open', 'divergence'])
})

test('what is expected of one version is open again with another', async () => {
  await writer.triage(id, { state: 'expected' })
  await writer.openRun(RUN)
  expect(await state()).toEqual(['expected', 'expected'])
  await writer.openRun({ ...RUN, shadowVersion: 'v3' })
  expect(await state()).toEqual(['open', 'divergence'])
})

test('what is expected up to a rate is open again above it', async () => {
  await writer.save(
    Array.from({ length: 3 }, (_, n) => judgedOf({ startedAt: FIXTURE_START + 1 + n })),
  )
  await writer.triage(id, { state: 'expected', rate: 0.3 })
  expect(await state()).toEqual(['expected', 'expected'])
  await see(FIXTURE_START + 100)
  expect(await state()).toEqual(['open', 'divergence'])
})

test('what is fixed stays so for exchanges that began before, and opens again when it is seen after', async () => {
  await writer.triage(id, { state: 'fixed' })
  await see(now - 1)
  expect(await state()).toEqual(['fixed', 'divergence'])
  await see(now + 1)
  expect(await state()).toEqual(['open', 'divergence'])
})

test('a divergence that is not there cannot be triaged', async () => {
  expect(await writer.triage('0000000000000000', { state: 'fixed' })).toBe(false)
})

test('several are said to be the same at once, or none of them', async () => {
  await writer.save([
    judgedOf(
      { startedAt: FIXTURE_START },
      { differences: [differenceOf({ location: 'body:/b' })] },
    ),
  ])
  const ids = (await collect(reader.iterateDivergences({}))).map((row) => row.id)
  await expect(writer.triageAll([...ids, 'none'], { state: 'fixed' }, ANN)).rejects.toMatchObject({
    code: 'not_found',
    message: 'there is no divergence none',
  })
  expect(await state()).toEqual(['open', 'divergence'])
  expect(await writer.triageAll([...ids, id], { state: 'fixed' }, ANN)).toBe(2)
  const rows = await collect(reader.iterateDivergences({}))
  expect(rows.map((row) => row.state)).toEqual(['fixed', 'fixed'])
})
