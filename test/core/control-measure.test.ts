import { expect, test } from 'vitest'

import { createComparer } from '../../src/core/compare.ts'
import { isMeasured } from '../../src/core/control-measure.ts'
import type { Judgement } from '../../src/core/judgement.ts'
import { answer, partialExchange, REQUESTED_AT } from './build-exchange.ts'

const JSON_TYPE = ['Content-Type', 'application/json']
// Times that keep to the clock are no differences; here they vary like anything else.
const comparer = createComparer({ disabled: ['builtin:clock'] })

/** Judges three answers that hold these values at `/at`. */
function judge(primary: unknown, shadow: unknown, control: unknown): Judgement {
  const body = (at: unknown) => answer({ headers: JSON_TYPE, body: JSON.stringify({ at }) })
  const exchange = partialExchange({ primary: body(primary), shadow: body(shadow) })
  return comparer.judge({ ...exchange, control: body(control) }).judgement
}

const now = (ms = 0) => new Date(REQUESTED_AT + ms).toISOString()
const UUIDS = ['2f1c1d1e-0000-4000-8000-000000000001', '2f1c1d1e-0000-4000-8000-000000000002']
const HEX = ['00112233445566aa', '99887766554433bb']

/** Primary's value, one that varies as it does, and one that does not. */
const PLACES: readonly (readonly [string, unknown, unknown, unknown])[] = [
  ['a time without its zone', now(), now(7), now(3).replace('Z', '')],
  ['a time of another zone', now(), now(7), now(3).replace('Z', '+01:00')],
  ['a time an hour ahead', now(), now(7), now(3_600_000)],
  [
    'a local time an hour ahead',
    '2026-11-20 12:00:01',
    '2026-11-20 12:00:02',
    '2026-11-20 13:00:02',
  ],
  ['seconds for milliseconds', REQUESTED_AT, REQUESTED_AT + 7, Math.floor(REQUESTED_AT / 1000)],
  ['milliseconds of yesterday', REQUESTED_AT, REQUESTED_AT + 7, REQUESTED_AT - 80_000_000],
  ['no UUID', UUIDS[0], UUIDS[1], 'cart-7'],
  ['half a token', HEX[0], HEX[1], HEX[1]?.slice(0, 8)],
  ['no JWT', 'eyJhbGciOiJIUzI1NiJ9.eyJhIjoxfQ.x', 'eyJhbGciOiJIUzI1NiJ9.eyJhIjoyfQ.y', 'opaque'],
  ['a number without its padding', 'ORD-00001234', 'ORD-00001235', 'ORD-1236'],
  ['another number beyond jitter', 1.5, 1.500_000_000_001, 2],
]

test.each(PLACES)(
  '%s is shadow’s alone where control varies as it does',
  (_w, primary, like, unlike) => {
    const judgement = judge(primary, unlike, like)
    expect(judgement.differences).toMatchObject([{ kind: 'value', location: 'body:/at' }])
    expect(judgement.control).toEqual({ differences: [] })
  },
)

test.each(PLACES)(
  '%s is control’s alone where shadow varies as it does',
  (_w, primary, like, unlike) => {
    const judgement = judge(primary, like, unlike)
    const [difference] = judgement.differences
    expect(judgement.control).toEqual({
      differences: [{ kind: 'value', pattern: 'body:/at', beyond: true }],
    })
    expect(difference && isMeasured(judgement, difference)).toBe(false)
  },
)

test.each(PLACES)('without %s both differ alike', (_what, primary, like, unlike) => {
  for (const [shadow, control] of [
    [like, like],
    [unlike, unlike],
  ]) {
    const judgement = judge(primary, shadow, control)
    const [difference] = judgement.differences
    expect(judgement.control).toEqual({ differences: [{ kind: 'value', pattern: 'body:/at' }] })
    expect(difference && isMeasured(judgement, difference)).toBe(true)
  }
})

test.each<[string, unknown, unknown, unknown]>([
  ['words', 'red', 'green', 'blue and a few more'],
  ['whole numbers, however far', 900_123, 17, 900_124],
  ['times of the content', '2020-01-01T00:00:00Z', '2021-01-01T00:00:00Z', '2020-01-01T00:00:01Z'],
])('%s have no form to leave', (_what, primary, shadow, control) => {
  expect(judge(primary, shadow, control).control).toEqual({
    differences: [{ kind: 'value', pattern: 'body:/at' }],
  })
})

test('a moment that keeps to the clock is no difference of either, and one that does not is', () => {
  const zoneless = now(3).replace('Z', '')
  const clocked = createComparer()
  const body = (at: unknown) => answer({ headers: JSON_TYPE, body: JSON.stringify({ at }) })
  const told = (shadow: string, control: string) => {
    const exchange = partialExchange({ primary: body(now()), shadow: body(shadow) })
    const { judgement } = clocked.judge({ ...exchange, control: body(control) })
    return [judgement.differences.length, judgement.control?.differences.length]
  }
  expect(told(now(7), now(9))).toEqual([0, 0])
  expect(told(zoneless, now(9))).toEqual([1, 0])
  expect(told(now(7), zoneless)).toEqual([0, 1])
  expect(told(zoneless, zoneless)).toEqual([1, 1])
})

test('a line lost from a page whose nonce varies is shadow’s alone', () => {
  const page = (nonce: string, rest: string) =>
    answer({ headers: ['Content-Type', 'text/plain'], body: `top\nnonce ${nonce}\n${rest}end\n` })
  const exchange = partialExchange({ primary: page('a', 'more\n'), shadow: page('b', '') })
  const { judgement } = comparer.judge({ ...exchange, control: page('c', 'more\n') })
  expect(judgement.differences).toMatchObject([{ location: 'body:' }])
  expect(judgement.control).toEqual({ differences: [] })
})

test('every element of a list must keep its form', () => {
  const [a, b] = UUIDS
  const judgement = judge([{ u: a }, { u: a }], [{ u: b }, { u: 'x' }], [{ u: b }, { u: b }])
  expect(judgement.control).toEqual({ differences: [] })
})

test('without control nothing is held against it', () => {
  expect(
    isMeasured(
      { outcome: 'match', differences: [], suppressed: [], differencesTotal: 0 },
      { kind: 'value', pattern: 'status' },
    ),
  ).toBe(false)
})
