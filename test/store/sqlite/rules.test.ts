import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Rule } from '../../../src/core/rule.ts'
import { openWriter } from '../../../src/store/sqlite/writer.ts'
import { ANN, openStore, type StoreFixture } from '../../support/store-fixture.ts'

let store: StoreFixture

beforeEach(async () => {
  store = await openStore()
})

afterEach(() => store.close())

const PRICE: Rule = { id: 'price', kind: 'ignore', at: ['body:/price'] }
const TAGS: Rule = {
  id: 'a-tags',
  kind: 'unordered',
  at: ['body:/tags'],
  endpoint: 'GET /items/**',
}

test('a rule has the actor as its author, and the time at which it was made', async () => {
  const made = await store.writer.createRule({ ...PRICE, author: 'somebody' }, ANN)
  expect(made).toMatchObject({ rule: { ...PRICE, author: 'ann' }, version: 1 })
  expect(Math.abs(Date.parse(made.rule.time ?? '') - Date.now())).toBeLessThan(60_000)
  expect(await store.reader.consoleRules()).toEqual([made])
})

test('rules keep the order in which they were made, also when one is changed', async () => {
  await store.writer.createRule(PRICE, ANN)
  await store.writer.createRule(TAGS, ANN)
  await store.writer.updateRule({ ...PRICE, note: 'new' }, 1, ANN)
  expect(
    (await store.reader.consoleRules()).map(({ rule, version }) => [rule.id, version]),
  ).toEqual([
    ['price', 2],
    ['a-tags', 1],
  ])
  expect(await store.writer.consoleRules()).toEqual(await store.reader.consoleRules())
})

test('a second rule of one id is a conflict', async () => {
  await store.writer.createRule(PRICE, ANN)
  await expect(store.writer.createRule({ ...TAGS, id: 'price' }, ANN)).rejects.toMatchObject({
    code: 'conflict',
  })
  expect(await store.reader.consoleRules()).toHaveLength(1)
})

test('a rule that was changed meanwhile is neither changed nor removed', async () => {
  await store.writer.createRule(PRICE, ANN)
  await store.writer.updateRule(PRICE, 1, ANN)
  await expect(store.writer.updateRule(PRICE, 1, ANN)).rejects.toMatchObject({ code: 'conflict' })
  await expect(store.writer.deleteRule('price', 1, ANN)).rejects.toMatchObject({ code: 'conflict' })
  await store.writer.deleteRule('price', 2, ANN)
  expect(await store.reader.consoleRules()).toEqual([])
  await expect(store.writer.deleteRule('price', 2, ANN)).rejects.toMatchObject({
    code: 'not_found',
  })
})

test('a rule that says nothing sensible is refused with every problem', async () => {
  const bad = { id: 'has space', kind: 'rewrite', at: ['boddy'], pattern: '(', with: '' } as const
  const refused = store.writer.createRule(bad, ANN)
  await expect(refused).rejects.toMatchObject({ code: 'invalid' })
  await expect(refused).rejects.toThrow(/id: .*; rewrite: .*; pattern: /)
  expect((await store.reader.listAudit({ limit: 1 })).items).toEqual([])
})

test('rules and overrides outlive the writer', async () => {
  await store.writer.createRule(PRICE, ANN)
  await store.writer.setMirrorOverride({ percent: 5 }, ANN)
  await store.writer.close()
  const again = await openWriter({ path: store.path })
  expect((await again.consoleRules())[0]?.rule).toMatchObject(PRICE)
  expect(await again.mirrorOverrides()).toMatchObject([{ route: '', percent: 5, by: 'ann' }])
  await again.close()
  Object.assign(store, { writer: { close: () => Promise.resolve() } })
})

test('a rule that is made again under the id of a deleted one is the last, with a later version', async () => {
  await store.writer.createRule(PRICE, ANN)
  await store.writer.createRule(TAGS, ANN)
  await store.writer.deleteRule('price', 1, ANN)
  expect((await store.reader.consoleRules()).map(({ rule }) => rule.id)).toEqual(['a-tags'])
  expect(await store.writer.createRule(PRICE, ANN)).toMatchObject({ version: 2 })
  expect(
    (await store.reader.consoleRules()).map(({ rule, version }) => [rule.id, version]),
  ).toEqual([
    ['a-tags', 1],
    ['price', 2],
  ])
})
