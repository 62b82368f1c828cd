/** What `kill -9` in the middle of long work leaves: a database that is whole, and work that can be done again. */

import { copyFileSync, existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { Database } from '../../../src/store/sqlite/binding.ts'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { openReader } from '../../../src/store/sqlite/reader.ts'
import { openWriter } from '../../../src/store/sqlite/writer.ts'
import {
  differenceOf,
  FIXTURE_START,
  judgedOf,
  responseOf,
} from '../../support/exchange-fixtures.ts'
import { expectConsistent, expectWhole } from '../../support/store-consistency.ts'
import { makeFolder, RUN } from '../../support/store-fixture.ts'
import { compileStoreChild, startStoreProcess } from '../../support/store-process.ts'

const ENDPOINTS = 40
const EXCHANGES = 4000
const HOUR_MS = 3_600_000

let folder: ReturnType<typeof makeFolder>
let script: string
let filled: string
let path: string
let n = 0

beforeAll(async () => {
  folder = makeFolder()
  script = compileStoreChild(join(folder.path, 'child'), 'test/support/store-chore-child')
  filled = join(folder.path, 'filled.db')
  const writer = await openWriter({ path: filled })
  await writer.openRun(RUN)
  await writer.save(
    Array.from({ length: EXCHANGES }, (_, i) =>
      judgedOf(
        {
          startedAt: FIXTURE_START + Math.floor((i * 48 * HOUR_MS) / EXCHANGES),
          primary: responseOf(`${i} `.repeat(2000)),
        },
        i % 5 === 0 ? { differences: [differenceOf({ location: `body:/${i % 7}` })] } : {},
        `GET /shops/${i % ENDPOINTS}`,
      ),
    ),
  )
  await writer.close()
}, 60_000)

afterAll(() => {
  folder.remove()
})

beforeEach(() => {
  path = join(folder.path, `${n++}.db`)
  copyFileSync(filled, path)
})

/** Lets a process work, kills it after so many turns of the work; tells whether it was over before. */
async function isOverBefore(turns: number, ...args: readonly (string | number)[]) {
  const child = startStoreProcess(script, path, ...args)
  try {
    await child.open()
    return await child.untilKept(turns).then(
      () => false,
      () => true,
    )
  } finally {
    await child.kill()
  }
}

/** Does the work again and again, killed after other numbers of turns each time, until one gets to its end. */
async function killUntilOver(
  check: () => void | Promise<void>,
  ...args: readonly (string | number)[]
): Promise<void> {
  // Its seed is printed when it fails.
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 1, max: 8 }), { minLength: 12, maxLength: 12 }),
      async (kills) => {
        copyFileSync(filled, path)
        for (const turns of kills) {
          const isOver = await isOverBefore(turns, ...args)
          await check()
          if (isOver) return
        }
        expect(await isOverBefore(Infinity, ...args)).toBe(true)
      },
    ),
    { numRuns: 1, endOnFailure: true },
  )
}

const valueOf = (sql: string, from = path) => {
  const db = new Database(from, { readonly: true })
  try {
    return db.prepare(sql).pluck().get()
  } finally {
    db.close()
  }
}

test(
  'a database killed again and again while it is pruned is whole, counts what it counted, and is pruned at last',
  { timeout: 120_000 },
  async () => {
    const counted = 'SELECT sum(match + divergent) FROM endpoint_runs'
    let left = EXCHANGES
    const check = async () => {
      expectWhole(path)
      expect(valueOf(counted)).toBe(EXCHANGES)
      const now = Number(valueOf('SELECT count(*) FROM exchanges'))
      expect(now).toBeLessThanOrEqual(left)
      left = now
      const reader = await openReader({ path })
      expect((await reader.listRuns({ limit: 1 })).items[0]?.exchanges).toBe(EXCHANGES)
      await reader.close()
    }
    await killUntilOver(check, 'prune')
    await check()
    // The newest examples of each divergence.
    expect(left).toBe(5 * Number(valueOf('SELECT count(*) FROM divergences')))
  },
)

test(
  'endpoints whose merge was killed again and again add up at each moment, and are one at last',
  { timeout: 120_000 },
  async () => {
    const merged = `SELECT count(*) FROM endpoints WHERE heir_id IS NOT NULL`
    await killUntilOver(
      () => {
        expectConsistent(path)
      },
      ...['merge', ENDPOINTS],
    )
    expectConsistent(path)
    expect(valueOf(merged)).toBe(ENDPOINTS)
    expect(valueOf('SELECT count(DISTINCT endpoint_id) FROM endpoint_runs')).toBe(1)
  },
)

test(
  'a backup that was killed has not the name of one, and can be made again',
  { timeout: 60_000 },
  async () => {
    const copy = join(folder.path, 'backup.db')
    for (const turns of [1, 2, 3]) {
      expect(await isOverBefore(turns, 'backup', copy, turns)).toBe(false)
      expect(existsSync(copy)).toBe(false)
      expect(existsSync(`${copy}.partial`)).toBe(true)
      expectConsistent(path)
      await expect(openReader({ path: copy })).rejects.toMatchObject({ code: 'not_found' })
      await expect(openReader({ path: `${copy}.partial` })).rejects.toMatchObject({
        name: 'AppError',
      })
    }
    expect(await isOverBefore(Infinity, 'backup', copy)).toBe(true)
    expect(readdirSync(folder.path).filter((name) => name.startsWith('backup.db'))).toEqual([
      'backup.db',
    ])
    expectConsistent(copy)
    expect(valueOf('SELECT count(*) FROM exchanges', copy)).toBe(EXCHANGES)
  },
)
