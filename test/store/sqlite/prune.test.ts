import { randomBytes } from 'node:crypto'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { Database } from '../../../src/store/sqlite/binding.ts'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { JudgedExchange } from '../../../src/core/ports.ts'
import type { Retention } from '../../../src/store/sqlite/prune.ts'
import { openReader } from '../../../src/store/sqlite/reader.ts'
import { openWriter, type StoreWriter } from '../../../src/store/sqlite/writer.ts'
import {
  differenceOf,
  FIXTURE_START,
  judgedOf,
  responseOf,
} from '../../support/exchange-fixtures.ts'
import { collect, makeFolder, RUN } from '../../support/store-fixture.ts'

let folder: ReturnType<typeof makeFolder>
let path: string
let writer: StoreWriter
let now: number

beforeEach(() => {
  folder = makeFolder()
  path = join(folder.path, 'shadowdiff.db')
  now = FIXTURE_START
})

afterEach(async () => {
  await writer.close()
  folder.remove()
})

async function open(retention: Retention): Promise<void> {
  writer = await openWriter({ path, retention, clock: { now: () => now } })
  await writer.openRun(RUN)
}

const HOUR = 3_600_000

/** One exchange a second, with bodies of their own. */
const exchanges = (
  count: number,
  over: (n: number) => Partial<JudgedExchange['judgement']> = () => ({}),
) =>
  Array.from({ length: count }, (_, n) =>
    judgedOf(
      {
        startedAt: FIXTURE_START + n * 1000,
        primary: responseOf(`primary ${n} `.repeat(200)),
        shadow: responseOf('the same for all'),
      },
      over(n),
    ),
  )

async function rowsLeft() {
  const reader = await openReader({ path })
  const rows = await collect(reader.iterateExchanges({}))
  const [run] = (await reader.listRuns({ limit: 1 })).items
  const [endpoint] = (await reader.listEndpoints({}, { limit: 1 })).items
  const [divergence] = (await reader.listDivergences({}, { limit: 1 })).items
  await reader.close()
  return { rows, run, endpoint, divergence }
}

function count(sql: string): unknown {
  const db = new Database(path, { readonly: true })
  const result = db.prepare(sql).pluck().get()
  db.close()
  return result
}

test('what is older than the retention goes, with details and bodies; aggregates stay', async () => {
  await open({ ageMs: HOUR })
  await writer.save(exchanges(1000))
  now = FIXTURE_START + HOUR + 600_000
  expect(await writer.prune()).toBe(600)
  const { rows, run, endpoint } = await rowsLeft()
  expect(rows).toHaveLength(400)
  expect(rows.at(-1)?.time).toBe(new Date(FIXTURE_START + 600_000).toISOString())
  expect(run?.exchanges).toBe(1000)
  expect(endpoint).toMatchObject({ exchanges: 1000, match: 1000 })
  expect(count('SELECT count(*) FROM details')).toBe(400)
  expect(count('SELECT count(*) FROM bodies')).toBe(401)
  expect(count('SELECT count(*) FROM body_contents')).toBe(401)
  expect(count('SELECT refs FROM bodies ORDER BY refs DESC')).toBe(400)
  expect(await writer.prune()).toBe(0)
})

test('the newest examples of a divergence outlive the retention', async () => {
  await open({ ageMs: HOUR })
  await writer.save(
    exchanges(500, (n) => ({
      differences: [differenceOf(), ...(n < 3 ? [differenceOf({ location: 'header:etag' })] : [])],
    })),
  )
  now = FIXTURE_START + 1000 * HOUR
  await writer.prune()
  const { rows, divergence } = await rowsLeft()
  const kept = [0, 1, 2, 495, 496, 497, 498, 499].map((n) => FIXTURE_START + n * 1000)
  expect(rows.map(({ time }) => Date.parse(time)).reverse()).toEqual(kept)
  expect(divergence).toMatchObject({ exchanges: 500, count: 500, primaryValue: '10' })
  // Newer ones take their place.
  await writer.save(
    Array.from({ length: 5 }, (_, n) =>
      judgedOf(
        { startedAt: now + n },
        { differences: [differenceOf({ location: 'header:etag' })] },
      ),
    ),
  )
  await writer.prune()
  expect((await rowsLeft()).rows).toHaveLength(10)
})

