import fc from 'fast-check'
import { expect, test } from 'vitest'

import { diffJson } from '../../src/core/difference.ts'
import { divergenceId } from '../../src/core/divergence.ts'
import { createFindings } from '../../src/core/findings.ts'
import { parseJson } from '../../src/core/json-text.ts'
import type { Json } from '../../src/core/json-value.ts'

function diff(primary: Json, shadow: Json): string[] {
  const findings = createFindings()
  diffJson(primary, shadow, findings)
  expect(findings.differencesTotal).toBe(findings.differences.length)
  return findings.differences.map(
    ({ kind, location, primary: a = '-', shadow: b = '-' }) => `${kind} ${location} ${a} ${b}`,
  )
}

test.each([
  [
    'duplicate ids',
    [
      { id: 1, v: 1 },
      { id: 1, v: 2 },
    ],
    [{ id: 1, v: 2 }],
  ],
  ['elements without an id', [{ v: 1 }, { v: 2 }], [{ v: 9 }, { v: 2 }]],
  ['multiplicity', [1, 1, 2], [1, 2, 2]],
  ['objects in a list', [{ x: 1 }, { x: 2 }], [{ x: 3 }, { x: 2 }]],
  ['dotted names', { 'a.b': 1, a: { b: 1 } }, { 'a.b': 2, a: { b: 1 } }],
] as [string, Json, Json][])('%s are not overlooked', (_, primary, shadow) => {
  expect(diff(primary, shadow)).toHaveLength(1)
})

test('elements that keep their name and place are compared, whatever equals them elsewhere', () => {
  const list = (...values: Json[]) => values.map((v, n) => ({ id: n % 3, other: n, v }))
  const named = (...values: Json[]) => list(...values).map(({ v }, n) => ({ code: `c${n}`, v }))
  expect(diff(named(1, 2, 3), named(2, 1, 3))).toEqual([
    'value body:/0/v 1 2',
    'value body:/1/v 2 1',
  ])
  expect(diff(named(1, 2, 3), named(2, 3, 1))).toHaveLength(3)
  // A name that several have is none.
  expect(diff(list(1, 2, 3, 4), list(9, 2, 3, 8))).toEqual([
    'value body:/0/v 1 9',
    'value body:/3/v 4 8',
  ])
})

test('elements find each other by ids that no number holds exactly', () => {
  const list = (...ids: number[]) =>
    ids.map((id) => `{"id": 900719925474099${id}, "v": ${ids.length}}`).join()
  const read = (text: string) => {
    const parsed = parseJson(`[${text}]`, 10)
    return parsed.kind === 'json' ? parsed.value : null
  }
  const found = diff(read(list(3, 5, 7)), read(list(1, 3, 5, 7)))
  expect(found.map((line) => line.split(' ', 2).join(' '))).toEqual([
    'value body:/0/v',
    'value body:/1/v',
    'value body:/2/v',
    'extra body:/0',
  ])
})

const item = (id: number, v: unknown = id) => ({ id, v }) as Json

