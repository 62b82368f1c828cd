import { expect, test } from 'vitest'
import type { TrafficView } from '../../../src/core/run-report.ts'
import {
  answerOf,
  formatBound,
  intervalText,
  limitText,
  measuredText,
  sentence,
  timeToGo,
} from '../../../web/src/format/verdict.ts'
import {
  latencySeries,
  requestSeries,
  stepText,
} from '../../../web/src/screens/verdict/traffic-series.ts'
import { detailText } from '../../../web/src/format/audit.ts'
import { failing, passing, unhealthy, waiting } from '../../support/verdict-scenes.ts'

test.each([
  [passing, 'pass'],
  [failing, 'fail'],
  [waiting, 'inconclusive'],
  [unhealthy, 'unhealthy'],
] as const)('what is not decided is told apart from what cannot be, %#', (verdict, answer) => {
  expect(answerOf(verdict, undefined)).toBe(answer)
})

test('a bound is rounded to the side on which it stays true', () => {
  expect(formatBound(0.003456, 'up')).toBe('0.35%')
  expect(formatBound(0.003456, 'down')).toBe('0.34%')
  expect(formatBound(0.000_000_034, 'down')).toBe('0%')
  expect(formatBound(0.000_000_034, 'up')).toBe('0.0000034%')
})

test('each rule tells what it measured, what it allows and how sure it is in its own unit', () => {
  const rule = (name: string) => {
    const reading = waiting.reasons.find((one) => one.rule === name)
    if (reading === undefined) throw new Error(`no rule ${name}`)
    return [measuredText(reading), limitText(reading), intervalText(reading)]
  }
  expect(rule('divergence')).toEqual(['0.0526%', 'at most 0.1%', '0% to 0.35%'])
  expect(rule('requests')).toEqual(['1,900', 'at least 1,000', '–'])
  expect(rule('endpoints')).toEqual(['3', '100 requests each', '–'])
  expect(rule('breaking')).toEqual(['0', 'none', '–'])
  expect(rule('latency')).toEqual(['1.06 ×', 'at most 1.25 ×', '1.06 to 1.07 ×'])
})

test.each([
  [1900, 7.9, undefined, 'about 4 minutes at 7.9 a second'],
  [1900, 0, undefined, 'but none is being compared now'],
  [1900, undefined, 90_000, 'about 90 seconds at the pace so far'],
  [1900, undefined, undefined, undefined],
])('the time to go, %#', (needed, perSecond, etaMs, text) => {
  expect(timeToGo(needed, perSecond, etaMs)).toBe(text)
})

test('a clause becomes a sentence', () => {
  expect(sentence('a faster shadow')).toBe('A faster shadow.')
  expect(sentence('Done.')).toBe('Done.')
  expect(sentence(' ')).toBe('')
})

const minute = 60_000
const start = Date.UTC(2026, 0, 5, 12)
const point = (at: number, divergent: number) => ({
  time: new Date(start + at * minute).toISOString(),
  match: 10,
  divergent,
  incomparable: 1,
  unmirrored: 2,
})

test('steps in which nothing came are drawn as nothing, and as no latency', () => {
  const view: TrafficView = {
    resolutionMs: minute,
    points: [{ ...point(0, 0), primaryP50: 5 }, point(3, 4)],
  }
  const requests = requestSeries(view)
  expect(requests.times).toHaveLength(4)
  expect(requests.series.map(({ values }) => values)).toEqual([
    [13, 0, 0, 17],
    [10, 0, 0, 14],
    [0, 0, 0, 4],
  ])
  expect(latencySeries(view).series[0]?.values).toEqual([5, null, null, null])
})

test('a series that is empty, or of uneven steps, is drawn as it is', () => {
  expect(requestSeries({ resolutionMs: minute, points: [] }).times).toEqual([])
  const uneven = { resolutionMs: 7 * minute, points: [point(0, 0), point(1, 0), point(7, 0)] }
  expect(requestSeries(uneven).times).toHaveLength(3)
})

test.each([
  [minute, 'a minute'],
  [15 * minute, '15 minutes'],
  [60 * minute, 'an hour'],
  [360 * minute, '6 hours'],
])('the length of a step in words, %#', (stepMs, text) => {
  expect(stepText(stepMs)).toBe(text)
})

test('what was done is read from the audit list on one line', () => {
  expect(detailText('{"percent":25,"note":"because","paused":null}')).toBe(
    'percent: 25, note: because, paused: null',
  )
  expect(detailText('no JSON')).toBe('no JSON')
  expect(detailText('')).toBe('')
})
