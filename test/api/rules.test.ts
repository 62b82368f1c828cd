import { expect, test } from 'vitest'
import type { RuleRow } from '../../src/core/service-report.ts'
import { consoleSettings } from '../support/console.ts'
import { openReview } from '../support/review-console.ts'
import { shopReview } from '../support/shop-review.ts'

const GEN = { id: 'gen', endpoint: 'GET /items/**', ignore: 'body:/generatedAt' }

async function openRules() {
  const settings = {
    ...consoleSettings(),
    rules: [{ id: 'from-file', kind: 'ignore', at: ['body:/x'] }] as const,
    disabledRules: ['builtin:server'],
  }
  const review = await openReview(shopReview(), { settings })
  const { app } = review
  const list = async () => (await app.inject('/api/v1/rules')).json<{ items: RuleRow[] }>().items
  const create = (payload: object) => app.inject({ method: 'POST', url: '/api/v1/rules', payload })
  const change = (payload: object, ifMatch?: string, id = 'gen') =>
    app.inject({
      ...{ method: 'PATCH', url: `/api/v1/rules/${id}`, payload },
      headers: ifMatch === undefined ? {} : { 'if-match': ifMatch },
    })
  const remove = (ifMatch?: string, id = 'gen') =>
    app.inject({
      ...{ method: 'DELETE', url: `/api/v1/rules/${id}` },
      headers: ifMatch === undefined ? {} : { 'if-match': ifMatch },
    })
  return { ...review, list, create, change, remove }
}

test('all rules are listed in the order in which they apply: the program’s, the file’s, the console’s', async () => {
  const { app, list, create } = await openRules()
  const before = await app.inject('/api/v1/rules')
  await create(GEN)
  const rows = await list()
  expect([...new Set(rows.map(({ origin }) => origin))]).toEqual(['builtin', 'file', 'console'])
  expect(rows.find(({ id }) => id === 'builtin:server')).toMatchObject({ disabled: true })
  expect(rows.find(({ id }) => id === 'builtin:date')).toMatchObject({
    disabled: false,
    sentence: 'Date: the moment of the answer',
  })
  expect(rows.at(-2)).toMatchObject({ id: 'from-file', origin: 'file', idle: false })
  expect(rows.at(-1)).toMatchObject({
    id: 'gen',
    sentence: 'nothing counts at body:/generatedAt, of GET /items/**',
    rule: { kind: 'ignore', at: ['body:/generatedAt'], author: 'local' },
    version: 1,
    hidden: 0,
    exchanges: 0,
    idle: false,
  })
  const after = await app.inject('/api/v1/rules')
  expect(after.headers.etag).not.toBe(before.headers.etag)
  expect((await app.inject('/api/v1/rules')).headers.etag).toBe(after.headers.etag)
})

test('a rule is made, read, changed and taken away, each step under the version that was seen', async () => {
  const { app, list, create, change, remove } = await openRules()
  const created = await create(GEN)
  expect(created.statusCode).toBe(201)
  expect(created.headers).toMatchObject({ etag: '"1"', location: 'rules/gen' })
  const read = await app.inject('/api/v1/rules/gen')
  expect(read.headers.etag).toBe('"1"')
  const changed = await change({ ignore: ['body:/generatedAt', 'body:/at'] }, '"1"')
  expect(changed.statusCode).toBe(200)
  expect(changed.headers.etag).toBe('"2"')
  expect(changed.json()).toMatchObject({
    version: 2,
    rule: { at: ['body:/generatedAt', 'body:/at'] },
  })
  const late = await change(GEN, '"1"')
  expect(late.statusCode).toBe(412)
  expect(late.json()).toMatchObject({ type: 'urn:shadowdiff:problem:precondition_failed' })
  expect((await remove('"1"')).statusCode).toBe(412)
  expect((await remove('"2"')).statusCode).toBe(204)
  expect((await list()).map(({ id }) => id)).not.toContain('gen')
})

test('changing needs the version that was seen, or a star for whichever it is', async () => {
  const { create, change, remove } = await openRules()
  await create(GEN)
  const answer = await change(GEN)
  expect(answer.statusCode).toBe(428)
  expect(answer.json<{ detail: string }>().detail).toBe(
    'If-Match: expected the ETag of the version you saw, found none',
  )
  expect((await remove()).statusCode).toBe(428)
  expect((await change(GEN, '"abc"')).statusCode).toBe(412)
  expect((await change(GEN, '*')).statusCode).toBe(200)
  expect((await remove('*')).statusCode).toBe(204)
  expect((await remove('*')).statusCode).toBe(404)
})

