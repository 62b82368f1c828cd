import fc from 'fast-check'
import { expect, test } from 'vitest'

import { MAX_SENTENCES, describeChanges } from '../../src/core/describe.ts'
import { parseJson } from '../../src/core/json-text.ts'

test.each([
  ['a changed value', { price: 10.5 }, { price: 10 }, ['price: 10.5 -> 10']],
  [
    'an element by the member that names it',
    { items: [{ id: 3, price: 10.5 }, { id: 4 }] },
    { items: [{ id: 4 }, { id: 3, price: 10 }] },
    ['items[id=3].price: 10.5 -> 10'],
  ],
  [
    'an added element',
    { items: [{ id: 1 }] },
    { items: [{ id: 0 }, { id: 1 }] },
    ['items[id=0]: added {"id":0}'],
  ],
  ['another type', { a: 1 }, { a: '1' }, ['a: 1 -> "1"']],
  ['a lost member', { a: { b: null } }, { a: {} }, ['a.b: removed null']],
  ['a new member', {}, { 'a.b': [] }, ['["a.b"]: added []']],
  ['the whole', 1, [1], ['the whole: 1 -> [1]']],
  ['an insertion into nameless elements', [1, 2, 3], [0, 1, 2, 3], ['[0]: added 0']],
  ['an order', ['b', 'a'], ['a', 'b'], ['the whole: the same elements in another order']],
  ['a member of a list in a list', { a: [[1, 2]] }, { a: [[1, 3]] }, ['a[0][1]: 2 -> 3']],
  [
    'a list named as a method of a Map',
    { values: [{ id: 1, v: 1 }] },
    { values: [{ id: 1, v: 2 }] },
    ['values[id=1].v: 1 -> 2'],
  ],
  [
    'a list named as a method of an object',
    { constructor: [1] },
    { constructor: [2] },
    ['constructor[0]: 1 -> 2'],
  ],
  ['equal values', { a: [1, { b: 2 }] }, { a: [1, { b: 2 }] }, []],
])('%s is put in words', (_, primary, shadow, sentences) => {
  expect(describeChanges(primary, shadow)).toMatchObject({ sentences, total: sentences.length })
})

test.each([
  [
    'duplicate ids',
    [
      { id: 1, v: 1 },
      { id: 1, v: 2 },
    ],
    [{ id: 1, v: 2 }],
  ],
  ['elements without the key', [{ v: 1 }, { v: 2 }], [{ v: 9 }, { v: 2 }]],
  [
    'ids 1 and "1"',
    [
      { id: 1, v: 1 },
      { id: '1', v: 2 },
    ],
    [{ id: '1', v: 2 }],
  ],
  ['an id __proto__', [{ id: '__proto__', v: 1 }], [{ id: '__proto__', v: 2 }]],
  [
    'dotted names',
    { 'a.b': [{ id: 1, v: 1 }], a: { b: [{ id: 1 }] } },
    { 'a.b': [{ id: 1, v: 2 }], a: { b: [{ id: 1 }] } },
  ],
])('%s never make a difference disappear', (_, primary, shadow) => {
  expect(describeChanges(primary, shadow).sentences).toHaveLength(1)
})

test('numbers keep their digits', () => {
  const parse = (text: string) => {
    const parsed = parseJson(text, 10)
    return parsed.kind === 'json' ? parsed.value : undefined
  }
  expect(
    describeChanges(parse('{"a":9007199254740993}'), parse('{"a":9007199254740992}')).sentences,
  ).toEqual(['a: 9007199254740993 -> 9007199254740992'])
  expect(describeChanges(parse('[1.00000000000000000001]'), parse('[1]')).sentences).toEqual([
    '[0]: 1.00000000000000000001 -> 1',
  ])
})

test('what is too deep is not described, and nothing is thrown', () => {
  const deep = (leaf: number) => {
    let value: unknown = leaf
    for (let i = 0; i < 100_000; i++) value = [value]
    return value
  }
  const cycle: Record<string, unknown> = {}
  cycle['self'] = cycle
  expect(describeChanges(deep(1), deep(2)).engine).toBe('none')
  expect(describeChanges(cycle, {}).engine).toBe('none')
})

test('a hundred thousand changes are described by their first', () => {
  const object = (value: number) =>
    Object.fromEntries(Array.from({ length: 100_000 }, (_, i) => [`k${i}`, value]))
  const description = describeChanges(object(1), object(2))
  expect(description).toMatchObject({ engine: 'walk', total: 100_000 })
  expect(description.sentences).toHaveLength(MAX_SENTENCES)
})

test('unequal values always have a sentence, equal ones never', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 4 }), fc.jsonValue({ maxDepth: 4 }), (a, b) => {
      const description = describeChanges(a, b)
      expect(description.engine).not.toBe('none')
      expect(description.sentences).toHaveLength(Math.min(description.total, MAX_SENTENCES))
      expect(description.total > 0).toBe(describeChanges(b, a).total > 0)
      expect(describeChanges(a, structuredClone(a)).total).toBe(0)
    }),
    { numRuns: 1_000 },
  )
})
