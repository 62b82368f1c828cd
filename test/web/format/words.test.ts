import { expect, test } from 'vitest'
import { nameHidden, namePieces } from '../../../web/src/format/invisible.ts'
import { formatBytes, formatMs, formatShare, plural } from '../../../web/src/format/number.ts'
import { formatAge, formatMoment } from '../../../web/src/format/time.ts'
import { cutCommonStart } from '../../../web/src/format/values.ts'

test.each([
  [0, '0%'],
  [0.00001, '<0.01%'],
  [0.0042, '0.42%'],
  [0.013, '1.3%'],
  [0.9999, '>99.9%'],
  [1, '100%'],
])('a share of %d is %s, never rounded to none or all', (share, text) => {
  expect(formatShare(share)).toBe(text)
})

test.each([
  [0.84, '0.8 ms'],
  [9.96, '10 ms'],
  [999.4, '999 ms'],
  [999.6, '1.00 s'],
  [15_000, '15.0 s'],
])('%d milliseconds are %s', (ms, text) => {
  expect(formatMs(ms)).toBe(text)
})

test('counts come with their word', () => {
  expect([plural(1, 'request'), plural(4100, 'request')]).toEqual(['1 request', '4,100 requests'])
  expect([formatBytes(1), formatBytes(1500), formatBytes(2_500_000)]).toEqual([
    '1 byte',
    '1.5 kB',
    '2.5 MB',
  ])
})

test('ages and moments', () => {
  const now = Date.parse('2026-03-04T12:00:00Z')
  expect(formatAge('2026-03-04T11:59:30Z', now)).toBe('just now')
  expect(formatAge('2026-03-04T11:15:00Z', now)).toBe('45 min ago')
  expect(formatAge('2026-03-01T12:00:00Z', now)).toBe('3 days ago')
  expect(formatMoment('2026-02-01T12:00:00Z', now)).toMatch(/^\d+ \w+ \d\d:\d\d:\d\d$/)
  expect(formatMoment('no time', now)).toBe('no time')
})

test.each([
  ['\u202Egnp.exe', '[U+202E]gnp.exe'],
  ['a\u00A0b\u200Bc', 'a[U+00A0]b[U+200B]c'],
  ['\u001b[31m', '[U+001B][31m'],
  ['tag\u{E0041}', 'tag[U+E0041]'],
  ['\uD83D alone', '[U+D83D] alone'],
  ['plain 😀 ❤️ é', 'plain 😀 ❤️ é'],
])('%j is shown as %s', (text, shown) => {
  expect(nameHidden(text)).toBe(shown)
  expect(
    namePieces(text)
      .map((piece) => piece.text)
      .join(''),
  ).toBe(text)
})

test('values lose what they begin with alike, but for a little', () => {
  expect(
    cutCommonStart('"line 44: Returns within 14 days"', '"line 44: Returns within 30 days"'),
  ).toEqual(['…eturns within 14 days"', '…eturns within 30 days"'])
  expect(cutCommonStart('"a"', '"b"')).toEqual(['"a"', '"b"'])
  expect(cutCommonStart(undefined, '"b"')).toEqual([undefined, '"b"'])
})