test('a database that is larger than the retention loses its oldest exchanges and gives the space back', async () => {
  const MB = 1024 * 1024
  await open({ bytes: 3 * MB })
  for (let n = 0; n < 10; n++) {
    await writer.save(
      Array.from({ length: 20 }, (_, i) =>
        judgedOf({
          startedAt: FIXTURE_START + n * 1000 + i,
          primary: responseOf(randomBytes(40_000)),
        }),
      ),
    )
  }
  const pages = () => Number(count('SELECT page_count FROM pragma_page_count')) * 4096
  expect(pages()).toBeGreaterThan(6 * MB)
  const removed = await writer.prune()
  expect(removed).toBeGreaterThan(0)
  expect(pages()).toBeLessThan(4.5 * MB)
  const { rows, run } = await rowsLeft()
  expect(rows).toHaveLength(200 - removed)
  expect(rows[0]?.time).toBe(new Date(FIXTURE_START + 9019).toISOString())
  expect(run?.exchanges).toBe(200)
  await writer.close()
  expect(statSync(path).size).toBeLessThan(4.5 * MB)
  await open({ bytes: 3 * MB })
})

test('a retention that totals and examples alone exceed is told, once', async () => {
  const warnings: string[] = []
  writer = await openWriter({
    path,
    clock: { now: () => now },
    retention: { bytes: 1 },
    warn: (message) => warnings.push(message),
  })
  await writer.openRun(RUN)
  await writer.save(exchanges(50, () => ({ differences: [differenceOf()] })))
  await vi.waitFor(
    () => {
      expect(warnings).toEqual([
        expect.stringMatching(/take \d+ MB more than the retention allows, .* retention\.size$/),
      ])
    },
    { timeout: 15_000 },
  )
  expect((await rowsLeft()).rows).toHaveLength(5)
})

test('the file itself gets shorter although nothing more is written', async () => {
  const MB = 1024 * 1024
  await open({})
  await writer.save(
    Array.from({ length: 100 }, (_, n) =>
      judgedOf({ startedAt: FIXTURE_START + n, primary: responseOf(randomBytes(100_000)) }),
    ),
  )
  await writer.close()
  const before = statSync(path).size
  await open({ bytes: 1.5 * MB })
  await vi.waitFor(
    () => {
      expect(statSync(path).size).toBeLessThan(Math.min(before / 2, 3 * MB))
    },
    { timeout: 20_000, interval: 50 },
  )
})

test('pruning happens by itself while exchanges are written', async () => {
  await open({ ageMs: HOUR })
  await writer.save(exchanges(700))
  now = FIXTURE_START + 10 * HOUR
  await vi.waitFor(
    async () => {
      await writer.save([judgedOf({ startedAt: now })])
      expect(Number(count(`SELECT count(*) FROM exchanges WHERE started_at < ${now}`))).toBe(0)
    },
    { timeout: 20_000, interval: 50 },
  )
})

test('without a retention nothing ever goes', async () => {
  writer = await openWriter({ path, clock: { now: () => FIXTURE_START + 1e12 } })
  await writer.openRun(RUN)
  await writer.save(exchanges(3))
  expect(await writer.prune()).toBe(0)
  expect((await rowsLeft()).rows).toHaveLength(3)
})

test('a retention that is changed while exchanges are written holds from then on', async () => {
  await open({})
  await writer.save(exchanges(10))
  now += 2 * HOUR
  expect(await writer.prune()).toBe(0)
  writer.keep({ retention: { ageMs: HOUR } })
  expect(await writer.prune()).toBe(10)
})
