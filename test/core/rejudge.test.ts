import { expect, test } from 'vitest'
import { createComparer } from '../../src/core/compare.ts'
import type { CapturedBody, Exchange } from '../../src/core/exchange.ts'
import type { JudgedExchange } from '../../src/core/ports.ts'
import { createRedactor } from '../../src/core/redact.ts'
import { rejudge } from '../../src/core/rejudge.ts'
import type { Rule } from '../../src/core/rule.ts'
import { bodyOf, exchangeOf, judgementOf, responseOf } from '../support/exchange-fixtures.ts'

const redactor = createRedactor({ key: Buffer.alloc(32, 7), keyId: '0badcafe' })

const under = (...rules: Rule[]) => createComparer({ rules })

/** The exchange as it is stored: judged with the true values, then redacted. */
const stored = (exchange: Exchange, ...rules: Rule[]): JudgedExchange =>
  redactor.redact(under(...rules).judge(exchange))

const answers = (primary: unknown, shadow: unknown) =>
  exchangeOf({
    primary: responseOf(JSON.stringify(primary)),
    shadow: responseOf(JSON.stringify(shadow)),
  })

const IGNORE_PRICE: Rule = { id: 'price', kind: 'ignore', at: ['body:/price'] }
const places = (differences: readonly { location: string }[]) =>
  differences.map(({ location }) => location)

test('a rule made later hides what it is about, and its loss shows it again', () => {
  const was = stored(answers({ price: 1, name: 'a' }, { price: 2, name: 'b' }))
  const hidden = rejudge(was, under(IGNORE_PRICE))
  expect(hidden.kept).toBeUndefined()
  expect(places(hidden.judgement.differences)).toEqual(['body:/name'])
  expect(hidden.judgement.suppressed).toMatchObject([{ location: 'body:/price', by: 'price' }])
  const again = rejudge({ ...was, judgement: hidden.judgement }, under())
  expect(places(again.judgement.differences)).toEqual(['body:/price', 'body:/name'])
})

test('judging again under the same rules says the same', () => {
  const exchanges = [
    answers({ price: 1, password: 'hunter2' }, { price: 1, password: 'hunter2' }),
    answers({ price: 1, password: 'hunter2' }, { price: 2, password: 'correct horse' }),
    exchangeOf({ shadow: { ...responseOf('{"price":10}'), status: 500 } }),
  ]
  for (const exchange of exchanges) {
    const was = stored(exchange)
    expect(rejudge(was, under()).judgement).toEqual(was.judgement)
  }
})

test('an exchange of which no copy was sent stays what it is', () => {
  const exchange = exchangeOf({ unmirrored: 'paused' })
  const was = { exchange, endpoint: 'GET /', judgement: under().judge(exchange).judgement }
  expect(rejudge(was, under())).toEqual({ judgement: was.judgement })
})

const body = (content: string, over: Partial<CapturedBody>): CapturedBody => ({
  ...bodyOf(content),
  ...over,
})

const SHA = 'a'.repeat(64)

test.each([
  ['truncated', body('{"pri', { length: 900, sha256: SHA })],
  ['hashed', body('', { length: 900, sha256: SHA })],
  ['absent', body('', { length: 900 })],
] as const)('an answer that is %s keeps its first judgement', (reason, captured) => {
  const exchange = exchangeOf({ shadow: responseOf('', { body: captured }) })
  const judgement = judgementOf({ outcome: 'incomparable', reason: 'truncated' })
  const rejudged = rejudge({ exchange, endpoint: 'GET /items/{id}', judgement }, under())
  expect(rejudged).toEqual({ judgement, kept: reason })
})

test('equal hashes are equal bodies, so the rest is judged', () => {
  const captured = body('', { length: 900, sha256: SHA })
  const exchange = exchangeOf({
    primary: responseOf('', { body: captured, headers: ['X-Version', '1'] }),
    shadow: responseOf('', { body: captured, headers: ['X-Version', '2'] }),
  })
  const was = stored(exchange)
  expect(places(was.judgement.differences)).toEqual(['header:x-version'])
  const rule: Rule = { id: 'v', kind: 'ignore', at: ['header:x-version'] }
  const { judgement, kept } = rejudge(was, under(rule))
  expect(kept).toBeUndefined()
  expect(judgement.outcome).toBe('match')
})

test('a body whose secrets were replaced is whole, whatever its length was', () => {
  const was = stored(answers({ password: 'x', price: 1 }, { password: 'x', price: 2 }))
  const { judgement } = rejudge(was, under(IGNORE_PRICE))
  expect(judgement).toMatchObject({ outcome: 'match', suppressed: [{ by: 'price' }] })
})

const SECRETS = { at: ['body:/token'], id: 'token' } as const
const TOLERANT: Rule = { ...SECRETS, kind: 'class', as: 'uuid' }
const uuids = [
  { token: '0b7f0d3a-58a8-4a3e-9d3c-6a1f4b1f2a01' },
  { token: '5e0c8a6e-3a53-4c25-8a5b-1e2f3a4b5c6d' },
] as const

test('what a rule hid by looking at a secret stays hidden as long as the rule is there', () => {
  const was = stored(answers(...uuids), TOLERANT)
  expect(was.judgement).toMatchObject({ outcome: 'match', suppressed: [{ by: 'token' }] })
  const same = rejudge(was, under(TOLERANT))
  expect(same).toMatchObject({ kept: 'redacted', judgement: { outcome: 'match' } })
  expect(same.judgement.suppressed).toEqual(was.judgement.suppressed)
  const without = rejudge(was, under(), () => false)
  expect(without.kept).toBeUndefined()
  expect(places(without.judgement.differences)).toEqual(['body:/token'])
})

test('a secret that differed goes on differing under a rule that cannot look inside it', () => {
  const was = stored(answers(...uuids))
  const { judgement, kept } = rejudge(was, under(TOLERANT))
  expect(kept).toBe('redacted')
  expect(judgement.differences).toEqual(was.judgement.differences)
})

test('a rule that goes by the place alone hides a secret too', () => {
  const was = stored(answers(...uuids))
  const { judgement, kept } = rejudge(was, under({ ...SECRETS, kind: 'ignore' }))
  expect(kept).toBeUndefined()
  expect(judgement).toMatchObject({ outcome: 'match', suppressed: [{ by: 'token' }] })
})

test('a placeholder that differs although nothing did before is not counted', () => {
  const was = stored(answers(...uuids))
  const first = { ...was, judgement: judgementOf() }
  expect(rejudge(first, under())).toMatchObject({
    kept: 'redacted',
    judgement: { outcome: 'match', differences: [], differencesTotal: 0 },
  })
})
