/** What was recorded is read where nothing can be written: artifacts of a pipeline, read-only mounts. */

import { execFileSync } from 'node:child_process'
import { chmodSync, copyFileSync, mkdirSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { openReader } from '../../../src/store/sqlite/reader.ts'
import { openWriter, type StoreWriter } from '../../../src/store/sqlite/writer.ts'
import { judgedOf } from '../../support/exchange-fixtures.ts'
import { makeFolder, RUN } from '../../support/store-fixture.ts'
import { compileStoreChild } from '../../support/store-process.ts'

/** Somebody who may read, and write nothing: root itself is stopped by no mode. */
const SOMEBODY = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {}

let program: ReturnType<typeof makeFolder>
let script: string
let folder: ReturnType<typeof makeFolder>
let artifact: string

beforeAll(() => {
  program = makeFolder()
  chmodSync(program.path, 0o755)
  script = compileStoreChild(join(program.path, 'child'), 'test/support/store-reader-child')
})

afterAll(() => {
  program.remove()
})

beforeEach(() => {
  folder = makeFolder()
  chmodSync(folder.path, 0o755)
  artifact = join(folder.path, 'art?fact #1')
  mkdirSync(artifact)
})

afterEach(() => {
  chmodSync(artifact, 0o755)
  folder.remove()
})

async function record(path: string): Promise<StoreWriter> {
  const writer = await openWriter({ path })
  await writer.openRun(RUN)
  await writer.save([judgedOf(), judgedOf(), judgedOf()])
  return writer
}

/** Everybody may read what lies in the artifact, and nobody may write there. */
function seal(): void {
  for (const name of readdirSync(artifact)) chmodSync(join(artifact, name), 0o444)
  chmodSync(artifact, 0o555)
}

function readAsSomebody(path: string): string {
  return execFileSync(process.execPath, [script, path], {
    ...SOMEBODY,
    cwd: folder.path,
    encoding: 'utf8',
  })
}

test('a database that was closed in order is read in a folder where nothing can be written', async () => {
  const path = join(artifact, 'shadowdiff.db')
  await (await record(path)).close()
  seal()
  const { mtimeMs } = statSync(path)
  expect(readAsSomebody(path)).toBe('3')
  expect(readAsSomebody('art?fact #1/shadowdiff.db')).toBe('3')
  expect(statSync(path).mtimeMs).toBe(mtimeMs)
  expect(readdirSync(artifact).sort()).toEqual(['shadowdiff.db', 'shadowdiff.db.lock'])
})

test('a database whose log was not brought into it is not read without that log where nothing can be written', async () => {
  const recorded = join(folder.path, 'recorded.db')
  const writer = await record(recorded)
  const path = join(artifact, 'shadowdiff.db')
  // What a killed service leaves, taken without the index of the log.
  for (const end of ['', '-wal']) copyFileSync(`${recorded}${end}`, `${path}${end}`)
  await writer.close()
  seal()
  expect(readAsSomebody(path)).toBe(
    `${path}: it was not closed in order, and then it can be read only where files can be made beside it; ` +
      `copy it, with ${path}-wal if that is there, to a folder that you may write, and name the copy with --db`,
  )
  chmodSync(artifact, 0o777)
  expect(readAsSomebody(path)).toBe('3')
})

test('a database is read while it is written by somebody who may not write beside it', async () => {
  const path = join(artifact, 'shadowdiff.db')
  const writer = await record(path)
  try {
    seal()
    expect(readAsSomebody(path)).toBe('3')
    await writer.save([judgedOf()])
    expect(readAsSomebody(path)).toBe('4')
  } finally {
    await writer.close()
  }
})

test('a backup is one file, which is read where nothing can be written', async () => {
  const writer = await record(join(folder.path, 'recorded.db'))
  const path = join(artifact, 'backup.db')
  try {
    await writer.backup(path)
    expect(readdirSync(artifact)).toEqual(['backup.db'])
    seal()
    expect(readAsSomebody(path)).toBe('3')
  } finally {
    await writer.close()
  }
})

test('a database that somebody reads is closed all the same, and is one file after the next time', async () => {
  const path = join(artifact, 'shadowdiff.db')
  const writer = await record(path)
  const reader = await openReader({ path })
  await writer.close()
  expect((await reader.listExchanges({}, { limit: 100 })).items).toHaveLength(3)
  await reader.close()
  await (await openWriter({ path })).close()
  seal()
  expect(readAsSomebody(path)).toBe('3')
})

test('a reader of a database that nobody wrote goes on when somebody does', async () => {
  const path = join(artifact, 'shadowdiff.db')
  await (await record(path)).close()
  const reader = await openReader({ path })
  const rows = reader.iterateExchanges({})[Symbol.asyncIterator]()
  await rows.next()
  const writer = await record(path)
  expect((await reader.listExchanges({}, { limit: 100 })).items).toHaveLength(6)
  await rows.return?.()
  await reader.close()
  await writer.close()
})

test('what is no database of ours is refused by its own name in such a folder too', () => {
  const path = join(artifact, 'empty.db')
  execFileSync(process.execPath, ['-e', `fs.writeFileSync(${JSON.stringify(path)}, '')`])
  seal()
  expect(readAsSomebody(path)).toMatch(`${path}: it is empty`)
})
