import { expect, test } from 'vitest'

import { createComparer } from '../../src/core/compare.ts'
import {
  REQUESTED_AT,
  type AnswerParts,
  answer,
  exchange,
  judge,
  lines,
  suppressions,
} from './build-exchange.ts'

const MOMENT = REQUESTED_AT + 900

/** An answer that tells one value, dated `late` milliseconds after the request. */
function telling(at: unknown, late = 0): AnswerParts {
  const date = new Date(REQUESTED_AT + late).toUTCString()
  return {
    headers: ['Content-Type', 'application/json', 'Date', date],
    body: JSON.stringify({ at }),
  }
}

const iso = (time: number) => new Date(time).toISOString()
const local = (time: number, zone = '') => `${iso(time).slice(0, 19).replace('T', ' ')}${zone}`
const http = (time: number) => new Date(time).toUTCString()
const seconds = (time: number) => Math.floor(time / 1000)

test.each<[string, (time: number) => unknown]>([
  ['ISO 8601 with milliseconds', iso],
  ['ISO 8601 in another zone', (time) => iso(time + 7_200_000).replace('Z', '+02:00')],
  ['local time', (time) => local(time)],
  ['local time, hours ahead', (time) => local(time + 5.5 * 3_600_000)],
  ['an HTTP date', http],
  ['epoch seconds', seconds],
  ['epoch seconds with a fraction', (time) => time / 1000],
  ['epoch milliseconds', (time) => time],
  ['epoch microseconds', (time) => time * 1000],
  ['epoch nanoseconds', (time) => `${time}000000`],
  ['epoch seconds as text', (time) => String(seconds(time))],
])('the moment of two answers may differ as they do: %s', (_, write) => {
  const judgement = judge(telling(write(MOMENT)), telling(write(MOMENT + 1_250), 1_000))
  expect(lines(judgement)).toEqual([])
  expect(suppressions(judgement)).toContain('body:/at builtin:clock')
})

test('a nanosecond number that no double holds is a moment too', () => {
  const raw = (nanos: string): AnswerParts => ({
    headers: ['Content-Type', 'application/json'],
    body: `{"at":${nanos}}`,
  })
  const judgement = judge(raw(`${MOMENT}000001`), raw(`${MOMENT + 3}000003`))
  expect(suppressions(judgement)).toEqual(['body:/at builtin:clock'])
})

test.each<[string, unknown, unknown]>([
  ['another zone', iso(MOMENT), iso(MOMENT + 5).replace('Z', '+01:00')],
  ['another zone for the same moment', iso(MOMENT), iso(MOMENT + 3_600_000).replace('Z', '+01:00')],
  ['no zone', iso(MOMENT), iso(MOMENT + 5).replace('Z', '')],
  ['local time of another zone', local(MOMENT), local(MOMENT + 7_200_000)],
  ['an hour ahead', iso(MOMENT), iso(MOMENT + 3_600_000)],
  ['seconds instead of milliseconds', MOMENT, seconds(MOMENT)],
  ['milliseconds instead of seconds', seconds(MOMENT), MOMENT],
  ['a lost fraction', iso(MOMENT), `${iso(MOMENT + 5).slice(0, 19)}Z`],
  ['whole seconds instead of parts', MOMENT / 1000, seconds(MOMENT)],
  ['text instead of a number', MOMENT, String(MOMENT + 5)],
  ['another separator', iso(MOMENT), iso(MOMENT + 5).replace('T', ' ')],
  ['ISO instead of HTTP', http(MOMENT), iso(MOMENT)],
  ['a clock three seconds ahead', iso(MOMENT), iso(MOMENT + 3_000)],
  ['a clock that stands still', iso(MOMENT), iso(MOMENT - 60_000)],
  ['no time at all', iso(MOMENT), 'Invalid Date'],
])('a moment that is told wrongly still differs: %s', (_, primary, shadow) => {
  expect(lines(judge(telling(primary), telling(shadow)))).toHaveLength(1)
})

test('the same distance of whole minutes from both answers is a lifetime', () => {
  const expires = (late: number) => telling(seconds(MOMENT + late) + 600, late)
  expect(suppressions(judge(expires(0), expires(1_000)))).toContain('body:/at builtin:clock')
  const longer = telling(seconds(MOMENT) + 601)
  expect(suppressions(judge(expires(0), longer))).toContain('body:/at builtin:clock')
  const other = telling(seconds(MOMENT) + 660)
  expect(lines(judge(expires(0), other))).toHaveLength(1)
})

test.each([17, 3_605, -45, 90_000 + 20])(
  'a time of the content, %i seconds from the answers, may not be a second off',
  (distance) => {
    const time = MOMENT + distance * 1_000
    expect(lines(judge(telling(iso(time)), telling(iso(time + 1_000))))).toHaveLength(1)
    expect(lines(judge(telling(seconds(time)), telling(seconds(time) - 1)))).toHaveLength(1)
  },
)

test('numbers that are no times are not excused', () => {
  expect(lines(judge(telling(1_000_000_007), telling(1_000_000_008)))).toHaveLength(1)
  expect(lines(judge(telling(12), telling(13)))).toHaveLength(1)
})

test('answers that are further apart may tell times that are', () => {
  const judgement = judge(telling(iso(MOMENT)), telling(iso(MOMENT + 7_000), 7_000))
  expect(suppressions(judgement)).toContain('body:/at builtin:clock')
})

test('a shadow that repeats the time of primary’s answer is not excused for being late', () => {
  const stale = telling(iso(MOMENT - 1), 30_000)
  expect(lines(judge(telling(iso(MOMENT)), stale))).toHaveLength(1)
})

test('without a Date the request’s moment stands for the answer’s', () => {
  const undated = (at: unknown): AnswerParts => ({ body: JSON.stringify({ at }) })
  expect(suppressions(judge(undated(MOMENT), undated(MOMENT + 40)))).toEqual([
    'body:/at builtin:clock',
  ])
  expect(lines(judge(undated(MOMENT + 20_000), undated(MOMENT + 20_040)))).toHaveLength(1)
})

test('a header that the catalogue does not know may tell the moment, in its form', () => {
  const generated = (value: string) => ({ headers: ['X-Generated-At', value] })
  const judgement = judge(generated(iso(MOMENT)), generated(iso(MOMENT + 40)))
  expect(lines(judgement)).toEqual([])
  expect(suppressions(judgement)).toEqual(['header:x-generated-at builtin:clock'])
  const other = generated(iso(MOMENT + 40).replace('Z', '+00:00'))
  expect(lines(judge(generated(iso(MOMENT)), other))).toHaveLength(1)
})

test('a text that is nothing but the moment may differ too', () => {
  const text = (body: string) => ({ headers: ['Content-Type', 'text/plain'], body })
  expect(suppressions(judge(text(http(MOMENT)), text(http(MOMENT + 200))))).toEqual([
    'body: builtin:clock',
  ])
})

test('the rule can be switched off by its id', () => {
  const parts = [answer(telling(iso(MOMENT))), answer(telling(iso(MOMENT + 1)))] as const
  const comparer = createComparer({ disabled: ['builtin:clock'] })
  expect(lines(comparer.judge(exchange(...parts)).judgement)).toHaveLength(1)
})
