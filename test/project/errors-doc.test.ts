import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')
const page = read('docs/errors.md')

/** The words of a union of string literals, read from its source. */
function wordsOf(path: string, type: string): string[] {
  const source = read(path)
  const start = source.indexOf(`export type ${type} =`)
  const end = source.indexOf('\n\n', start)
  return [...source.slice(start, end).matchAll(/'([a-z_-]+)'/g)].map(([, word = '']) => word)
}

test.each([
  ['src/core/exchange.ts', 'FailureReason'],
  ['src/core/exchange.ts', 'UnmirroredReason'],
  ['src/core/exchange.ts', 'LostReason'],
  ['src/core/judgement.ts', 'IncomparableReason'],
  ['src/core/errors.ts', 'ErrorCode'],
])('every word of %s %s is explained in docs/errors.md', (path, type) => {
  const words = wordsOf(path, type)
  expect(words.length).toBeGreaterThan(3)
  expect(words.filter((word) => !page.includes(`\`${word}\``))).toEqual([])
})
