import fc from 'fast-check'
import { expect, test } from 'vitest'
import { diffJson } from '../../../src/core/difference.ts'
import { createFindings } from '../../../src/core/findings.ts'
import { parseJson } from '../../../src/core/json-text.ts'
import type { SuppressedDifference } from '../../../src/core/judgement.ts'
import { jsonRows } from '../../../web/src/diff/json-rows.ts'
import { parseJsonTree } from '../../../web/src/diff/json-tree.ts'
import { marksOf } from '../../../web/src/diff/marks.ts'
import type { Row } from '../../../web/src/diff/row.ts'

/** The rows of two texts under what the comparer really says about them. */
function rowsOf(primary: string, shadow: string, suppress?: (location: string) => boolean) {
  const findings = createFindings()
  const [left, right] = [parseJson(primary, 500), parseJson(shadow, 500)]
  if (left.kind !== 'json' || right.kind !== 'json') throw new Error('no JSON')
  diffJson(left.value, right.value, findings)
  const suppressed: SuppressedDifference[] = []
  const differences = findings.differences.filter((difference) => {
    if (suppress?.(difference.location) !== true) return true
    suppressed.push({ ...difference, by: 'rule' })
    return false
  })
  const trees = [parseJsonTree(primary), parseJsonTree(shadow)] as const
  if (trees[0] === undefined || trees[1] === undefined) throw new Error('no tree')
  const marks = marksOf({
    differences: differences.map((difference) => ({ ...difference, divergence: 'd' })),
    differencesTotal: differences.length,
    suppressed,
  })
  return { ...jsonRows(trees[0], trees[1], marks), differences }
}

const signs = { equal: ' ', spelling: '≈', changed: '~', missing: '-', extra: '+', order: '^' }

const draw = (rows: readonly Row[]) =>
  rows.map((row) => {
    const cell = (line: Row['left']) => line?.text ?? ''
    const { kind, left, right } = row
    const texts = kind === 'equal' ? cell(left) : `${cell(left)} | ${cell(right)}`
    return `${signs[kind]} ${'  '.repeat(row.depth)}${texts}${row.by === undefined ? '' : ` (${row.by})`}`
  })

test('a changed member stands beside its partner, a missing one beside nothing', () => {
  const { rows, stops } = rowsOf('{"a":1,"b":2,"c":3}', '{"a":1,"b":5,"d":4}')
  expect(draw(rows)).toEqual([
    '  {',
    '    "a": 1,',
    '~   "b": 2, | "b": 5,',
    '+    | "d": 4',
    '-   "c": 3 | ',
    '  }',
  ])
  expect(stops).toEqual([2, 3, 4])
})

test('an element inserted in the middle moves nothing else', () => {
  const { rows } = rowsOf('[1,2,3,4]', '[1,9,2,3,4]')
  expect(draw(rows)).toEqual(['  [', '    1,', '+    | 9,', '    2,', '    3,', '    4', '  ]'])
})

test('elements of another order stand beside themselves', () => {
  const { rows } = rowsOf('["a","b","c"]', '["c","a","b"]')
  expect(draw(rows)[0]).toBe('^ [ | [')
  expect(rows.slice(1, 4).map((row) => row.left?.text.charAt(1))).toEqual(['a', 'b', 'c'])
  expect(rows.slice(1, 4).map((row) => row.right?.text.charAt(1))).toEqual(['a', 'b', 'c'])
  expect(rows[3]?.note).toBe('[2] is [0] in shadow')
})

test('of repeated elements in another order, the one that the server found changed is shown as changed', () => {
  const { rows, stops, differences } = rowsOf('[1,1,0,1]', '[2,0,1,1]')
  expect(differences.map(({ kind }) => kind)).toEqual(['order', 'value'])
  expect(stops).toHaveLength(2)
  expect(rows.filter(({ kind }) => kind === 'spelling')).toEqual([])
})

test('an object that replaces a value shows both whole', () => {
  const { rows, stops } = rowsOf('{"a":{"x":[1]}}', '{"a":7}')
  expect(draw(rows)).toEqual([
    '  {',
    '-   "a": { | ',
    '-     "x": [ | ',
    '-       1 | ',
    '-     ] | ',
    '-   } | ',
    '+    | "a": 7',
    '  }',
  ])
  expect(stops).toEqual([1])
})