test.each([
  [
    'one insertion at the head is one extra',
    Array.from({ length: 100 }, (_, i) => item(i)),
    [item(-1), ...Array.from({ length: 100 }, (_, i) => item(i))],
    ['extra body:/0 - {"id":-1,"v":-1}'],
  ],
  [
    'an insertion and a change are two differences',
    [item(1), item(2), item(3)],
    [item(0), item(1), item(2, 'new'), item(3)],
    ['type body:/1/v 2 "new"', 'extra body:/0 - {"id":0,"v":0}'],
  ],
  [
    'a pure reordering is one order',
    ['c', 'a', 'b'],
    ['a', 'b', 'c'],
    ['order body: ["c","a","b"] ["a","b","c"]'],
  ],
  [
    'a reordering with a change is both',
    [item(1), item(2), item(3)],
    [item(3), item(1, 9), item(2)],
    [
      'order body: [{"id":1,"v":1},{"id":2,"v":2},{"id":3,"v":3}] [{"id":3,"v":3},{"id":1,"v":9},{"id":2,"v":2}]',
      'value body:/0/v 1 9',
    ],
  ],
  [
    'ids that both sides make up are values',
    [
      { id: 'a1', n: 1 },
      { id: 'b1', n: 2 },
    ],
    [
      { id: 'a2', n: 1 },
      { id: 'b2', n: 2 },
    ],
    ['value body:/0/id "a1" "a2"', 'value body:/1/id "b1" "b2"'],
  ],
  ['a changed number in a row of numbers', [5, 5, 3, 5, 1], [5, 5, 4, 5, 1], ['value body:/2 3 4']],
  [
    'numbers that changed in place did not wander',
    [1, 2, 3, 4, 5, 6],
    [1, 3, 3, 4, 4, 6],
    ['value body:/1 2 3', 'value body:/4 5 4'],
  ],
  ['a shifted page', [1, 2, 3, 4], [2, 3, 4, 5], ['missing body:/0 1 -', 'extra body:/3 - 5']],
  ['a dropped element', [[1], [2], [3]], [[1], [3]], ['missing body:/1 [2] -']],
  ['all of it', [1, 2], [], ['missing body:/0 1 -', 'missing body:/1 2 -']],
  [
    'an array of arrays',
    [
      [1, 2],
      [3, 4],
    ],
    [
      [1, 2],
      [3, 5],
    ],
    ['value body:/1/1 4 5'],
  ],
] as [string, Json, Json, string[]][])('%s', (_, primary, shadow, expected) => {
  expect(diff(primary, shadow)).toEqual(expected)
})

test('values that are alike but for a few digits are told apart when they wander', () => {
  const link = (i: number) => `${'a'.repeat(60)}${i}${'z'.repeat(60)}`
  for (const of of [link, (i: number) => i * 2 ** 32, (i: number) => ({ at: i + i / 8 })]) {
    const list = Array.from({ length: 9 }, (_, i): Json => of(i))
    const found = diff(list, [...list.slice(3), ...list.slice(0, 3)])
    expect(found.map((line) => line.slice(0, 12))).toEqual(['order body: '])
  }
})

test('a hundred thousand shuffled, changed and inserted elements are aligned within the bound', () => {
  const primary = Array.from({ length: 100_000 }, (_, i) => ({ id: i, v: [i, `${i}`] }))
  const shadow = primary.toReversed().map(({ id }) => ({ id, v: [id, `${id + 1}`] }))
  const findings = createFindings()
  diffJson(primary, shadow, findings)
  expect(findings.differencesTotal).toBe(100_001)
})

test('what is too much to align is compared by index, and nothing is lost', () => {
  const nested = (depth: number, leaf: number): Json =>
    depth === 0 ? [leaf] : [nested(depth - 1, leaf), Array.from({ length: 20_000 }, (_, i) => i)]
  const findings = createFindings()
  diffJson(nested(250, 1), nested(250, 2), findings)
  expect(findings.differences).toMatchObject([{ kind: 'value', primary: '1', shadow: '2' }])
})

/** Small alphabets, so that generated values meet. */
const names = fc.constantFrom('a', 'b', 'a.b', '', '__proto__', 'constructor', 'id', 'a/b', '~')
const leaves = fc.oneof(
  fc.constantFrom<Json>(null, true, false, 0, 1, -1, 1.5, 1e21, '', 'x', '\ud800', '1'),
  fc.integer({ min: -3, max: 3 }),
)
const { tree } = fc.letrec<{ tree: Json }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 6, depthSize: 'small' },
    leaves,
    fc.array(tie('tree'), { maxLength: 6 }),
    fc
      .array(fc.tuple(names, tie('tree')), { maxLength: 5 })
      .map((members) => Object.fromEntries(members) as Json),
  ),
}))

