import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compileTextPattern } from '../../src/core/text-pattern.ts'

function compiled(source: string) {
  const result = compileTextPattern(source)
  if ('problem' in result) throw new Error(`${source}: ${result.problem}`)
  return result.pattern
}

test.each([
  ['/items/\\d+', ['/items/1', '/items/0042'], ['/items/', '/items/1x', 'x/items/1', '/items/1/']],
  ['^/items/\\d+$', ['/items/1'], ['/items/1x', 'x/items/1']],
  ['/(?:a|b|)/c', ['/a/c', '/b/c', '//c'], ['/ab/c']],
  ['[^/]+', ['abc', 'a.b'], ['', 'a/b']],
  ['(?<name>x{2,3}){2}', ['xxxx', 'xxxxxx'], ['xxx', 'xxxxxxx']],
  ['a?b*c+', ['c', 'abbbccc'], ['ab', 'aabc']],
  ['(?i)bearer .*', ['Bearer x', 'BEARER '], ['Basic x']],
  ['(?i)[^a]', ['b', 'B'], ['a', 'A']],
  ['', [''], ['a']],
  ['a|^|b$', ['', 'a', 'b'], ['ab']],
  ['.*\\.(png|jpe?g)', ['/x.png', '.jpg', 'a.b.jpeg'], ['/xpng', '/x.pngs']],
  ['[\\w.\\-]+', ['a-b.c_d'], ['a b']],
  ['\\xff\\x41', ['\xffA'], ['A']],
])('the pattern %s matches whole texts only', (source, matching, others) => {
  const pattern = compiled(source)
  expect(matching.filter((text) => !pattern.matches(text))).toEqual([])
  expect(others.filter((text) => pattern.matches(text))).toEqual([])
})

test.each([
  ['(', 'a group is not closed'],
  [')', 'unexpected ")"'],
  ['[a', 'a class is not closed'],
  ['[b-a]', 'a range'],
  ['*', 'nothing to repeat'],
  ['a**', 'nothing to repeat'],
  ['a{3,2}', 'out of order'],
  ['{name}', 'stands for itself'],
  ['(a)\\1', 'references'],
  ['(?=a)', 'ahead or behind'],
  ['\\bword', 'not supported'],
  ['\\p{L}', 'not supported'],
  ['a\\', 'ends with'],
  ['straße', 'only ASCII'],
  ['a{301}', 'counts too far'],
  ['(((a{20}){20}){20}){20}', 'counts too far'],
  [`${'('.repeat(40)}${'){1000}'.repeat(40)}`, 'counts too far'],
  ['('.repeat(100), 'too many groups'],
])('the pattern %s is refused in words', (source, words) => {
  const result = compileTextPattern(source)
  expect('problem' in result ? result.problem : 'accepted').toContain(words)
})

const atom = fc.oneof(
  fc.constantFrom('a', 'b', 'c'),
  fc.constantFrom('.', '\\d', '\\W', '[ab]', '[^a]', '[a-c1]', '^', '$', '\\.', '\\/'),
)
const { expression } = fc.letrec<{ expression: string; part: string }>((tie) => ({
  part: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    atom,
    tie('expression').map((inner) => `(${inner})`),
  ),
  expression: fc
    .array(
      fc.tuple(
        tie('part'),
        fc.constantFrom('', '', '', '*', '+', '?', '{2}', '{1,3}', '{0,1}', '{2,}', '*?', '|'),
      ),
      { minLength: 0, maxLength: 4 },
    )
    .map((parts) =>
      parts
        .map(([part, more]) => (/^[$^]$/.test(part) && more !== '|' ? part : part + more))
        .join(''),
    ),
}))

test('a pattern matches exactly what the language’s own regular expressions match', () => {
  const texts = fc.array(
    fc.string({ unit: fc.constantFrom('a', 'b', 'c', '1', '.', '/'), maxLength: 8 }),
    {
      minLength: 1,
      maxLength: 20,
    },
  )
  fc.assert(
    fc.property(expression, texts, (source, some) => {
      const result = compileTextPattern(source)
      if ('problem' in result) return
      const reference = new RegExp(`^(?:${source})$`, 'u')
      for (const text of ['', ...some]) {
        expect(result.pattern.matches(text), `${source} on ${text}`).toBe(reference.test(text))
      }
    }),
    { numRuns: 1000 },
  )
})

test('no text takes more than linear time, whatever the pattern', () => {
  const evil = [
    '(a+)+',
    '(a|a)*',
    '(a|aa)+b?',
    '.*.*.*.*=.*',
    '(.*a.{100}|.*b.{100})',
    '(a?){90}a{90}',
  ]
  for (const source of evil) {
    const pattern = compiled(source)
    for (const text of ['a'.repeat(65_536), `${'ab'.repeat(30_000)}!`]) pattern.matches(text)
  }
  // A backtracking engine would not be back in a lifetime.
  expect(compiled('(a+)+').matches(`${'a'.repeat(65_536)}!`)).toBe(false)
})

test('what a pattern remembers is bounded, and what is not remembered matches the same', () => {
  const pattern = compiled('[ab]*a[ab]{12}')
  const reference = /^[ab]*a[ab]{12}$/
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 60 }), (text) => {
      expect(pattern.matches(text)).toBe(reference.test(text))
    }),
    { numRuns: 2000 },
  )
})
