import { expect, test } from 'vitest'
import { createComparer } from '../../src/core/compare.ts'
import { previewRule } from '../../src/core/preview.ts'
import type { Rule } from '../../src/core/rule.ts'
import { exchangeOf, responseOf } from '../support/exchange-fixtures.ts'

const current = createComparer()

const pair = (primary: unknown, shadow: unknown) =>
  current.judge(
    exchangeOf({
      primary: responseOf(JSON.stringify(primary), { headers: ['Content-Type', 'text/plain'] }),
      shadow: responseOf(JSON.stringify(shadow), { headers: ['Content-Type', 'text/plain'] }),
    }),
  )

const preview = (rule: Rule, ...exchanges: ReturnType<typeof pair>[]) =>
  previewRule(exchanges, current, createComparer({ rules: [rule] }))

const ignore = (...at: string[]): Rule => ({ id: 'new', kind: 'ignore', at })

test('a preview tells what would be hidden, in which divergences, and what would match', async () => {
  const only = pair({ price: 1 }, { price: 2 })
  const both = pair({ price: 1, name: 'a' }, { price: 3, name: 'b' })
  const equal = pair({ price: 1 }, { price: 1 })
  expect(await preview(ignore('body:/price'), only, both, equal)).toEqual({
    examined: 3,
    skipped: {},
    hidden: 2,
    matching: 1,
    divergences: [
      {
        id: expect.stringMatching(/^[0-9a-f]{16}$/) as string,
        endpoint: 'GET /items/{id}',
        kind: 'value',
        location: 'body:/price',
        severity: 'changed',
        hidden: 2,
        of: 2,
        examples: [only.exchange.id, both.exchange.id],
      },
    ],
    warnings: [],
  })
})

test('a breaking difference among what is hidden is told first', async () => {
  const found = await preview(ignore('body:/*'), pair({ a: 1, b: 1 }, { b: 2 }))
  expect(found.divergences.map(({ severity }) => severity)).toEqual(['breaking', 'changed'])
  expect(found.warnings).toEqual([
    'It hides breaking differences: body:/a of GET /items/{id}.',
    'It hides all 2 differences of the 1 exchanges examined.',
  ])
})

test('a rule that changes nothing, or has nothing in its scope, says so', async () => {
  const found = await preview(ignore('body:/nowhere'), pair({ a: 1 }, { a: 2 }))
  expect(found).toMatchObject({ hidden: 0, divergences: [] })
  expect(found.warnings).toEqual(['It changes nothing among the 1 exchanges examined.'])
  expect((await preview(ignore('body:/a'))).warnings).toEqual([
    'No stored exchange is in its scope.',
  ])
})

test('a rule that looks deeper shows differences that do not count today', async () => {
  const open: Rule = { id: 'open', kind: 'open', at: ['body:/inner'] }
  const found = await preview(open, pair({ inner: '{"a":1,"b":1}' }, { inner: '{"a":2,"b":2}' }))
  expect(found.hidden).toBe(1)
  expect(found.warnings.at(-1)).toBe('It shows 2 differences that do not count today.')
})

test('what was not kept is counted by the reason', async () => {
  const body = { bytes: Buffer.alloc(0), length: 90 }
  const exchange = exchangeOf({ shadow: responseOf('', { body }) })
  const stored = { ...current.judge(exchange), exchange }
  expect(await preview(ignore('body:/a'), stored)).toMatchObject({
    examined: 1,
    skipped: { absent: 1 },
  })
})
