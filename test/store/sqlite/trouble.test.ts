import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Database } from '../../../src/store/sqlite/binding.ts'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { openReader } from '../../../src/store/sqlite/reader.ts'
import { openWriter } from '../../../src/store/sqlite/writer.ts'
import { FIXTURE_START, judgedOf, responseOf } from '../../support/exchange-fixtures.ts'
import { expectConsistent } from '../../support/store-consistency.ts'
import { makeFolder, RUN } from '../../support/store-fixture.ts'

let folder: ReturnType<typeof makeFolder>
let path: string

beforeEach(() => {
  folder = makeFolder()
  path = join(folder.path, 'shadowdiff.db')
})

afterEach(() => {
  folder.remove()
})

let n = 0
const batch = (bytes: number) =>
  Array.from({ length: 10 }, () => {
    n++
    return judgedOf({
      startedAt: FIXTURE_START + n,
      primary: responseOf(`${n} `.repeat(bytes / 5)),
    })
  })

/** A file system of this size, if this machine lets us mount one. */
function mountSmallDisk(megabytes: number): { readonly path: string; unmount(): void } | undefined {
  const place = join(folder.path, 'disk')
  mkdirSync(place)
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', place], {
      stdio: 'ignore',
    })
  } catch {
    return undefined
  }
  return { path: place, unmount: () => execFileSync('umount', [place]) }
}

test('a full disk refuses what it cannot take, and recording goes on when there is room', async ({
  skip,
}) => {
  const disk = mountSmallDisk(4)
  if (disk === undefined) return skip('this machine does not let us mount a small disk')
  path = join(disk.path, 'shadowdiff.db')
  const ballast = join(disk.path, 'ballast')
  writeFileSync(ballast, Buffer.alloc(2 * 1024 * 1024))
  const writer = await openWriter({ path })
  await writer.openRun(RUN)
  let kept = 0
  const problem = await (async () => {
    for (let saves = 0; saves < 1000; saves++) {
      try {
        await writer.save(batch(10_000))
        kept += 10
      } catch (error) {
        return error
      }
    }
    return undefined
  })()
  expect(problem).toMatchObject({
    code: 'unavailable',
    message: `${path}: the disk is full; recording goes on when there is room`,
  })
  rmSync(ballast)
  await writer.save(batch(100))
  kept += 10
  await writer.close()
  expectConsistent(path)
  const db = new Database(path, { readonly: true })
  expect(db.prepare('SELECT count(*) FROM exchanges').pluck().get()).toBe(kept)
  db.close()
  disk.unmount()
})

test('what is forgotten on a full disk is told to be there still, and is gone when there is room', async ({
  skip,
}) => {
  const disk = mountSmallDisk(6)
  if (disk === undefined) return skip('this machine does not let us mount a small disk')
  path = join(disk.path, 'shadowdiff.db')
  const ballast = join(disk.path, 'ballast')
  writeFileSync(ballast, Buffer.alloc(1024 * 1024))
  const writer = await openWriter({ path })
  await writer.openRun(RUN)
  try {
    for (let saves = 0; saves < 1000; saves++) await writer.save(batch(10_000))
  } catch {
    // The disk is full now.
  }
  await expect(writer.forget({ outcome: 'match' })).rejects.toMatchObject({
    code: 'unavailable',
    message: expect.stringMatching(
      /: (?:the exchanges are removed, but|the disk is full)/,
    ) as string,
  })
  rmSync(ballast)
  await writer.forget({ outcome: 'match' })
  await writer.save(batch(100))
  const reader = await openReader({ path })
  expect((await reader.listExchanges({}, { limit: 100 })).items).toHaveLength(10)
  await reader.close()
  await writer.close()
  disk.unmount()
})

test('a database that another program holds refuses what it cannot take, and recording goes on after it', async () => {
  const writer = await openWriter({ path })
  await writer.openRun(RUN)
  await writer.save(batch(10))
  const other = new Database(path)
  other.exec('BEGIN IMMEDIATE')
  await expect(writer.save(batch(10))).rejects.toMatchObject({
    code: 'unavailable',
    message: `${path}: another program holds it; recording goes on when it lets go`,
  })
  other.exec('ROLLBACK')
  other.close()
  await writer.save(batch(10))
  await writer.close()
  expectConsistent(path)
})

test('a database that was taken away is noticed instead of written to where nobody reads it', async () => {
  const writer = await openWriter({ path })
  await writer.openRun(RUN)
  renameSync(path, `${path}.away`)
  await vi.waitFor(
    async () => {
      await expect(writer.save(batch(10))).rejects.toMatchObject({ code: 'unavailable' })
    },
    { timeout: 10_000, interval: 100 },
  )
  renameSync(`${path}.away`, path)
  await vi.waitFor(() => writer.save(batch(10)))
  await writer.close()
})

test('a log that was taken away is noticed, and what was in it is kept', async () => {
  const writer = await openWriter({ path })
  await writer.openRun(RUN)
  await writer.save(batch(100))
  rmSync(`${path}-wal`)
  rmSync(`${path}-shm`)
  await vi.waitFor(
    () =>
      expect(writer.save(batch(100))).rejects.toMatchObject({
        code: 'unavailable',
        message: `${path}-wal: this part of the database was removed while it was written; restart shadowdiff`,
      }),
    { timeout: 5000, interval: 200 },
  )
  // As a process finds it that comes after a kill.
  const left = join(folder.path, 'left.db')
  copyFileSync(path, left)
  await writer.close()
  for (const each of [left, path]) {
    expectConsistent(each)
    const again = await openWriter({ path: each })
    await again.openRun(RUN)
    await again.save(batch(100))
    await again.close()
    expectConsistent(each)
  }
})

test('a damaged page makes writing or reading fail with a sentence, never a crash', async () => {
  const writer = await openWriter({ path })
  await writer.openRun(RUN)
  await writer.save(batch(2000))
  await writer.close()
  const db = new Database(path, { readonly: true })
  const page = db
    .prepare("SELECT rootpage FROM sqlite_schema WHERE name = 'exchanges'")
    .pluck()
    .get() as number
  db.close()
  const bytes = readFileSync(path)
  bytes.fill(0xa5, (page - 1) * 4096, page * 4096)
  writeFileSync(path, bytes)
  const again = await openWriter({ path })
  await again.openRun(RUN)
  await expect(again.save(batch(10))).rejects.toMatchObject({
    code: 'unavailable',
    message: expect.stringContaining('the database is damaged') as string,
  })
  await again.close()
})
