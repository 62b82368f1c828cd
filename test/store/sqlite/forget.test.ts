import { randomBytes } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { Database } from '../../../src/store/sqlite/binding.ts'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { judgeRun } from '../../../src/core/verdict.ts'
import { DEFAULT_LIMITS } from '../../../src/core/verdict-limits.ts'
import { openWriter, type StoreWriter } from '../../../src/store/sqlite/writer.ts'
import {
  bodyOf,
  differenceOf,
  FIXTURE_START,
  judgedOf,
  responseOf,
} from '../../support/exchange-fixtures.ts'
import { collect, openStore, type StoreFixture } from '../../support/store-fixture.ts'

let store: StoreFixture
let writer: StoreWriter

beforeEach(async () => {
  store = await openStore()
  writer = store.writer
})

afterEach(() => store.close())

/** Everything that lies in the folder of the database. */
function onDisk(): string {
  const folder = dirname(store.path)
  return readdirSync(folder)
    .map((file) => readFileSync(join(folder, file)).toString('latin1'))
    .join('\n')
}

const private_ = (n: number) =>
  judgedOf(
    {
      startedAt: FIXTURE_START + n,
      requestId: `private-id-${n}`,
      request: {
        method: 'PUT',
        target: `/people/private-path-${n}`,
        headers: ['X-Private', `private-header-${n}`],
        // On several pages, each of which tells it: what can be deflated would hide it from the search.
        body: bodyOf(
          Buffer.concat(
            Array.from({ length: 50 }, () => [
              Buffer.from(`private-body-${n} `),
              randomBytes(300),
            ]).flat(),
          ),
        ),
      },
      primary: responseOf(`private-answer-${n}`),
      control: responseOf(`private-repeat-answer-${n}`),
    },
    {
      differences: [
        differenceOf({ primary: `"private-value-${n}"` }),
        differenceOf({ location: `body:/private-place-${n}` }),
      ],
      suppressed: [{ ...differenceOf({ primary: `"private-old-${n}"` }), by: 'builtin:x' }],
      control: { differences: [{ kind: 'extra', pattern: `body:/private-repeat-${n}` }] },
    },
    'PUT /people/{name}',
  )

test('what is forgotten is nowhere on the disk', async () => {
  await writer.save([
    judgedOf({ startedAt: FIXTURE_START }, { differences: [differenceOf()] }, 'PUT /people/{name}'),
    private_(1),
    judgedOf({ startedAt: FIXTURE_START + 2 }),
  ])
  expect(onDisk()).toContain('private-body-1')
  expect(await writer.forget({ q: 'private-path' })).toBe(1)
  expect(onDisk()).not.toContain('private-')
  const left = await collect(store.reader.iterateExchanges({}))
  expect(left).toHaveLength(2)
})

test(
  'what is forgotten is nowhere in pages that pruning had freed before',
  { timeout: 20_000 },
  async () => {
    const count = 1500
    const minute = 60_000
    const place = (n: number) => FIXTURE_START + ((n * 7) % count) * minute
    for (let from = 0; from < count; from += 100) {
      await writer.save(
        Array.from({ length: 100 }, (_, i) =>
          judgedOf({
            startedAt: place(from + i),
            requestId: `private-id-${from + i}`,
            primary: responseOf(
              `private-body-${from + i} ${randomBytes(((from + i) * 37) % 5000).toString('latin1')}`,
            ),
          }),
        ),
      )
    }
    const middle = FIXTURE_START + (count / 2) * minute
    writer.keep({ retention: { ageMs: Date.now() - middle } })
    expect(await writer.prune()).toBeGreaterThan(0)
    writer.keep({})
    await writer.forget({ since: FIXTURE_START })
    expect(await collect(store.reader.iterateExchanges({}))).toEqual([])
    expect(onDisk()).not.toContain('private-')
  },
)

test('what others show stays, and what only forgotten exchanges showed goes', async () => {
  const shared = responseOf('shared by both')
  await writer.save([
    judgedOf(
      { startedAt: FIXTURE_START, primary: shared },
      { differences: [differenceOf({ primary: '"mine"' })] },
    ),
    judgedOf(
      { startedAt: FIXTURE_START + 1, primary: shared, requestId: 'other' },
      {
        differences: [differenceOf({ primary: '"theirs"' }), differenceOf({ location: 'status' })],
      },
    ),
  ])
  expect(await writer.forget({ requestId: 'other' })).toBe(1)
  const divergences = await collect(store.reader.iterateDivergences({}))
  expect(divergences).toMatchObject([{ location: 'body:/price', primaryValue: '"mine"' }])
  const [left] = await collect(store.reader.iterateExchanges({}))
  expect(await store.reader.findExchange(left?.id ?? '')).toMatchObject({
    primary: { body: { text: 'shared by both' } },
  })
  const db = new Database(store.path, { readonly: true })
  expect(db.pragma('integrity_check', { simple: true })).toBe('ok')
  expect(db.pragma('foreign_key_check')).toEqual([])
  db.close()
})

