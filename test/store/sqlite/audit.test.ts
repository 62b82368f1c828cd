import { Database } from '../../../src/store/sqlite/binding.ts'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { differenceOf, judgedOf } from '../../support/exchange-fixtures.ts'
import { ANN, openStore, type StoreFixture } from '../../support/store-fixture.ts'

let store: StoreFixture

beforeEach(async () => {
  store = await openStore([judgedOf({}, { differences: [differenceOf()] })])
})

afterEach(() => store.close())

const audit = async () => (await store.reader.listAudit({ limit: 100 })).items

test('what is done is written down with who did it, newest first', async () => {
  const [divergence] = (await store.reader.listDivergences({}, { limit: 1 })).items
  const id = divergence?.id ?? ''
  await store.writer.triageAll([id], { state: 'fixed', note: 'done' }, ANN)
  await store.writer.audit({ name: 'bob', role: 'viewer' }, 'login', 'bob', '{}')
  const [login, triage] = await audit()
  expect(login).toMatchObject({ actor: 'bob', role: 'viewer', action: 'login', subject: 'bob' })
  expect(triage).toMatchObject({ actor: 'ann', action: 'triage', subject: id })
  expect(JSON.parse(triage?.detail ?? '')).toEqual({
    ids: [id],
    triage: { state: 'fixed', note: 'done' },
  })
  expect(Date.parse(triage?.time ?? '')).toBeGreaterThan(0)
})

test('what was refused is not written down', async () => {
  await expect(store.writer.triageAll(['none'], { state: 'fixed' }, ANN)).rejects.toMatchObject({
    code: 'not_found',
  })
  expect(await audit()).toEqual([])
})

test('the list is read page by page', async () => {
  for (const n of [1, 2, 3]) await store.writer.audit(ANN, 'login', String(n), '{}')
  const first = await store.reader.listAudit({ limit: 2 })
  const second = await store.reader.listAudit({ limit: 2, cursor: first.next })
  expect([...first.items, ...second.items].map(({ subject }) => subject)).toEqual(['3', '2', '1'])
  expect(second.next).toBeUndefined()
})

test('what is forgotten is not kept in the audit list either', async () => {
  await store.writer.forget({ q: 'hunter2', requestId: 'hunter3', method: 'GET' }, ANN)
  const [row] = await audit()
  expect(row).toMatchObject({ action: 'forget', actor: 'ann' })
  expect(JSON.parse(row?.detail ?? '')).toEqual({
    filter: { method: 'GET', q: 'not kept' },
    forgotten: 0,
  })
})

test('a backup is written down with what came of it', async () => {
  await store.writer.backup(`${store.path}.copy`, ANN)
  expect(await audit()).toMatchObject([
    { action: 'backup', subject: `${store.path}.copy`, detail: '{"done":true}' },
  ])
})

test('the newest hundred thousand rows are kept', async () => {
  await store.writer.audit(ANN, 'login', 'first', '{}')
  const db = new Database(store.path)
  db.exec(
    `INSERT INTO audit SELECT 100000, at, actor, role, action, 'newer', detail FROM audit WHERE id = 1`,
  )
  db.close()
  await store.writer.audit(ANN, 'login', 'newest', '{}')
  expect((await audit()).map(({ subject }) => subject)).toEqual(['newest', 'newer'])
})
