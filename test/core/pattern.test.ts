import fc from 'fast-check'
import { expect, test } from 'vitest'

import { matchesEndpoint, matchesWildcard } from '../../src/core/glob.ts'
import { compilePattern } from '../../src/core/pattern.ts'

const ENOUGH = { steps: 1e9 }

test.each([
  [String.raw`^https://cdn-\d+`, 'https://cdn-12/a', 'https://cdn', 'https://cdn/a'],
  [String.raw`(\w+)@(\w+)`, 'ann@home', '$2 at $1', 'home at ann'],
  [String.raw`\d{4}-\d{2}-\d{2}`, 'on 2026-11-20', 'D', 'on D'],
  [String.raw`(?:\d{1,3}\.){3}\d{1,3}`, 'from 10.0.0.1', 'IP', 'from IP'],
  [String.raw`(?<year>\d+)`, '2026', '<$<year>>', '<2026>'],
  ['a|b|c', 'xaybzc', '-', 'x-y-z-'],
  [String.raw`[^\]a]+?`, 'ab]', '-', 'a-]'],
  [String.raw`\p{Lu}`, 'aBc', '-', 'a-c'],
  ['colou?r', 'color colour', 'hue', 'hue hue'],
  ['(?:ab)?c', 'abc c', 'x', 'x x'],
])('%s is a pattern', (source, text, replacement, expected) => {
  const compiled = compilePattern(source)
  expect('pattern' in compiled && compiled.pattern.replace(text, replacement, ENOUGH)).toBe(
    expected,
  )
})

test.each([
  ['(a+)+$'],
  ['(a*)*'],
  ['(a|a)*'],
  ['(?:a|b)+'],
  ['(a+){10}'],
  ['((a{0,9}){0,9}){0,9}'],
  ['(?:a?){40}a{40}'],
  ['.*.*.*.*.*.*x'],
  [String.raw`(a)\1`],
  ['(?=a)'],
  ['(?<!a)b'],
  ['('],
  ['a{2,1}'],
])('%s is refused', (source) => {
  expect(compilePattern(source)).toHaveProperty('problem')
})

test('what is allowed is charged at its worst, and stops when the allowance is used up', () => {
  const compiled = compilePattern('a*a*a*b')
  if ('problem' in compiled) throw new Error(compiled.problem)
  const allowance = { steps: 10_000_000 }
  expect(compiled.pattern.replace('a'.repeat(50), '', allowance)).toBe('a'.repeat(50))
  expect(compiled.pattern.replace('a'.repeat(1_000), '', allowance)).toBeUndefined()
  expect(compiled.pattern.replace('a', '', allowance)).toBeUndefined()
})

test('what ends in a repetition passes over a text once, and costs no more', () => {
  for (const source of [String.raw`\d+`, String.raw`^id-\w*`, 'x+|y+?', String.raw`[?&]v=[^&]*`]) {
    const compiled = compilePattern(source)
    if ('problem' in compiled) throw new Error(compiled.problem)
    const allowance = { steps: 1_000_000 }
    for (let i = 0; i < 100; i++) compiled.pattern.replace('7'.repeat(1_000), '', allowance)
    expect(allowance.steps, source).toBeGreaterThan(0)
  }
  const compiled = compilePattern(String.raw`\d+$`)
  if ('problem' in compiled) throw new Error(compiled.problem)
  expect(compiled.pattern.replace('7'.repeat(2_000), '', { steps: 1_000_000 })).toBeUndefined()
})

test('whatever is not refused ends', () => {
  const piece = fc.constantFrom(
    'a',
    'b',
    '.',
    '[ab]',
    '(',
    ')',
    '|',
    '*',
    '+',
    '?',
    '{2}',
    '{0,3}',
    '^',
    '$',
    String.raw`\w`,
    '(?:',
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 14 }), (pieces) => {
      const compiled = compilePattern(pieces.join(''))
      if ('problem' in compiled) return
      compiled.pattern.replace('a'.repeat(500), '', { steps: 2_000_000 })
    }),
    { numRuns: 3_000 },
  )
})

test.each([
  ['GET /items/**', 'GET /items', true],
  ['GET /items/**', 'GET /items/{id}/tags', true],
  ['GET /items/**', 'POST /items/{id}', false],
  ['GET /items/*', 'GET /items/{id}', true],
  ['GET /items/*', 'GET /items/{id}/tags', false],
  ['/items/*', 'DELETE /items/{id}', true],
  ['* /items', 'PUT /items', true],
  ['/**/tags', 'GET /items/{id}/tags', true],
  ['/**/a/**/b', 'GET /a/x/a/y/b', true],
  ['/**/a/**/b', 'GET /a/x/c', false],
  ['POST /graphql Get*', 'POST /graphql GetCart', true],
  ['**', 'GET /anything/at/all', true],
])('%s and %s: %s', (glob, endpoint, expected) => {
  expect(matchesEndpoint(glob, endpoint)).toBe(expected)
})

test.each([
  ['*', '', true],
  ['a*b*c', 'aXXbYYbc', true],
  ['a*b', 'ab', true],
  ['a*b', 'abc', false],
  ['', '', true],
  ['', 'a', false],
])('%j and %j: %s', (glob, text, expected) => {
  expect(matchesWildcard(glob, text)).toBe(expected)
})

test('globs of many stars end', () => {
  expect(matchesWildcard(`${'a*'.repeat(2_000)}b`, 'a'.repeat(4_000))).toBe(false)
  expect(matchesEndpoint(`GET ${'/**/a'.repeat(500)}/b`, `GET ${'/a'.repeat(2_000)}`)).toBe(false)
})