/** An independent word on equality: sorted members, everything spelled out. */
function canonical(value: Json): string {
  if (Array.isArray(value)) return `[${(value as Json[]).map(canonical).join()}]`
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value as Record<string, Json>)
      .map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`)
      .sort()
    return `{${members.join()}}`
  }
  return JSON.stringify(value)
}

const RUNS = { numRuns: 3_000 }

test('a value never differs from its copy, whatever the order of its members', () => {
  fc.assert(
    fc.property(tree, (value) => {
      expect(diff(value, reversed(value))).toEqual([])
    }),
    RUNS,
  )
})

function reversed(value: Json): Json {
  if (Array.isArray(value)) return (value as Json[]).map(reversed)
  if (typeof value !== 'object' || value === null) return value
  const members = Object.entries(value as Record<string, Json>)
    .reverse()
    .map(([name, member]) => [name, reversed(member)] as const)
  return Object.fromEntries(members)
}

test('there are no differences exactly when two values are canonically equal', () => {
  fc.assert(
    fc.property(tree, tree, (primary, shadow) => {
      expect(diff(primary, shadow).length === 0).toBe(canonical(primary) === canonical(shadow))
    }),
    RUNS,
  )
})

test('arrays differ exactly when they are not canonically equal, in any mix of elements', () => {
  const arrays = fc.array(fc.oneof(leaves, tree), { maxLength: 12 })
  fc.assert(
    fc.property(arrays, arrays, (primary, shadow) => {
      expect(diff(primary, shadow).length === 0).toBe(canonical(primary) === canonical(shadow))
    }),
    RUNS,
  )
})

test('one edit anywhere in an array is found', () => {
  fc.assert(
    fc.property(fc.array(tree, { minLength: 1 }), fc.nat(), tree, (array, at, value) => {
      const index = at % array.length
      const edited = array.with(index, value)
      const isSame = canonical(array[index] ?? null) === canonical(value)
      expect(diff(array, edited).length === 0).toBe(isSame)
      expect(diff(array, array.toSpliced(index, 0, value))).toHaveLength(1)
      expect(diff(array, array.toSpliced(index, 1))).toHaveLength(1)
    }),
    RUNS,
  )
})

test('locations lead to the values that they show', () => {
  fc.assert(
    fc.property(tree, tree, (primary, shadow) => {
      const findings = createFindings()
      diffJson(primary, shadow, findings)
      for (const difference of findings.differences) {
        expect(difference.pattern.replaceAll('/*', '')).toBe(
          difference.location.replaceAll(/\/\d+(?=\/|$)/g, ''),
        )
        if (difference.kind === 'extra') continue
        const found = resolve(primary, difference.location.slice('body:'.length))
        expect(canonical(found)).toBe(canonical(JSON.parse(difference.primary ?? '') as Json))
      }
    }),
    RUNS,
  )
})

function resolve(value: Json, pointer: string): Json {
  return pointer
    .split('/')
    .slice(1)
    .map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce((at, segment) => (at as Record<string, Json>)[segment] as Json, value)
}

test('parsing loses nothing that JSON.parse keeps', () => {
  fc.assert(
    fc.property(tree, (value) => {
      const parsed = parseJson(JSON.stringify(value), 100)
      expect(parsed).toEqual({ kind: 'json', value, repeatedMembers: 0 })
    }),
    RUNS,
  )
})

test('a divergence is its endpoint, kind and place', () => {
  const id = divergenceId('GET /a', 'value', 'body:/b')
  expect(id).toMatch(/^[0-9a-f]{16}$/)
  expect(divergenceId('GET /a', 'value', 'body:/b')).toBe(id)
  expect(divergenceId('GET /a', 'type', 'body:/b')).not.toBe(id)
  expect(divergenceId('GET /b', 'value', 'body:/b')).not.toBe(id)
  expect(divergenceId('GET /a', 'value', 'body:/c')).not.toBe(id)
})
