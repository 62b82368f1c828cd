import { expect, test } from 'vitest'
import type { Row } from '../../../web/src/diff/row.ts'
import { packRows, rowsInPart, unpackedWhenSeen } from '../../../web/src/diff/row-list.ts'

const line = (number: number, text: string) => ({ number, text })

test('rows come out of their packing as they went in', () => {
  const rows: Row[] = Array.from({ length: rowsInPart + 50 }, (_, index) =>
    index % 7 === 0
      ? { kind: 'changed', depth: 1, left: line(index, 'a'), right: line(index, 'b'), stop: true }
      : index % 11 === 0
        ? {
            kind: 'equal',
            depth: 2,
            left: line(index, 'said'),
            right: line(index, 'said'),
            note: 'was [2]',
          }
        : {
            kind: 'equal',
            depth: 3,
            left: line(index, `line ${String(index)}`),
            right: line(index + 4, `line ${String(index)}`),
          },
  )
  const list = unpackedWhenSeen([
    packRows(rows.slice(0, rowsInPart)),
    packRows(rows.slice(rowsInPart)),
  ])
  expect(list.length).toBe(rows.length)
  expect(rows.map((_, index) => list.row(index))).toEqual(rows)
  expect(rows.every((row, index) => list.isEqual(index) === (row.kind === 'equal'))).toBe(true)
  expect(list.row(rows.length)).toBeUndefined()
})