test('another spelling of the same value is no change', () => {
  const { rows, stops } = rowsOf('{"a":1.0,"b":"\\u0041"}', '{"a":1,"b":"A"}')
  expect(draw(rows)).toEqual([
    '  {',
    '≈   "a": 1.0, | "a": 1,',
    '≈   "b": "\\u0041" | "b": "A"',
    '  }',
  ])
  expect(stops).toEqual([])
})

test('what a rule suppressed carries its id and is no stop', () => {
  const { rows, stops } = rowsOf('{"at":1,"b":2}', '{"at":2,"b":3}', (at) => at === 'body:/at')
  expect(draw(rows)).toContain('~   "at": 1, | "at": 2, (rule)')
  expect(stops).toEqual([2])
})

test('a rule that covers a member greys what differs inside, part by part', () => {
  const trees = ['{"meta":{"a":1,"b":2},"c":1}', '{"meta":{"a":5,"x":2},"c":1}'].map(parseJsonTree)
  const marks = marksOf({
    differences: [],
    differencesTotal: 0,
    suppressed: [
      {
        kind: 'value',
        location: 'body:/meta',
        pattern: 'body:/meta',
        severity: 'changed',
        by: 'rule',
      },
    ],
  })
  const [left, right] = trees
  if (left === undefined || right === undefined) throw new Error('no tree')
  const { rows, stops } = jsonRows(left, right, marks)
  expect(draw(rows)).toEqual([
    '  {',
    '    "meta": {',
    '~     "a": 1, | "a": 5, (rule)',
    '+      | "x": 2 (rule)',
    '-     "b": 2 |  (rule)',
    '    },',
    '    "c": 1',
    '  }',
  ])
  expect(stops).toEqual([])
})

test('a string that a rule opened is changed where something inside it is', () => {
  const trees = ['{"token":"{\\"a\\":1}"}', '{"token":"{\\"a\\":2}"}'].map(parseJsonTree)
  const difference = {
    kind: 'value' as const,
    location: 'body:/token/a',
    pattern: 'body:/token/a',
    severity: 'changed' as const,
    divergence: 'd',
  }
  const marks = marksOf({ differences: [difference], differencesTotal: 1, suppressed: [] })
  const [left, right] = trees
  if (left === undefined || right === undefined) throw new Error('no tree')
  const { rows, stops } = jsonRows(left, right, marks)
  expect(rows[1]?.kind).toBe('changed')
  expect(stops).toEqual([1])
})

test('names with slashes and tildes are found', () => {
  const { stops } = rowsOf('{"a/b~c":{"":1}}', '{"a/b~c":{"":2}}')
  expect(stops).toHaveLength(1)
})

const text = fc.json({ maxDepth: 4 }).filter((json) => /^[[{]/.test(json))
const pair = fc.oneof(
  fc.tuple(text, text),
  // Alike but for one value somewhere, as real answers are.
  fc
    .tuple(
      fc.array(fc.record({ id: fc.nat(30), tags: fc.array(fc.nat(3)), name: fc.string() })),
      fc.array(fc.nat(40)),
    )
    .map(([list, moves]) => {
      const other = structuredClone(list)
      for (const move of moves) {
        const [item] = other.splice(move % Math.max(1, other.length), 1)
        if (item !== undefined && move % 3 !== 0)
          other.push({ ...item, name: `${item.name}${move % 2}` })
      }
      return [JSON.stringify(list), JSON.stringify(other)] as const
    }),
)

test('the left column is primary’s body, and every difference is a row', () => {
  fc.assert(
    fc.property(pair, ([primary, shadow]) => {
      const { rows, differences, stops } = rowsOf(primary, shadow)
      const column = rows.flatMap((row) => (row.left === undefined ? [] : [row.left.text]))
      expect(JSON.parse(column.join('\n'))).toEqual(JSON.parse(primary))
      if (!differences.some(({ kind }) => kind === 'order')) {
        const right = rows.flatMap((row) => (row.right === undefined ? [] : [row.right.text]))
        expect(JSON.parse(right.join('\n'))).toEqual(JSON.parse(shadow))
      }
      expect(stops).toHaveLength(differences.length)
    }),
    { numRuns: 300 },
  )
})

test('a body of two megabytes becomes rows', () => {
  const list = Array.from({ length: 20_000 }, (_, id) => ({
    id,
    name: `item ${id}`,
    price: id / 4,
  }))
  const primary = JSON.stringify(list)
  const shadow = JSON.stringify(list.map((item) => (item.id % 500 ? item : { ...item, price: -1 })))
  expect(rowsOf(primary, shadow).stops).toHaveLength(40)
})
