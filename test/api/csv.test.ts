import { parse } from 'csv-parse/sync'
import { expect, test } from 'vitest'
import { csvHeader, csvLines } from '../../src/api/csv.ts'

const readBack = (text: string): string[][] => parse(text)

test.each([
  'plain',
  'with, comma',
  'with "quotes"',
  'two\nlines',
  'carriage\rreturn',
  'Windows\r\nline',
  'NUL \0 inside',
  'emoji 🛒 and ümlaut',
  ' spaces around ',
  "an 'apostrophe'",
  ';semicolon\ttab inside',
  '/items/17?x=-1',
])('%j comes back as it was', (value) => {
  const [cells] = readBack(csvLines(['path', 'reason'], [{ path: value, reason: value }]))
  expect(cells).toEqual([value, value])
})

test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '\n=1', '＝1', '＋1', '－1', '＠x'])(
  '%j gets an apostrophe, so that no spreadsheet computes it',
  (value) => {
    const [cells] = readBack(csvLines(['path'], [{ path: value }]))
    expect(cells).toEqual([`'${value}`])
  },
)

test('numbers stay numbers', () => {
  expect(csvLines(['primaryMs', 'differences'], [{ primaryMs: -0.5, differences: 0 }])).toBe(
    '-0.5,0\r\n',
  )
})

test.each([
  10,
  -1,
  -1.5e-7,
  'text',
  '=1+1',
  '@x',
  '-x',
  '',
  '\u0000',
  'a\nb "c", d',
  '\ud800 alone',
  '🛒',
  null,
  true,
  { a: [1, '=2'] },
  ['\r'],
])('the value %j is JSON text in its cell', (value) => {
  const json = JSON.stringify(value)
  const [cells] = readBack(csvLines(['primaryValue'], [{ primaryValue: json }]))
  expect(cells).toEqual([json])
  expect(JSON.parse(cells?.[0] ?? '')).toEqual(value)
})

test('a value cell that is no JSON cannot become a formula either', () => {
  const [cells] = readBack(csvLines(['shadowValue'], [{ shadowValue: "-2+3+cmd|' /C calc'!A0" }]))
  expect(cells).toEqual(["'-2+3+cmd|' /C calc'!A0"])
})

test('absent is empty, and an empty string is not absent', () => {
  const row = { primaryValue: undefined, shadowValue: '""' }
  expect(csvLines(['primaryValue', 'shadowValue'], [row])).toBe(',""""""\r\n')
})

test('lines end as RFC 4180 says, and names are in snake case', () => {
  expect(csvHeader(['id', 'requestId', 'shadowWaitMs'])).toBe('id,request_id,shadow_wait_ms\r\n')
})

test('no rows are no lines', () => {
  expect(csvLines(['id'], [])).toBe('')
})
