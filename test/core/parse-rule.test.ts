import { expect, test } from 'vitest'

import { parseRule, parseRules } from '../../src/core/parse-rule.ts'

test.each([
  [
    { id: 'gen-time', endpoint: 'GET /items/**', ignore: 'body:/generatedAt' },
    { kind: 'ignore', endpoint: 'GET /items/**', at: ['body:/generatedAt'] },
  ],
  [
    { id: 'inner', open: 'body:/payload' },
    { kind: 'open', at: ['body:/payload'] },
  ],
  [{ id: 'tags', unordered: 'body:/items/*/tags' }, { kind: 'unordered' }],
  [
    { id: 'items', key: 'body:/items', by: 'id' },
    { kind: 'key', by: 'id' },
  ],
  [
    { id: 'score', tolerate: 'body:/score', relative: '1%' },
    { kind: 'tolerate', relative: 0.01 },
  ],
  [
    { id: 'near', tolerate: 'body:/score', relative: 0.05, absolute: 2 },
    { relative: 0.05, absolute: 2 },
  ],
  [{ id: 'soon', tolerate: 'body:/at', within: '1.5s' }, { withinMs: 1_500 }],
  [
    { id: 'stamp', class: 'body:/updatedAt', as: 'timestamp' },
    { kind: 'class', as: 'timestamp' },
  ],
  [
    { id: 'cdn', rewrite: 'body:/**/url', pattern: String.raw`^https://cdn-\d+`, with: '' },
    { kind: 'rewrite', with: '' },
  ],
  [
    { id: 'nulls', nullIsMissing: ['body:/a', 'body:/b'] },
    { kind: 'null-is-missing', at: ['body:/a', 'body:/b'] },
  ],
  [
    { id: 'few', onlyHeaders: ['Content-Type', 'x-*'] },
    { kind: 'only-headers', names: ['content-type', 'x-*'] },
  ],
  [
    {
      id: 'scoped',
      ignore: ['status', 'header:x-a'],
      method: ['get', 'HEAD'],
      status: [404, '5xx'],
      note: 'why',
    },
    { methods: ['GET', 'HEAD'], statuses: ['404', '5xx'], note: 'why' },
  ],
])('%j is a rule', (input, expected) => {
  const parsed = parseRule(input)
  expect(parsed.problems).toEqual([])
  expect(parsed.rule).toMatchObject({ id: input.id, ...expected })
})

test.each([
  ['no rule', 'x', ['']],
  ['a list', [], ['']],
  ['nothing', {}, ['', 'id']],
  ['two statements', { id: 'a', ignore: 'status', unordered: 'body:/a' }, ['']],
  ['an unknown key', { id: 'a', ignore: 'status', colour: 1 }, ['colour']],
  ['a key of another statement', { id: 'a', ignore: 'status', by: 'id' }, ['by']],
  ['no location', { id: 'a', ignore: 'price' }, ['ignore']],
  ['a header without a name', { id: 'a', ignore: 'header:' }, ['ignore']],
  ['a path without a slash', { id: 'a', ignore: 'body:price' }, ['ignore']],
  ['an empty list', { id: 'a', ignore: [] }, ['ignore']],
  ['a location that is no text', { id: 'a', ignore: [{}] }, ['ignore']],
  ['a builtin id', { id: 'builtin:x', ignore: 'status' }, ['id']],
  ['an id with spaces', { id: 'a b', ignore: 'status' }, ['id']],
  ['an id that is no text', { id: 7, ignore: 'status' }, ['id']],
  ['a status that is none', { id: 'a', ignore: 'status', status: '6xx' }, ['status']],
  ['no key', { id: 'a', key: 'body:/a' }, ['by']],
  ['no tolerance', { id: 'a', tolerate: 'body:/a' }, ['tolerate']],
  [
    'a bad tolerance',
    { id: 'a', tolerate: 'body:/a', relative: '1 percent', within: 'soon', absolute: '1' },
    ['absolute', 'relative', 'within'],
  ],
  ['a negative tolerance', { id: 'a', tolerate: 'body:/a', absolute: -1 }, ['absolute']],
  ['no class', { id: 'a', class: 'body:/a' }, ['as']],
  ['an unknown class', { id: 'a', class: 'body:/a', as: 'colour' }, ['as']],
  [
    'a bad pattern and no replacement',
    { id: 'a', rewrite: 'body:/a', pattern: '(' },
    ['pattern', 'with'],
  ],
  [
    'a pattern that could hang',
    { id: 'a', rewrite: 'body:/a', pattern: '(a+)+$', with: '' },
    ['pattern'],
  ],
  [
    'everything at once',
    { id: '', ignore: 'x', status: 1, method: 2.5, endpoint: 3 },
    ['status', 'endpoint', 'ignore'],
  ],
])('%s is refused, with every problem at its key', (_, input, keys) => {
  const parsed = parseRule(input)
  expect(parsed.rule).toBeUndefined()
  expect(parsed.problems.map(({ key }) => key).sort()).toEqual([...keys].sort())
  for (const { message } of parsed.problems) expect(message).not.toBe('')
})

test('messages say what was expected and what was found', () => {
  expect(parseRule({ id: 'a', class: 'body:/a', as: 'colour' }).problems[0]?.message).toBe(
    'expected one of timestamp, date, uuid, ulid, integer, number, string, boolean, hex, base64, jwt, url, email, got "colour"',
  )
  expect(
    parseRule({ id: 'a', tolerate: 'body:/a', within: { of: 'x'.repeat(200) } }).problems[0]
      ?.message,
  ).toMatch(/^expected a duration such as 2s, got \{"of":"x+…$/)
})

test('of a list, all problems are told with the index of their rule', () => {
  const { rules, problems } = parseRules([
    { id: 'a', ignore: 'status' },
    null,
    { id: 'b' },
    { id: 'a', ignore: 'body:' },
  ])
  expect(rules).toHaveLength(2)
  expect(problems.map(({ key }) => key)).toEqual(['1', '2', '3.id'])
  expect(problems[2]?.message).toBe('"a" is rule 0 already')
})