test('a listed rule can be sent as it is listed', async () => {
  const { app, create, change } = await openRules()
  const rule = {
    id: 'score',
    kind: 'tolerate',
    at: ['body:/score'],
    relative: 0.01,
    methods: ['GET'],
    author: 'mallory',
    time: 'long ago',
  }
  const created = await create(rule)
  expect(created.statusCode).toBe(201)
  const row = created.json<RuleRow>()
  expect(row.rule).toMatchObject({
    kind: 'tolerate',
    relative: 0.01,
    methods: ['GET'],
    author: 'local',
  })
  expect((await change(row.rule ?? {}, '"1"', 'score')).statusCode).toBe(200)
  expect((await app.inject('/api/v1/rules/score')).json()).toMatchObject({ version: 2 })
})

test.each([
  [{ id: 'a b', ignore: 'body:/x' }, ['id']],
  [{ id: 'a' }, ['rule']],
  [{ id: 'a', ignore: 'nowhere', status: 'x' }, ['status', 'ignore']],
  [{ id: 'a', rewrite: 'body:/x', pattern: '(a+)+$', with: '' }, ['pattern']],
  [{ id: 'builtin:date', ignore: 'body:/x' }, ['id']],
  [{ id: 'a', ignore: 'body:/x', nonsense: 1 }, ['nonsense']],
  [{ id: 'a', kind: 'ignore', at: 'body:/x' }, ['kind', 'at', 'rule']],
  [[], ['body']],
])('the rule %j is refused with everything that is wrong with it', async (rule, parameters) => {
  const { create } = await openRules()
  const answer = await create(rule)
  expect(answer.statusCode).toBe(400)
  const { errors } = answer.json<{ errors: { parameter: string; expected: string }[] }>()
  expect(errors.map(({ parameter }) => parameter).sort()).toEqual([...parameters].sort())
})

test('an id that is there already is a conflict, whoever has it', async () => {
  const { create } = await openRules()
  await create(GEN)
  expect((await create(GEN)).statusCode).toBe(409)
  expect((await create({ ...GEN, id: 'from-file' })).statusCode).toBe(409)
})

test('rules of the program and of the file are not changed here', async () => {
  const { change, remove } = await openRules()
  const answer = await change({ ignore: 'body:/y' }, '*', 'from-file')
  expect(answer.statusCode).toBe(409)
  expect(answer.json<{ detail: string }>().detail).toBe(
    'Rule from-file comes from the configuration file and is not changed here',
  )
  expect((await remove('*', 'builtin:date')).statusCode).toBe(409)
  const renamed = await change({ id: 'other', ignore: 'body:/y' }, '*')
  expect(renamed.statusCode).toBe(400)
})

test('what a rule of the program does is said, and not given as a statement that it is not', async () => {
  const { app } = await openRules()
  const { items } = (await app.inject('/api/v1/rules')).json<{ items: RuleRow[] }>()
  const builtin = items.filter(({ origin }) => origin === 'builtin')
  expect(builtin.length).toBeGreaterThan(10)
  for (const row of builtin) {
    expect(row).not.toHaveProperty('rule')
    expect(row.sentence).not.toBe('')
  }
})

test('the ETag of a deleted rule does not match a later rule of the same id', async () => {
  const { app, create, change } = await openRules()
  const first = await create({ id: 'price', ignore: 'body:/price' })
  const old = first.headers['etag'] as string
  const gone = await app.inject({
    ...{ method: 'DELETE', url: '/api/v1/rules/price' },
    headers: { 'if-match': old },
  })
  expect(gone.statusCode).toBe(204)
  expect((await app.inject('/api/v1/rules/price')).statusCode).toBe(404)
  const second = await create({ id: 'price', ignore: 'body:/cost' })
  expect(second.statusCode).toBe(201)
  expect(second.headers['etag']).not.toBe(old)
  expect((await change({ ignore: 'body:/other' }, old, 'price')).statusCode).toBe(412)
})
