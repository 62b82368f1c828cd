import { expect, test } from 'vitest'
import { createComparer } from '../../src/core/compare.ts'
import { parseRules } from '../../src/core/parse-rule.ts'
import { ruleDocument } from '../../src/core/rule-document.ts'
import {
  type ArrayMember,
  arraysAround,
  hasKey,
  mayMisalign,
  mayName,
  memberOf,
  suggestKey,
} from '../../src/core/suggest-key.ts'
import { answer, exchange } from './build-exchange.ts'

const ENDPOINT = 'GET /shelf'

type Item = Readonly<Record<string, unknown>>

/** What the comparer finds in `body:/items`, as members with their examples. */
function membersOf(bodies: readonly (readonly [readonly Item[], readonly Item[]])[]) {
  const comparer = createComparer()
  const members = new Map<string, ArrayMember & { examples: ArrayMember['examples'][number][] }>()
  bodies.forEach(([primary, shadow], exchangeNo) => {
    const { judgement } = comparer.judge(
      exchange(
        answer({ body: JSON.stringify({ items: primary }) }),
        answer({ body: JSON.stringify({ items: shadow }) }),
      ),
    )
    for (const { kind, location, pattern, ...values } of judgement.differences) {
      const name = kind === 'value' ? memberOf('body:/items', pattern) : undefined
      if (name === undefined) continue
      const member = members.get(name) ?? { name, examples: [] }
      members.set(name, member)
      const { primary: primaryValue = '', shadow: shadowValue = '' } = values
      member.examples.push({ exchange: exchangeNo, location, primaryValue, shadowValue })
    }
  })
  return [...members.values()]
}

const suggest = (bodies: Parameters<typeof membersOf>[0]) =>
  suggestKey(ENDPOINT, 'body:/items', membersOf(bodies))

const range = (count: number) => Array.from({ length: count }, (_, n) => n)

/** Books of which every one changed, and shadow has one more at the head. */
const shifted = (make: (n: number, side: 0 | 1) => Item, exchanges = 3, length = 6) =>
  range(exchanges).map((e) => {
    const first = e * 10
    const primary = range(length).map((n) => make(first + n, 0))
    const shadow = range(length + 1).map((n) => make(first + n - 1, 1))
    return [primary, shadow] as const
  })

const book = (n: number, side: 0 | 1): Item => ({
  isbn: `978-${100 + n}`,
  title: `Title ${n} ${side}`,
  shelf: n % 2,
  price: 1000 + n,
  seenAt: new Date(1_760_000_000_000 + n * 60_000).toISOString(),
})

test('a fitting key is suggested where elements meet others than their own', () => {
  const suggestion = suggest(shifted(book))
  expect(suggestion).toEqual({
    rule: {
      id: expect.stringMatching(/^key-[0-9a-f]{8}$/) as string,
      endpoint: ENDPOINT,
      kind: 'key',
      at: ['body:/items'],
      by: 'isbn',
    },
    evidence:
      'in the 3 newest examples elements are compared with others than their own: of 18 values of "isbn" that differ by place, 15 stand elsewhere in shadow, each once',
  })
  const { rules } = parseRules([ruleDocument(suggestion?.rule as never)])
  expect(rules).toEqual([suggestion?.rule])
})

test('under the suggested key elements find each other', () => {
  const bodies = shifted(book)
  const rule = suggest(bodies)?.rule
  const comparer = createComparer({ rules: rule === undefined ? [] : [{ ...rule, endpoint: '/' }] })
  const [primary, shadow] = bodies[0] ?? [[], []]
  const { judgement } = comparer.judge(
    exchange(
      answer({ body: JSON.stringify({ items: primary }) }),
      answer({ body: JSON.stringify({ items: shadow }) }),
    ),
  )
  const found = judgement.differences.map(({ kind, pattern }) => `${kind} ${pattern}`)
  expect(new Set(found)).toEqual(new Set(['value body:/items/*/title', 'extra body:/items/*']))
})

