import { expect, test } from 'vitest'
import { foldRows } from '../../../web/src/diff/fold.ts'
import { listOf } from '../../../web/src/diff/row-list.ts'
import { linesOf, textRows } from '../../../web/src/diff/text-rows.ts'

const kindsOf = (left: string, right: string) =>
  textRows(linesOf(left), linesOf(right)).rows.map(({ kind, left, right }) =>
    kind === 'equal' ? left?.text : `${kind} ${left?.text ?? ''}|${right?.text ?? ''}`,
  )

test('changed lines stand beside each other, added and removed ones alone', () => {
  expect(kindsOf('a\nb\nc\n', 'a\nB\nc\nd\n')).toEqual(['a', 'changed b|B', 'c', 'extra |d'])
  expect(kindsOf('a\nb\nc', 'a\nc')).toEqual(['a', 'missing b|', 'c'])
})

test('texts that share nothing are shown all the same, and it is said', () => {
  const lines = (word: string) => Array.from({ length: 9_000 }, (_, i) => `${word} ${i}`)
  const { rows, remarks } = textRows(lines('old'), lines('new'))
  expect(rows).toHaveLength(9_000)
  expect(remarks).toHaveLength(1)
})

test('a suppressed text difference is no stop', () => {
  expect(textRows(['a'], ['b'], { by: 'rule' }).stops).toEqual([])
  expect(textRows(['a'], ['b']).stops).toEqual([0])
})

test('equal runs fold but for three lines around each change', () => {
  const left = Array.from({ length: 40 }, (_, i) => `line ${i}`)
  const right = left.map((line, i) => (i === 20 ? 'other' : line))
  const { rows } = textRows(left, right)
  const items = foldRows(listOf(rows), new Set())
  expect(items[0]).toEqual({ kind: 'fold', from: 0, to: 17 })
  expect(items.at(-1)).toEqual({ kind: 'fold', from: 24, to: 40 })
  expect(items.filter(({ kind }) => kind === 'row')).toHaveLength(7)
  expect(foldRows(listOf(rows), new Set([0])).filter(({ kind }) => kind === 'row')).toHaveLength(24)
  expect(foldRows(listOf(rows), 'all')).toHaveLength(40)
})
