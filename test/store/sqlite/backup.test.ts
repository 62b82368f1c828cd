import { existsSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openReader } from '../../../src/store/sqlite/reader.ts'
import { FIXTURE_START, judgedOf, responseOf } from '../../support/exchange-fixtures.ts'
import { expectConsistent } from '../../support/store-consistency.ts'
import { collect, makeFolder, openStore, type StoreFixture } from '../../support/store-fixture.ts'

let store: StoreFixture
let folder: ReturnType<typeof makeFolder>

const batch = (from: number, count: number) =>
  Array.from({ length: count }, (_, n) =>
    judgedOf({
      startedAt: FIXTURE_START + from + n,
      primary: responseOf(`${from + n} `.repeat(500)),
    }),
  )

beforeEach(async () => {
  folder = makeFolder()
  store = await openStore(batch(0, 3000))
})

afterEach(async () => {
  await store.close()
  folder.remove()
})

test('a backup is whole although writing goes on', async () => {
  const path = join(folder.path, 'backup.db')
  const backup = store.writer.backup(path)
  let written = 0
  const turn = () => new Promise<'turn'>((resolve) => setImmediate(resolve, 'turn'))
  while ((await Promise.race([backup, turn()])) === 'turn') {
    await store.writer.save(batch(10_000 + written, 10))
    written += 10
  }
  expect(written).toBeGreaterThan(10)
  expectConsistent(path)
  expect(statSync(path).mode.toString(8)).toBe('100600')
  const reader = await openReader({ path })
  const rows = await collect(reader.iterateExchanges({}))
  expect(rows.length).toBeGreaterThanOrEqual(3000)
  await reader.close()
  expectConsistent(store.path)
})

test('a backup never replaces a file', async () => {
  const path = join(folder.path, 'precious')
  writeFileSync(path, 'precious')
  await expect(store.writer.backup(path)).rejects.toMatchObject({
    code: 'conflict',
    message: `${path}: it exists already; name a new file for the backup`,
  })
  expect(statSync(path).size).toBe(8)
})

test('a backup that cannot be written leaves nothing', async () => {
  const path = join(folder.path, 'missing', 'backup.db')
  await expect(store.writer.backup(path)).rejects.toMatchObject({ code: 'invalid' })
  expect(existsSync(path)).toBe(false)
})
