import { randomBytes, randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { parseRules } from '../../src/core/parse-rule.ts'
import { ruleDocument } from '../../src/core/rule-document.ts'
import { type SuggestionBasis, maySuggest, suggestRule } from '../../src/core/suggest.ts'

const basis: SuggestionBasis = {
  id: '0123456789abcdef',
  endpoint: 'GET /items/{id}',
  kind: 'value',
  location: 'body:/items/*/token',
  severity: 'changed',
  class: 'divergence',
  state: 'open',
}

const examplesOf = (make: (n: number, side: 0 | 1) => unknown, count = 5) =>
  Array.from({ length: count }, (_, n) => ({
    primaryValue: JSON.stringify(make(n, 0)),
    shadowValue: JSON.stringify(make(n, 1)),
  }))

const START = Date.parse('2026-11-20T12:00:00Z')
/** A clock that is read a little later, or earlier, by the other side. */
const clock = (n: number, side: number) => START + n * 60_000 + side * (n % 3) * 7

test.each([
  ['uuid', () => randomUUID()],
  ['ulid', (n: number, side: number) => `01ARZ3NDEKTSV4RRFFQ69G${side}${n}AV`],
  ['timestamp', (n: number, side: number) => new Date(clock(n, side)).toISOString()],
  ['timestamp', clock],
  ['timestamp', (n: number, side: number) => new Date(clock(n, side)).toUTCString()],
  ['hex', () => `${randomBytes(15).toString('hex')}0a`],
  ['base64', () => `aA0${randomBytes(24).toString('base64url')}`],
  ['jwt', (n: number, side: number) => `eyJhbGciOiJIUzI1NiJ9.eyJpZCI6${side}${n}.c2lnbmF0dXJl`],
])('values that are always of the class %s suggest it', (as, make) => {
  const suggestion = suggestRule(basis, examplesOf(make))
  expect(suggestion?.rule).toEqual({
    ...{ id: `${as}-01234567`, endpoint: basis.endpoint, kind: 'class' },
    ...{ at: [basis.location], as },
  })
  expect(suggestion?.evidence).toMatch(/^in all of the 5 newest examples both values are /)
  const { rules } = parseRules([ruleDocument(suggestion?.rule as never)])
  expect(rules).toEqual([suggestion?.rule])
})

test.each([
  ['words', (n: number, side: number) => `${side}-cheap-${n}`],
  ['small numbers', (n: number, side: number) => n + side],
  ['prices', (n: number, side: number) => 1999 + n - side],
  ['enums', (_: number, side: number) => ['PENDING', 'SHIPPED'][side]],
  [
    'lower case words that are base64',
    (n: number, side: number) => `informationtechnology${'ab'[side]}${n}`,
  ],
  [
    'an id that never changes',
    (_: number, side: number) => `571c0fd6-98d4-4c93-af79-6a2fe294584${side}`,
  ],
  [
    'an id of which only shadow makes up new ones',
    (_: number, side: number) =>
      side === 0 ? '571c0fd6-98d4-4c93-af79-6a2fe2945847' : randomUUID(),
  ],
  [
    'times in a wrong zone',
    (n: number, side: number) => new Date(clock(n, side) + side * 3_600_000).toISOString(),
  ],
  [
    'epochs in another unit',
    (n: number, side: number) => (side === 0 ? clock(n, side) : Math.trunc(clock(n, side) / 1000)),
  ],
  ['values of which one is of another class', (n: number) => (n === 4 ? 'none' : randomUUID())],
  ['secrets', () => '{{redacted.string.36.0123456789abcdef.01020304}}'],
])('%s suggest nothing', (_, make) => {
  expect(suggestRule(basis, examplesOf(make))).toBeUndefined()
})

test('fewer than three different examples suggest nothing', () => {
  expect(
    suggestRule(
      basis,
      examplesOf(() => randomUUID(), 2),
    ),
  ).toBeUndefined()
  const once = examplesOf(() => randomUUID(), 1)
  expect(suggestRule(basis, [...once, ...once, ...once])).toBeUndefined()
})

test.each([
  ['breaking', { severity: 'breaking' }],
  ['noise', { class: 'noise' }],
  ['expected', { class: 'expected' }],
  ['fixed', { state: 'fixed' }],
  ['a missing member', { kind: 'missing' }],
  ['measured by control', { control: { measured: 9, differed: 0, shadowOnly: 9, controlOnly: 0 } }],
] as const)('what is %s gets no suggestion', (_, over) => {
  const divergence = { ...basis, ...over }
  const examples = examplesOf(() => randomUUID())
  expect(suggestRule(divergence, examples)).toBeUndefined()
  expect(maySuggest(divergence, examples[0] ?? {})).toBe(false)
})

test('control that never measured is no evidence', () => {
  const control = { measured: 0, differed: 0, shadowOnly: 0, controlOnly: 0 }
  expect(
    suggestRule(
      { ...basis, control },
      examplesOf(() => randomUUID()),
    ),
  ).toBeDefined()
})

const orders = { ...basis, kind: 'order', location: 'body:/tags' } as const

test('an order that primary does not keep itself suggests that it means nothing', () => {
  const shuffled = examplesOf((n, side) => (side === 0 ? ['c', 'a', 'b', n] : ['b', 'c', 'a', n]))
  expect(suggestRule(orders, shuffled)).toMatchObject({
    rule: { id: 'unordered-01234567', kind: 'unordered', at: ['body:/tags'] },
  })
  expect(maySuggest(orders, {})).toBe(true)
})

test('an order that shadow alone lost suggests nothing', () => {
  const lost = examplesOf((n, side) => (side === 0 ? [1, 2, 3 + n] : [2, 3 + n, 1]))
  expect(suggestRule(orders, lost)).toBeUndefined()
})

const rows = (ids: readonly number[], side: number) =>
  ids.map((id) => ({ id: (id * 7) % 11, price: id, seen: `${id} ${side}` }))

test('an order of objects that shadow alone lost suggests nothing', () => {
  const lost = examplesOf((n, side) => rows(side === 0 ? [1, 2, 3, 4 + n] : [2, 4 + n, 3, 1], side))
  expect(suggestRule(orders, lost)).toBeUndefined()
})

test('an order of objects that follows from none of their members suggests that it means nothing', () => {
  const shuffled = examplesOf((n, side) =>
    rows(side === 0 ? [3, 1, 4 + n, 2] : [2, 4 + n, 3, 1], side).map((each) => ({ ...each, n })),
  )
  expect(suggestRule(orders, shuffled)).toMatchObject({
    rule: { kind: 'unordered' },
    evidence: expect.stringMatching(/own order follows from no value in \d of them$/) as string,
  })
})
