import { writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createComparer } from '../../../src/core/compare.ts'
import { exchangeDocument } from '../../../src/core/exchange-document.ts'
import type { JudgedExchange, Judging } from '../../../src/core/ports.ts'
import { createRedactor } from '../../../src/core/redact.ts'
import {
  differenceOf,
  FIXTURE_START,
  judgedOf,
  responseOf,
} from '../../support/exchange-fixtures.ts'
import { expectConsistent } from '../../support/store-consistency.ts'
import { ANN, collect, openStore, RUN, type StoreFixture } from '../../support/store-fixture.ts'

let store: StoreFixture

beforeEach(async () => {
  store = await openStore()
})

afterEach(() => store.close())

const redactor = createRedactor({ key: Buffer.alloc(32, 1), keyId: '01020304' })
const UNDER: Judging = {
  comparer: createComparer(),
  rulesVersion: 'x',
  redact: (judged) => redactor.redact(judged),
}
const OTHER = { name: 'from-the-lab', primaryVersion: '1', shadowVersion: '2' }

const write = (lines: readonly string[]) => {
  const path = join(dirname(store.path), 'exchanges.jsonl')
  writeFileSync(path, lines.map((line) => `${line}\n`).join(''))
  return path
}
const lineOf = (judged: JudgedExchange) => JSON.stringify(exchangeDocument(judged, 'lab'))
const load = (path: string) => store.writer.importExchanges({ path, run: OTHER }, UNDER, ANN)

const exchanges = Array.from({ length: 450 }, (_, n) =>
  judgedOf(
    { startedAt: FIXTURE_START + n, primary: responseOf(`{"n":${n}}`) },
    n % 3 === 0 ? { differences: [differenceOf()] } : {},
  ),
)

test('exchanges of another store keep their ids, their bodies and what was said of them', async () => {
  const path = write([...exchanges.map(lineOf), ''])
  expect(await load(path)).toEqual({ imported: 450, known: 0 })
  const rows = await collect(store.reader.iterateExchanges({}))
  expect(rows.map(({ id }) => id)).toEqual(exchanges.map(({ exchange }) => exchange.id).reverse())
  expect(rows[0]).toMatchObject({ run: 'from-the-lab', source: 'import' })
  const { exchange, ...said } = exchanges[3] ?? judgedOf()
  const kept = await store.reader.findJudged(exchange.id)
  expect(kept).toEqual({ ...said, exchange: { ...exchange, source: 'import' } })
  expectConsistent(store.path)
})

test('what is there already is left alone', async () => {
  const path = write(exchanges.map(lineOf))
  await load(write(exchanges.slice(0, 300).map(lineOf)))
  write(exchanges.map(lineOf))
  expect(await load(path)).toEqual({ imported: 150, known: 300 })
  expect(await store.reader.findRun('from-the-lab')).toMatchObject({ exchanges: 450 })
  expectConsistent(store.path)
})

test('the run that goes on goes on', async () => {
  await load(write(exchanges.slice(0, 5).map(lineOf)))
  await store.writer.save([judgedOf({ startedAt: FIXTURE_START + 9_999 })])
  const [imported, live] = (await store.reader.listRuns({ limit: 5 })).items
  expect(imported).toMatchObject({ name: 'from-the-lab', exchanges: 5 })
  expect(imported?.endedAt).toBeDefined()
  expect(live).toMatchObject({ name: RUN.name, exchanges: 1 })
  expect(live?.endedAt).toBeUndefined()
  expect((await store.reader.listAudit({ limit: 5 })).items).toMatchObject([{ action: 'import' }])
})

test('nothing is taken of a file with a bad line, which is named, and no run is begun for it', async () => {
  const path = write([...exchanges.slice(0, 300).map(lineOf), '{"id":1}'])
  await expect(load(path)).rejects.toMatchObject({
    code: 'invalid',
    message: `${path}:301: id: expected a UUID`,
  })
  expect((await store.reader.listExchanges({}, { limit: 1 })).items).toEqual([])
  expect((await store.reader.listRuns({ limit: 5 })).items).toMatchObject([{ name: RUN.name }])
  expect((await store.reader.listAudit({ limit: 5 })).items).toEqual([])
})

test('a file that is not there, or is no file, is refused', async () => {
  await expect(load('/nowhere.jsonl')).rejects.toMatchObject({ code: 'not_found' })
  await expect(load(dirname(store.path))).rejects.toMatchObject({ code: 'invalid' })
})

test('secrets that the other store had kept are not kept here', async () => {
  const secret = judgedOf({ primary: responseOf('{"password":"hunter2"}') })
  await load(write([lineOf(secret)]))
  const kept = await store.reader.findJudged(secret.exchange.id)
  const { primary } = kept?.exchange ?? {}
  expect(primary?.kind === 'response' && primary.body.bytes.toString()).not.toContain('hunter2')
})