test('more than one step is forgotten, and writing goes on meanwhile', async () => {
  await writer.save(Array.from({ length: 700 }, (_, n) => private_(n)))
  const forgetting = writer.forget({ method: 'PUT' })
  await writer.save([judgedOf({ startedAt: FIXTURE_START + 5000 })])
  expect(await forgetting).toBe(700)
  expect(await collect(store.reader.iterateExchanges({}))).toHaveLength(1)
  expect(onDisk()).not.toContain('private-body')
})

test('nothing that matches is nothing to forget', async () => {
  await writer.save([judgedOf()])
  expect(await writer.forget({ run: 'none' })).toBe(0)
  expect(await collect(store.reader.iterateExchanges({}))).toHaveLength(1)
})

test('counts stay when exchanges are forgotten', async () => {
  await writer.save([judgedOf(), judgedOf({ startedAt: FIXTURE_START + 1 })])
  await writer.forget({})
  expect((await store.reader.listRuns({ limit: 1 })).items).toMatchObject([{ exchanges: 2 }])
})

test('a reader that stays in its transaction is named as what keeps remains', async () => {
  await store.close()
  store = await openStore([private_(1)])
  const db = new Database(store.path, { readonly: true })
  db.exec('BEGIN')
  db.prepare('SELECT * FROM exchanges').all()
  await expect(store.writer.forget({})).rejects.toMatchObject({ code: 'unavailable' })
  db.exec('COMMIT')
  db.close()
  await store.writer.forget({})
  expect(onDisk()).not.toContain('private-')
  await expect(openWriter({ path: store.path })).rejects.toThrow('process id')
})

test('evidence stays: what was forgotten counts as it did, and nothing new counts in its place', async () => {
  await writer.save([private_(1), private_(2), judgedOf({}, { differences: [differenceOf()] })])
  const before = await store.reader.runEvidence(undefined)
  await writer.forget({ endpoint: 'PUT /people/{name}' })
  const after = await store.reader.runEvidence(undefined)
  expect(after).toMatchObject({ samples: 3, divergent: 3, measured: before?.measured })
  expect([before?.alwaysCounted, after?.alwaysCounted]).toEqual([undefined, 2])
  const [left] = after?.divergences ?? []
  expect(after?.divergences).toHaveLength(1)
  await writer.triage(left?.id ?? '', { state: 'expected' })
  const later = differenceOf({ location: 'body:/later' })
  await writer.save([judgedOf({}, { differences: [later] }, 'PUT /people/{name}')])
  const [found] = (await store.reader.listDivergences({ q: 'later' }, { limit: 1 })).items
  await writer.triage(found?.id ?? '', { state: 'expected' })
  expect((await store.reader.runEvidence(undefined))?.divergent).toBe(2)
})

test('a run whose breaking differences were forgotten does not pass by that', async () => {
  const breaking = differenceOf({ location: 'body:/gone', severity: 'breaking' })
  const changed = differenceOf({ location: 'body:/price', severity: 'changed' })
  await writer.save(
    Array.from({ length: 1000 }, (_, n) =>
      judgedOf(
        { startedAt: FIXTURE_START + n },
        { differences: n < 3 ? [changed, breaking] : n < 6 ? [changed] : [] },
      ),
    ),
  )
  const breakingRule = async () => {
    const evidence = await store.reader.runEvidence(undefined)
    if (evidence === undefined) throw new Error('no evidence')
    return judgeRun(evidence, DEFAULT_LIMITS).reasons.find(({ rule }) => rule === 'breaking')
  }
  expect((await breakingRule())?.status).toBe('fail')
  await writer.forget({ until: FIXTURE_START + 5 })
  expect(await breakingRule()).toMatchObject({
    status: 'undecided',
    words: '3 exchanges had breaking differences that were forgotten since',
  })
})

test('what was expected does not count because it was forgotten', async () => {
  await writer.save([judgedOf({}, { differences: [differenceOf()] }), judgedOf()])
  const [found] = (await store.reader.listDivergences({}, { limit: 1 })).items
  await writer.triage(found?.id ?? '', { state: 'expected' })
  expect(await store.reader.runEvidence(undefined)).toMatchObject({ samples: 2, divergent: 0 })
  await writer.forget({})
  expect(await store.reader.runEvidence(undefined)).toMatchObject({ samples: 2, divergent: 0 })
})
