import fc from 'fast-check'
import { expect, test } from 'vitest'

import { parseJson } from '../../src/core/json-text.ts'
import {
  PreciseNumber,
  RepeatedMember,
  canonicalNumber,
  numberFromToken,
} from '../../src/core/json-value.ts'

test.each([
  String.raw`["\"{[:"]`,
  String.raw`["\\", "{", {"a\\\"": 1}]`,
  String.raw`{"\\":"\\\\\""}`,
  '"\\""',
  ' \n\t[ ] ',
])('brackets and colons inside strings are not structure: %s', (text) => {
  const value: unknown = JSON.parse(text)
  expect(parseJson(text, 2)).toEqual({ kind: 'json', value, repeatedMembers: 0 })
})

test.each([
  '',
  ' ',
  '{',
  '"',
  String.raw`"\"`,
  '[1,]',
  '{"a":1,}',
  '01',
  '1.',
  '+1',
  'nul',
  '[1] x',
  "{'a':1}",
  'NaN',
  '12345678901234567890.',
  '{"a":1,"a":2',
])('%j is no JSON', (text) => {
  expect(parseJson(text, 10)).toEqual({ kind: 'not-json' })
})

test('nesting is bounded', () => {
  expect(parseJson('[[[]]]', 3).kind).toBe('json')
  expect(parseJson('[[[]]]', 2).kind).toBe('too-deep')
  expect(parseJson(`[1e999,${'['.repeat(100_000)}`, 500).kind).toBe('too-deep')
})

test('any JSON text is parsed as JSON.parse does, and any other text by neither', () => {
  const texts = fc.oneof(
    fc.json({ maxDepth: 5 }),
    fc.string({
      unit: fc.constantFrom('{', '}', '[', ']', '"', '\\', ':', ',', '1', 'e', '-', '.', ' ', 'a'),
    }),
  )
  fc.assert(
    fc.property(texts, (text) => {
      let expected: unknown
      try {
        expected = JSON.parse(text)
      } catch {
        expect(parseJson(text, 50).kind).toBe('not-json')
        return
      }
      const parsed = parseJson(text, 50)
      expect(parsed.kind).toBe('json')
      if (
        parsed.kind === 'json' &&
        parsed.repeatedMembers === 0 &&
        !JSON.stringify(parsed.value).includes('canonical')
      ) {
        expect(parsed.value).toEqual(expected)
      }
    }),
    { numRuns: 5_000 },
  )
})

test.each([
  ['1', '1e0'],
  ['-10.50', '-105e-1'],
  ['0.000', '0'],
  ['-0', '0'],
  ['1E+2', '1e2'],
  ['120e-1', '12e0'],
])('%s is canonically %s', (token, canonical) => {
  expect(canonicalNumber(token)).toBe(canonical)
})

test('two numbers are one value exactly when all their digits are the same', () => {
  const near = fc.tuple(
    fc.bigInt({ min: -(10n ** 25n), max: 10n ** 25n }),
    fc.bigInt({ min: 0n, max: 3n }),
  )
  const keyOf = (token: string) => {
    const value = numberFromToken(token)
    return value instanceof PreciseNumber ? value.canonical : value
  }
  fc.assert(
    fc.property(near, fc.constantFrom('', '.0', 'e0', '.5'), ([integer, distance], tail) => {
      const [a, b] = [`${integer}${tail}`, `${integer + distance}${tail}`]
      expect(keyOf(a) === keyOf(b)).toBe(distance === 0n)
    }),
    { numRuns: 2_000 },
  )
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (double) => {
      expect(numberFromToken(String(double))).toEqual(Object.is(double, -0) ? 0 : double)
    }),
  )
})

test('what a double cannot hold keeps its digits and its one canonical form', () => {
  const parsed = parseJson('[9007199254740993, 9007199254740993.0, 1e400]', 10)
  if (parsed.kind !== 'json' || !Array.isArray(parsed.value)) throw new Error('not parsed')
  const [integer, decimal, huge] = parsed.value as PreciseNumber[]
  expect(integer?.canonical).toBe(decimal?.canonical)
  expect(huge?.source).toBe('1e400')
})

test('repeated members keep all their values, however many', () => {
  const parsed = parseJson('{"a":1,"b":{"a":[1],"a":[2],"a":[2]},"a":1}', 10)
  expect(parsed).toEqual({
    kind: 'json',
    value: { a: 1, b: { a: new RepeatedMember([[1], [2], [2]]) } },
    repeatedMembers: 1,
  })
  const many = `{${Array.from({ length: 100_000 }, (_, i) => `"a":${i}`).join()}}`
  expect(parseJson(many, 10)).toMatchObject({ kind: 'json', repeatedMembers: 0 })
})