test('`id` is the likeliest key, and a known name is likelier than one that only ends like one', () => {
  const members = (...names: string[]) =>
    names.map((name) => ({
      name,
      examples: range(3).flatMap((e) =>
        range(4).map((n) => ({
          exchange: e,
          location: `body:/items/${n}/${name}`,
          primaryValue: `"${name}${n}"`,
          shadowValue: `"${name}${n + 1}"`,
        })),
      ),
    }))
  const by = (...names: string[]) =>
    suggestKey(ENDPOINT, 'body:/items', members(...names))?.rule as { readonly by?: string }
  expect(by('title', 'orderNo', 'sku', 'id').by).toBe('id')
  expect(by('title', 'orderNo', 'sku').by).toBe('sku')
  expect(by('title', 'orderNo').by).toBe('orderNo')
  expect(by('title').by).toBe('title')
})

test.each([
  [
    'values that changed where they stand',
    range(3).map(
      () =>
        [
          range(5).map((n) => book(n, 0)),
          range(5).map((n) => ({ ...book(n, 1), isbn: `979-${n}` })),
        ] as const,
    ),
  ],
  ['too few exchanges of short arrays', shifted(book, 2)],
  [
    'lists of which most elements are others',
    shifted((n, side) => book(side === 1 && n % 10 > 1 ? n + 5000 : n, side)),
  ],
  [
    'a member that several elements have',
    shifted((n, side) => ({ shelf: n % 2, price: n, title: `${n} ${side}` })),
  ],
  [
    'prices and times',
    shifted((n, side) => ({
      price: 1000 + n,
      seenAt: book(n, side)['seenAt'],
      stock: side * 100 + n,
    })),
  ],
  [
    'members that are redacted',
    shifted((n) => ({ ref: `{{redacted.string.9.0123456789abcdef.0${n}}}`, n })),
  ],
] as const)('%s suggest no key', (_, bodies) => {
  expect(suggest(bodies)).toBeUndefined()
})

test('one long array is evidence enough', () => {
  expect(suggest(shifted(book, 1, 40))).toMatchObject({ rule: { by: 'isbn' } })
})

test('more examples are read only of a member of which a value stands elsewhere', () => {
  const [example] = membersOf(shifted(book)).filter(({ name }) => name === 'isbn')
  expect(example && mayName(example)).toBe(true)
  const [title] = membersOf(shifted(book)).filter(({ name }) => name === 'title')
  expect(title && mayName(title)).toBe(false)
})

test('arrays around a place are known, the innermost first, and members of their elements', () => {
  expect(arraysAround('body:/orders/*/lines/*/sku')).toEqual([
    'body:/orders/*/lines',
    'body:/orders',
  ])
  expect(arraysAround('body:/*/*/sku')).toEqual(['body:/*', 'body:'])
  expect(arraysAround('body:/items/*')).toEqual([])
  expect(arraysAround('header:x')).toEqual([])
  expect(memberOf('body:/items', 'body:/items/*/a~1b~0c')).toBe('a/b~c')
  expect(memberOf('body:/items', 'body:/items/*/price/amount')).toBeUndefined()
  expect(memberOf('body:/items', 'body:/others/*/sku')).toBeUndefined()
})

test.each([
  [{ key: 'body:/items', by: 'no' }, true],
  [{ key: 'body:/**', by: 'no' }, true],
  [{ key: 'body:/items', by: 'no', endpoint: 'GET /shelf' }, true],
  [{ key: 'body:/items', by: 'no', endpoint: 'GET /other' }, false],
  [{ key: 'body:/items', by: 'no', method: 'POST' }, false],
  [{ key: 'body:/others', by: 'no' }, false],
  [{ unordered: 'body:/items' }, false],
])('whether %o is a key in force is known', (document, isKey) => {
  const { rules, problems } = parseRules([{ id: 'r', ...document }])
  expect(problems).toEqual([])
  expect(hasKey(rules, ENDPOINT, 'body:/items')).toBe(isKey)
})

test('only open divergences inside of elements may come from wrong partners', () => {
  const place = {
    kind: 'value',
    location: 'body:/items/*/sku',
    class: 'divergence',
    state: 'open',
  } as const
  expect(mayMisalign(place)).toBe(true)
  expect(mayMisalign({ ...place, kind: 'missing' })).toBe(true)
  expect(mayMisalign({ ...place, kind: 'order' })).toBe(false)
  expect(mayMisalign({ ...place, location: 'body:/items/*' })).toBe(false)
  expect(mayMisalign({ ...place, class: 'noise' })).toBe(false)
  expect(mayMisalign({ ...place, class: 'expected', state: 'expected' })).toBe(false)
  expect(mayMisalign({ ...place, state: 'fixed' })).toBe(false)
})
