import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Database } from '../../../src/store/sqlite/binding.ts'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { AppError } from '../../../src/core/errors.ts'
import { migrate, readMigrations } from '../../../src/store/sqlite/migrate.ts'
import { openReader } from '../../../src/store/sqlite/reader.ts'
import { openWriter } from '../../../src/store/sqlite/writer.ts'
import { makeFolder } from '../../support/store-fixture.ts'

let folder: ReturnType<typeof makeFolder>
let path: string

beforeEach(() => {
  folder = makeFolder()
  path = join(folder.path, 'shadowdiff.db')
})

afterEach(() => {
  folder.remove()
})

/** Makes a current database and changes it behind the program's back. */
async function changeDatabase(sql: string): Promise<void> {
  const writer = await openWriter({ path })
  await writer.close()
  const db = new Database(path)
  db.exec(sql)
  db.close()
}

/** The one sentence that opening gives for writing and for reading. */
async function problems(): Promise<readonly unknown[]> {
  const opened = [openWriter({ path }), openReader({ path })]
  return Promise.all(
    opened.map((opening) =>
      opening.then(
        async (store) => {
          await store.close()
          return undefined
        },
        (error: unknown) => error,
      ),
    ),
  )
}

async function expectRefused(part: string): Promise<void> {
  for (const problem of await problems()) {
    expect(problem).toBeInstanceOf(AppError)
    const { message } = problem as AppError
    expect(message).toContain(part)
    expect(message.startsWith(`${path}: `)).toBe(true)
    expect(message).not.toContain('\n')
  }
}

test('a new file becomes a database that only its owner can read', async () => {
  const writer = await openWriter({ path })
  expect(statSync(path).mode.toString(8)).toBe('100600')
  await writer.close()
  const reader = await openReader({ path })
  expect(await reader.listRuns({ limit: 5 })).toEqual({ items: [] })
  await reader.close()
})

test('an empty file becomes a database', async () => {
  writeFileSync(path, '')
  const writer = await openWriter({ path })
  await writer.close()
})

test('opening again applies nothing twice', async () => {
  await changeDatabase('SELECT 1')
  expect((await problems()).filter((problem) => problem !== undefined)).toEqual([])
})

test('a database of a newer program is refused and left alone', async () => {
  await changeDatabase("INSERT INTO schema_migrations VALUES (9999, '9999-future.sql', 'x', 0)")
  const before = readFileSync(path)
  await expectRefused('made by a newer shadowdiff (9999-future.sql)')
  expect(readFileSync(path).equals(before)).toBe(true)
})

test('a database made by another migration of the same number is refused', async () => {
  await changeDatabase("UPDATE schema_migrations SET sha256 = 'x' WHERE version = 1")
  await expectRefused('0001-exchanges.sql is not the one of this shadowdiff')
})

test('a database of another program is refused and left alone', async () => {
  const db = new Database(path)
  db.exec('CREATE TABLE recipes (id INTEGER)')
  db.close()
  const before = readFileSync(path)
  await expectRefused('database of another program')
  expect(readFileSync(path).equals(before)).toBe(true)
})

test('a file that is no database is refused and left alone', async () => {
  const text = 'dear diary, '.repeat(1000)
  writeFileSync(path, text)
  await expectRefused('not a shadowdiff database')
  expect(readFileSync(path, 'utf8')).toBe(text)
})

test('a folder in the place of the database is refused', async () => {
  mkdirSync(path)
  for (const problem of await problems()) expect(problem).toBeInstanceOf(AppError)
})

test('a database in a folder that does not exist is refused with the remedy', async () => {
  path = join(folder.path, 'missing', 'shadowdiff.db')
  const [writing, reading] = await problems()
  expect(writing).toMatchObject({ code: 'invalid' })
  expect((writing as AppError).message).toContain('folder does not exist')
  expect(reading).toMatchObject({ code: 'not_found' })
})

test('a missing database is not made by reading', async () => {
  await expect(openReader({ path })).rejects.toMatchObject({ code: 'not_found' })
  await expect(openReader({ path })).rejects.toThrow(path)
})

test('an empty file is refused by a reader, which says what to do', async () => {
  writeFileSync(path, '')
  await expect(openReader({ path })).rejects.toThrow('it is empty; start "shadowdiff run"')
})

test('a database that is older is refused by a reader, which says what to do', async () => {
  const writer = await openWriter({ path })
  await writer.close()
  const db = new Database(path)
  db.exec(
    'DELETE FROM schema_migrations WHERE version = (SELECT max(version) FROM schema_migrations)',
  )
  db.close()
  await expect(openReader({ path })).rejects.toMatchObject({ code: 'conflict' })
  await expect(openReader({ path })).rejects.toThrow(
    `${path}: it was made by an older shadowdiff; start "shadowdiff run"`,
  )
})

test('a folder that cannot be written is refused with the remedy', async ({ skip }) => {
  if (process.getuid?.() === 0) skip('root may write everywhere')
  chmodSync(folder.path, 0o500)
  try {
    await expect(openWriter({ path })).rejects.toThrow('cannot be written')
  } finally {
    chmodSync(folder.path, 0o700)
  }
})

test('a file system without a writable place is refused with the remedy', async () => {
  path = '/proc/shadowdiff.db'
  await expect(openWriter({ path })).rejects.toBeInstanceOf(AppError)
})

test('a migration that fails leaves nothing of itself', () => {
  const db = new Database(path)
  const [first] = readMigrations()
  if (first === undefined) throw new Error('there are migrations')
  const broken = {
    version: 2,
    name: '0002-broken.sql',
    sql: 'CREATE TABLE half (id INTEGER); INSERT INTO nowhere VALUES (1);',
    sha256: 'x',
  }
  expect(() => {
    migrate(db, [first, broken])
  }).toThrow('nowhere')
  expect(db.prepare("SELECT name FROM sqlite_schema WHERE name = 'half'").all()).toEqual([])
  expect(db.prepare('SELECT count(*) FROM schema_migrations').pluck().get()).toBe(1)
  db.close()
})

test('migrations are numbered without gaps and each has its own hash', () => {
  const migrations = readMigrations()
  expect(migrations.map(({ version }) => version)).toEqual(migrations.map((_, index) => index + 1))
  expect(new Set(migrations.map(({ sha256 }) => sha256)).size).toBe(migrations.length)
})
