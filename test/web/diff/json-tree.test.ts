import { expect, test } from 'vitest'
import { jsonLines } from '../../../web/src/diff/json-rows.ts'
import { parseJsonTree } from '../../../web/src/diff/json-tree.ts'

const lines = (text: string) => {
  const tree = parseJsonTree(text)
  return tree && { cut: tree.cut, lines: jsonLines(tree) }
}

test('numbers, escapes, member order and repeats stay as they were sent', () => {
  expect(lines('{"b":1.10,"a":1e2,"b":"\\u0041","n":9007199254740993}')).toEqual({
    cut: false,
    lines: [
      '{',
      '  "b": 1.10,',
      '  "a": 1e2,',
      '  "b": "\\u0041",',
      '  "n": 9007199254740993',
      '}',
    ],
  })
})

test('empty arrays and objects take one line', () => {
  expect(lines('{"a":[],"b":{}}')?.lines).toEqual(['{', '  "a": [],', '  "b": {}', '}'])
})

test.each([
  'hello',
  '"a string alone"',
  '12',
  '{"a":1}x',
  '{"a" 1}',
  '{a:1}',
  '[1,]',
  '[01]',
  '["line\nbreak"]',
  '',
])('%j is no JSON to be printed', (text) => {
  expect(parseJsonTree(text)).toBeUndefined()
})

test.each([
  ['{"a":1,"b":[1,2', ['{', '  "a": 1,', '  "b": [', '    1,', '    2', '…', '…']],
  ['[tr', ['[', '  tr', '…']],
  ['{"a":"hel', ['{', '  "a": "hel', '…']],
  ['{"a":', ['{…']],
  ['[', ['[…']],
])('a text that was cut short shows what is there: %s', (text, expected) => {
  const tree = lines(text)
  expect(tree?.cut).toBe(true)
  expect(tree?.lines.map((line) => line.replace(/^ +…/, '…'))).toEqual(expected)
})

test('nesting that would overflow the stack is left to be shown as text', () => {
  expect(parseJsonTree('['.repeat(100_000))).toBeUndefined()
  expect(parseJsonTree('['.repeat(400) + ']'.repeat(400))).toBeDefined()
})
