import { expect, test } from 'vitest'

import { replaceSection } from '../../bench/results.ts'

test('a new section goes to the end, in an empty file to its beginning', () => {
  const once = replaceSection('', 'b', 'two')
  expect(once).toBe('<!-- b: start -->\n\ntwo\n\n<!-- b: end -->\n')
  expect(replaceSection('# One\n\ntext\n', 'b', 'two')).toBe(`# One\n\ntext\n\n${once}`)
})

test('a section replaces itself and nothing else', () => {
  const text = replaceSection(replaceSection('# One\n', 'a', 'first'), 'b', 'second')
  const again = replaceSection(text, 'a', 'changed $& $1')
  expect(again).toBe(text.replace('first', () => 'changed $& $1'))
  expect(replaceSection(again, 'a', 'first')).toBe(text)
})
