import fc from 'fast-check'
import { expect, test } from 'vitest'
import { inlineDiff, plainSegments, type Segment } from '../../../web/src/diff/inline.ts'

const draw = (segments: readonly Segment[]) =>
  segments
    .map(({ text, changed, omitted }) =>
      omitted !== undefined ? `<${omitted}>` : changed ? `[${text}]` : text,
    )
    .join('')

test.each([
  ['"price": 10.5,', '"price": 10.50,', '"price": 10.5,', '"price": 10.5[0],'],
  ['within 14 days', 'within 30 days', 'within [14] days', 'within [30] days'],
  ['"a"', '"b"', '"[a]"', '"[b]"'],
  ['same', 'same', 'same', 'same'],
  ['', 'new', '', '[new]'],
])('%j against %j', (left, right, markedLeft, markedRight) => {
  const { left: a, right: b } = inlineDiff(left, right)
  expect([draw(a), draw(b)]).toEqual([markedLeft, markedRight])
})

test('a change in the middle of a megabyte is in sight, the rest is counted', () => {
  const left = `${'x'.repeat(600_000)}A${'y'.repeat(400_000)}`
  const { left: a } = inlineDiff(left, left.replace('A', 'B'))
  expect(draw(a)).toMatch(/^x{80}<599\d{3}>x+\[A\]y+<3999\d\d>y{40}$/)
})

test('nothing of a line is lost but what is counted', () => {
  const long = fc.string({ maxLength: 3_000, unit: 'grapheme' })
  fc.assert(
    fc.property(long, long, (left, right) => {
      const length = (segments: readonly Segment[]) =>
        segments.reduce((sum, { text, omitted = 0 }) => sum + text.length + omitted, 0)
      const diff = inlineDiff(left, right)
      expect(length(diff.left)).toBe(left.length)
      expect(length(diff.right)).toBe(right.length)
      expect(length(plainSegments(left))).toBe(left.length)
    }),
  )
})

test('surrogate pairs are never cut in two', () => {
  const { left, right } = inlineDiff('"😀"', '"😁"')
  expect([draw(left), draw(right)]).toEqual(['"[😀]"', '"[😁]"'])
})
