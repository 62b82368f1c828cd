import { expect, test } from 'vitest'

import { type ComparerOptions, createComparer } from '../../src/core/compare.ts'
import type { Exchange, Observation, ObservedFailure } from '../../src/core/exchange.ts'
import type { Judgement } from '../../src/core/judgement.ts'
import { createRedactor } from '../../src/core/redact.ts'
import { answer, partialExchange, wholeBody, type AnswerParts } from './build-exchange.ts'

const refused: ObservedFailure = {
  kind: 'failure',
  reason: 'refused',
  message: 'nobody listens',
  sentHeaders: [],
  durationMs: 1,
}

const JSON_TYPE = ['Content-Type', 'application/json']

function json(body: unknown, more: AnswerParts = {}): Observation {
  return answer({ headers: JSON_TYPE, body: JSON.stringify(body), ...more })
}

function withControl(
  primary: Observation,
  shadow: Observation,
  control: Observation,
  request: Partial<Exchange['request']> = {},
): Exchange {
  const exchange = partialExchange({ primary, shadow })
  return { ...exchange, control, request: { ...exchange.request, ...request } }
}

function judge(exchange: Exchange, options?: ComparerOptions): Judgement {
  return createComparer(options).judge(exchange).judgement
}

test('what control shows is told beside what shadow shows', () => {
  const judgement = judge(
    withControl(json({ id: 1, at: 5, n: [1] }), json({ id: 2, at: 5 }), json({ id: 1, at: 6 })),
  )
  expect(judgement.differences.map(({ pattern }) => pattern)).toEqual(['body:/id', 'body:/n'])
  expect(judgement.control).toEqual({
    differences: [
      { kind: 'value', pattern: 'body:/at' },
      { kind: 'missing', pattern: 'body:/n' },
    ],
  })
})

test('control never changes the outcome', () => {
  const judgement = judge(withControl(json({ a: 1 }), json({ a: 1 }), json({ a: 2 })))
  expect(judgement.outcome).toBe('match')
  expect(judgement.control?.differences).toHaveLength(1)
})

test('a kind at a pattern is told once, however many elements show it', () => {
  const items = (price: number) => json({ items: [{ price }, { price }, { price }] })
  const judgement = judge(withControl(items(1), items(1), items(2)))
  expect(judgement.control?.differences).toEqual([
    { kind: 'value', pattern: 'body:/items/*/price' },
  ])
})

test('an answer equal to primary’s says that nothing varied', () => {
  expect(judge(withControl(json({ a: 1 }), json({ a: 2 }), json({ a: 1 }))).control).toEqual({
    differences: [],
  })
})

test('what a rule suppresses for shadow is suppressed for control', () => {
  const dated = (date: string, a: number) =>
    json({ a }, { headers: [...JSON_TYPE, 'Date', date, 'X-Runtime', date] })
  const exchange = withControl(
    dated('Fri, 20 Nov 2026 12:00:00 GMT', 1),
    dated('Fri, 20 Nov 2026 12:00:01 GMT', 1),
    dated('Fri, 20 Nov 2026 12:00:02 GMT', 2),
  )
  expect(judge(exchange).control?.differences).toEqual([{ kind: 'value', pattern: 'body:/a' }])
  const rules = [{ id: 'a', kind: 'ignore' as const, at: ['body:/a'] }]
  expect(judge(exchange, { rules }).control?.differences).toEqual([])
})

test.each<[string, Observation, Observation, Observation]>([
  ['control failed', json(1), json(1), refused],
  ['control answered 5xx', json(1), json(1), json(1, { status: 500 })],
  ['primary answered 5xx', json(1, { status: 502 }), json(1), json(1)],
  ['primary failed', refused, json(1), json(1)],
  ['shadow answered 5xx', json(1), json(1, { status: 503 }), json(1)],
  ['shadow failed', json(1), refused, json(1)],
  [
    'control broke off',
    json(1),
    json(2),
    answer({ headers: JSON_TYPE, body: { ...wholeBody('{'), incomplete: 'reset' } }),
  ],
  [
    'of control only a part was kept',
    json(1),
    json(2),
    answer({ headers: JSON_TYPE, body: { ...wholeBody('{'), length: 9, sha256: 'a' } }),
  ],
])('where %s, nothing was measured', (_why, primary, shadow, control) => {
  expect(judge(withControl(primary, shadow, control))).not.toHaveProperty('control')
})

test('an error inside a 200 is a failure in control too', () => {
  const body = wholeBody('{"query":"query Q { a }"}')
  const request = { method: 'POST', target: '/graphql', headers: JSON_TYPE, body }
  const fine = json({ data: { a: 1 } })
  const broken = json({ data: { a: 1 }, errors: [{ message: 'no' }] })
  expect(judge(withControl(fine, fine, broken, request)).control?.differences).toEqual([
    { kind: 'failure', pattern: 'body:/errors' },
  ])
})

test('two runs of one version show the same in shadow and control', () => {
  const run = (n: number) => json({ at: n, id: `x${n}`, sum: n % 2 === 0 ? 1 : '1' })
  for (let n = 0; n < 20; n++) {
    const { differences, control } = judge(withControl(run(n), run(n + 1), run(n + 1)))
    const shown = differences.map(({ kind, pattern }) => ({ kind, pattern }))
    expect(control?.differences).toEqual(shown)
  }
})

test('secrets are taken out of what control sent and answered', () => {
  const secret = { headers: [...JSON_TYPE, 'Set-Cookie', 'sid=abcdefgh12345678'] }
  const judged = createComparer().judge(
    withControl(
      json({ password: 'hunter22' }, secret),
      json({ password: 'hunter22' }, secret),
      json(
        { password: 'hunter33' },
        { headers: JSON_TYPE, sent: ['Authorization', 'Bearer tops'] },
      ),
    ),
  )
  const { exchange } = createRedactor({ key: Buffer.alloc(32, 1), keyId: 'k' }).redact(judged)
  const kept = JSON.stringify(exchange.control)
  expect(exchange.control).toBeDefined()
  expect(kept).not.toContain('tops')
  const { control } = exchange
  const text = control?.kind === 'response' ? control.body.bytes.toString() : ''
  expect(text).toContain('password')
  expect(text).not.toContain('hunter33')
})
