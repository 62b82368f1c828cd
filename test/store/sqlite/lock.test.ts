import { readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openReader } from '../../../src/store/sqlite/reader.ts'
import { openWriter } from '../../../src/store/sqlite/writer.ts'
import { differenceOf, judgedOf, responseOf } from '../../support/exchange-fixtures.ts'
import { expectConsistent } from '../../support/store-consistency.ts'
import { collect, makeFolder, RUN } from '../../support/store-fixture.ts'
import { compileStoreChild, startStoreProcess } from '../../support/store-process.ts'

let folder: ReturnType<typeof makeFolder>
let path: string

beforeEach(() => {
  folder = makeFolder()
  path = join(folder.path, 'shadowdiff.db')
})

afterEach(() => {
  folder.remove()
})

test('a second writer is refused with the process id of the first', async () => {
  const first = await openWriter({ path })
  await expect(openWriter({ path })).rejects.toMatchObject({
    code: 'conflict',
    message: `${path}: the shadowdiff with process id ${process.pid} is writing to it; stop that one, or name another file with --db`,
  })
  await first.close()
  const second = await openWriter({ path })
  await second.close()
})

test('a refused writer does not disturb the first', async () => {
  const first = await openWriter({ path })
  await first.openRun(RUN)
  await expect(openWriter({ path })).rejects.toThrow('process id')
  await first.save([judgedOf()])
  const reader = await openReader({ path })
  expect((await reader.listExchanges({}, { limit: 9 })).items).toHaveLength(1)
  await reader.close()
  await expect(openWriter({ path })).rejects.toThrow('process id')
  await first.close()
})

test('the writer of another process is refused by its id while it lives, and followed at once when it is killed', async () => {
  const other = startStoreProcess(compileStoreChild(join(folder.path, 'child')), path, 1)
  await other.open()
  await expect(openWriter({ path })).rejects.toThrow(`process id ${other.pid} `)
  await other.kill()
  const writer = await openWriter({ path })
  await writer.close()
})

test('two writers whose lock somebody removed both write, and nothing is torn', async () => {
  const first = await openWriter({ path })
  await first.openRun(RUN)
  rmSync(`${path}.lock`)
  const second = await openWriter({ path })
  await second.openRun(RUN)
  for (let n = 0; n < 40; n++) {
    for (const writer of [first, second]) {
      const headers = ['X-Word', 'v', 'Content-Type', `text/x-${n % 3}`]
      await writer.save([
        judgedOf(
          { primary: responseOf(`${n % 3}`, { headers }) },
          { differences: [differenceOf({ location: `body:/${n % 5}` })] },
          `GET /${n % 4}`,
        ),
      ])
    }
  }
  await first.close()
  await second.close()
  expectConsistent(path)
  const reader = await openReader({ path })
  expect(await collect(reader.recordedExchanges({}))).toHaveLength(80)
  await reader.close()
})

test('only regular files lie beside the database, and only their owner can read them', async () => {
  const writer = await openWriter({ path })
  await writer.openRun(RUN)
  await writer.save([judgedOf()])
  const files = readdirSync(folder.path)
  expect(files.sort()).toEqual(
    ['', '-shm', '-wal', '.lock'].map((end) => `shadowdiff.db${end}`).sort(),
  )
  for (const file of files) {
    const { mode } = statSync(join(folder.path, file))
    expect(mode.toString(8)).toBe('100600')
  }
  await writer.close()
  expect(readdirSync(folder.path).sort()).toEqual(['shadowdiff.db', 'shadowdiff.db.lock'])
})
