import fc from 'fast-check'
import { expect, test } from 'vitest'

import { createComparer } from '../../src/core/compare.ts'
import type { Judgement } from '../../src/core/judgement.ts'
import { parseRules } from '../../src/core/parse-rule.ts'
import { rulesVersion } from '../../src/core/rule-set.ts'
import { type AnswerParts, answer, exchange, lines, suppressions } from './build-exchange.ts'

function judgeUnder(
  rules: readonly object[],
  primary: AnswerParts,
  shadow: AnswerParts,
  { disabled = [], ...request }: { disabled?: string[]; method?: string; target?: string } = {},
): Judgement {
  const parsed = parseRules(rules)
  expect(parsed.problems).toEqual([])
  const comparer = createComparer({ rules: parsed.rules, disabled })
  return comparer.judge(exchange(answer(primary), answer(shadow), request)).judgement
}

const json = (primary: unknown, shadow: unknown, ...rules: object[]) =>
  judgeUnder(rules, { body: JSON.stringify(primary) }, { body: JSON.stringify(shadow) })

test.each([
  [
    'ignore: a member',
    { id: 'r', ignore: 'body:/at' },
    { at: 1, a: 1 },
    { at: 2, a: 1 },
    ['body:/at r'],
  ],
  ['ignore: of any type', { id: 'r', ignore: 'body:/at' }, { at: 1 }, { at: {} }, ['body:/at r']],
  ['ignore: lost', { id: 'r', ignore: 'body:/at' }, { at: 1 }, {}, ['body:/at r']],
  ['ignore: added', { id: 'r', ignore: 'body:/at' }, {}, { at: 1 }, ['body:/at r']],
  [
    'ignore: all below, as one',
    { id: 'r', ignore: 'body:/meta' },
    { meta: { a: 1, b: [1, 2] } },
    { meta: { a: 2, b: [] } },
    ['body:/meta r'],
  ],
  [
    'ignore: in elements',
    { id: 'r', ignore: 'body:/items/*/at' },
    { items: [{ at: 1 }, { at: 2 }] },
    { items: [{ at: 3 }, { at: 2 }] },
    ['body:/items/0/at r'],
  ],
  [
    'ignore: anywhere',
    { id: 'r', ignore: 'body:/**/at' },
    { at: 1, a: [{ b: { at: 1 } }] },
    { at: 2, a: [{ b: { at: 2 } }] },
    ['body:/at r', 'body:/a/0/b/at r'],
  ],
  [
    'ignore: names with a star',
    { id: 'r', ignore: 'body:/*_at' },
    { made_at: 1, seen_at: 1 },
    { made_at: 2, seen_at: 2 },
    ['body:/made_at r', 'body:/seen_at r'],
  ],
  ['ignore: one index', { id: 'r', ignore: 'body:/1' }, [1, 1, 1], [1, 2, 1], ['body:/1 r']],
  [
    'ignore: an escaped name',
    { id: 'r', ignore: 'body:/a~1b' },
    { 'a/b': 1 },
    { 'a/b': 2 },
    ['body:/a~1b r'],
  ],
  ['ignore: the whole body', { id: 'r', ignore: 'body:' }, 1, { a: 1 }, ['body: r']],
  [
    'unordered: an array',
    { id: 'r', unordered: 'body:/tags' },
    { tags: ['a', 'b', 'c'] },
    { tags: ['c', 'a', 'b'] },
    ['body:/tags r'],
  ],
  [
    'unordered: within unordered',
    { id: 'r', unordered: ['body:', 'body:/*/tags'] },
    [{ tags: [1, 2] }, { tags: [3] }],
    [{ tags: [3] }, { tags: [2, 1] }],
    ['body: r', 'body:/0/tags r'],
  ],
  [
    'tolerate: a share',
    { id: 'r', tolerate: 'body:/score', relative: '1%' },
    { score: 100 },
    { score: 101 },
    ['body:/score r'],
  ],
  [
    'tolerate: a distance',
    { id: 'r', tolerate: 'body:/*', absolute: 0.01 },
    [10.01, '5.00'],
    [10.02, '5.01'],
    ['body:/0 r', 'body:/1 r'],
  ],
  [
    'tolerate: a time',
    { id: 'r', tolerate: 'body:/at', within: '2s' },
    { at: '2026-11-20T12:00:00Z' },
    { at: '2026-11-20T13:00:01.5+01:00' },
    ['body:/at r'],
  ],
  [
    'class: a timestamp',
    { id: 'r', class: 'body:/*', as: 'timestamp' },
    { a: '2026-11-20T12:00:00Z', b: 1_795_000_017, c: 'Fri, 20 Nov 2026 09:00:17 GMT' },
    { a: '2026-11-21T12:00:00.5Z', b: 1_795_000_018, c: 'Fri, 20 Nov 2026 09:00:18 GMT' },
    ['body:/a r', 'body:/b r', 'body:/c r'],
  ],
  [
    'class: an id',
    { id: 'r', class: 'body:/id', as: 'uuid' },
    { id: '571c0fd6-98d4-4c93-af79-6a2fe2945847' },
    { id: '019a9d3c-0000-7000-8000-000000000000' },
    ['body:/id r'],
  ],
  [
    'rewrite: a number in a host',
    {
      id: 'r',
      rewrite: 'body:/**/url',
      pattern: String.raw`^https://cdn-\d+`,
      with: 'https://cdn',
    },
    { a: { url: 'https://cdn-1/x' } },
    { a: { url: 'https://cdn-22/x' } },
    ['body:/a/url r'],
  ],
  [
    'nullIsMissing: null and absent',
    { id: 'r', nullIsMissing: 'body:/**' },
    { a: { b: null } },
    { a: {} },
    ['body:/a/b r'],
  ],
  [
    'nullIsMissing: absent and null',
    { id: 'r', nullIsMissing: 'body:/a' },
    {},
    { a: null },
    ['body:/a r'],
  ],
])('%s', (_, rule, primary, shadow, expected) => {
  const judgement = json(primary, shadow, rule)
  expect(lines(judgement)).toEqual([])
  expect(judgement.outcome).toBe('match')
  expect(suppressions(judgement)).toEqual(expected)
})

test.each([
  [
    'ignore: not its neighbours',
    { id: 'r', ignore: 'body:/at' },
    { at: 1, a: 1 },
    { at: 2, a: 2 },
    'value body:/a 1 2',
  ],
  [
    'ignore: not deeper ones',
    { id: 'r', ignore: 'body:/*/at' },
    { a: { b: { at: 1 } } },
    { a: { b: { at: 2 } } },
    'value body:/a/b/at 1 2',
  ],
  [
    'unordered: not another value',
    { id: 'r', unordered: 'body:' },
    [1, 2, 3],
    [3, 2, 4],
    'value body:/0 1 4',
  ],
  [
    'unordered: not how often',
    { id: 'r', unordered: 'body:' },
    [1, 1, 2],
    [2, 1, 2],
    'value body:/0 1 2',
  ],
  [
    'unordered: not other arrays',
    { id: 'r', unordered: 'body:/a' },
    { b: [1, 2] },
    { b: [2, 1] },
    'order body:/b [1,2] [2,1]',
  ],
  [
    'tolerate: not too far',
    { id: 'r', tolerate: 'body:/a', relative: '1%' },
    { a: 100 },
    { a: 102 },
    'value body:/a 100 102',
  ],
  [
    'tolerate: not another type',
    { id: 'r', tolerate: 'body:/a', absolute: 9 },
    { a: 1 },
    { a: '1' },
    'type body:/a 1 "1"',
  ],
  [
    'class: not what is none',
    { id: 'r', class: 'body:/a', as: 'timestamp' },
    { a: '2026-11-20T12:00:00Z' },
    { a: 'now' },
    'value body:/a "2026-11-20T12:00:00Z" "now"',
  ],
  [
    'class: not another zone',
    { id: 'r', class: 'body:/a', as: 'timestamp' },
    { a: '2026-11-20T12:00:00Z' },
    { a: '2026-11-20T12:00:00+01:00' },
    'value body:/a "2026-11-20T12:00:00Z" "2026-11-20T12:00:00+01:00"',
  ],
  [
    'class: not an absence',
    { id: 'r', class: 'body:/a', as: 'string' },
    { a: 'x' },
    {},
    'missing body:/a "x" -',
  ],
  [
    'rewrite: not what still differs',
    { id: 'r', rewrite: 'body:/a', pattern: 'x', with: '' },
    { a: 'xa' },
    { a: 'xb' },
    'value body:/a "xa" "xb"',
  ],
  [
    'nullIsMissing: not null and a value',
    { id: 'r', nullIsMissing: 'body:/a' },
    { a: null },
    { a: 1 },
    'type body:/a null 1',
  ],
])('%s', (_, rule, primary, shadow, expected) => {
  const judgement = json(primary, shadow, rule)
  expect(lines(judgement)).toEqual([expected])
})

const token = (claims: object, signature: string) =>
  [{ alg: 'none' }, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.') + `.${signature}`

test('strings are opened on request: JSON in JSON, claims of a token', () => {
  const rules = [
    { id: 'open', open: ['body:/text', 'body:/token', 'body:/same'] },
    { id: 'sign', ignore: 'body:/token/signature' },
  ]
  const judgement = json(
    { text: '{"a":{"b":[1]}}', token: token({ sub: 'ann', iat: 1 }, 'x'), same: '[1]', b: '[1]' },
    {
      text: '{"a":{"b":[2]}}',
      token: token({ sub: 'ann', iat: 2 }, 'y'),
      same: '[ 1 ]',
      b: '[ 1 ]',
    },
    ...rules,
  )
  expect(lines(judgement)).toEqual([
    'value body:/text/a/b/0 1 2',
    'value body:/token/payload/iat 1 2',
    'value body:/b "[1]" "[ 1 ]"',
  ])
  expect(suppressions(judgement)).toEqual(['body:/token/signature sign', 'body:/same open'])
  expect(lines(json({ text: 'a' }, { text: '{}' }, ...rules))).toEqual([
    'value body:/text "a" "{}"',
  ])
})

test('ignored members do not keep elements from finding each other', () => {
  const items = (from: number, at: number) =>
    Array.from({ length: 50 }, (_, i) => ({ n: from + i, at: at + i }))
  const judgement = json(items(1, 0), [{ n: 0, at: -1 }, ...items(1, 500)], {
    id: 'r',
    ignore: 'body:/*/at',
  })
  expect(lines(judgement)).toEqual(['extra body:/0 - {"n":0,"at":-1}'])
  expect(judgement.suppressed).toHaveLength(50)
})

test('elements with the same key belong together, and their order still counts', () => {
  const rule = { id: 'r', key: 'body:/items', by: 'no' }
  const judgement = json(
    { items: [{ no: 1, v: 1 }, { no: 2, v: 2 }, { no: 2, v: 3 }, { v: 4 }] },
    { items: [{ no: 3 }, { no: 2, v: 2 }, { no: 1, v: 9 }, { no: 2, v: 3 }, { v: 5 }] },
    rule,
  )
  expect(lines(judgement).map((line) => line.split(' ').slice(0, 2).join(' '))).toEqual([
    'order body:/items',
    'value body:/items/0/v',
    'value body:/items/3/v',
    'extra body:/items/0',
  ])
  const unordered = json(
    { items: [{ no: 1 }, { no: 2 }] },
    { items: [{ no: 2 }, { no: 1 }] },
    rule,
    { id: 'u', unordered: 'body:/items' },
  )
  expect(suppressions(unordered)).toEqual(['body:/items u'])
})

test('rules of one place apply in their order, rewriting first to last', () => {
  const judgement = json(
    { a: 'v1-10' },
    { a: 'v2-11' },
    { id: 'version', rewrite: 'body:/a', pattern: '^v[12]-', with: '' },
    { id: 'near', tolerate: 'body:/a', absolute: 1 },
  )
  expect(suppressions(judgement)).toEqual(['body:/a near'])
})

const SCOPED = { id: 'r', ignore: 'body:/a' }

test.each([
  [{ endpoint: 'GET /items/**' }, true],
  [{ endpoint: 'POST /items/**' }, false],
  [{ endpoint: '/items/{id}' }, true],
  [{ method: 'GET' }, true],
  [{ method: ['POST', 'PUT'] }, false],
  [{ status: 200 }, true],
  [{ status: ['4xx', '2xx'] }, true],
  [{ status: '4xx' }, false],
])('the scope %j of a rule: %s', (scope, applies) => {
  const judgement = judgeUnder(
    [{ ...SCOPED, ...scope }],
    { body: '{"a":1}' },
    { body: '{"a":2}' },
    {
      target: '/items/7',
    },
  )
  expect(judgement.outcome).toBe(applies ? 'match' : 'divergent')
})

test('rules speak of headers, trailers and the status too', () => {
  const judgement = judgeUnder(
    [
      { id: 'x', ignore: ['header:X-A*', 'status', 'trailer:x-t'] },
      { id: 'n', tolerate: 'header:x-n', absolute: 1 },
      { id: 'u', unordered: 'header:x-list' },
      { id: 'w', rewrite: 'header:location', pattern: 'v[12]', with: 'v' },
      { id: 'c', ignore: 'header:set-cookie' },
    ],
    {
      headers: [
        'x-abc',
        '1',
        'x-n',
        '1',
        'x-list',
        'a, b',
        'location',
        '/v1',
        'set-cookie',
        'a=1; Path=/',
      ],
      trailers: ['x-t', '1'],
    },
    {
      status: 201,
      headers: ['x-n', '2', 'x-list', 'b, a', 'location', '/v2', 'set-cookie', 'a=1; Path=/b'],
      trailers: ['x-t', '2'],
    },
  )
  expect(lines(judgement)).toEqual([])
  expect(suppressions(judgement)).toEqual([
    'status x',
    'header:x-abc x',
    'header:x-n n',
    'header:x-list u',
    'header:location w',
    'header:set-cookie/a/path c',
    'trailer:x-t x',
  ])
})

test('of an allow-list, only its headers count', () => {
  const judgement = judgeUnder(
    [{ id: 'few', onlyHeaders: ['content-type', 'x-ok-*'] }],
    { headers: ['content-type', 'a/b', 'x-ok-1', '1', 'x-other', '1', 'etag', '1'] },
    { headers: ['content-type', 'a/c', 'x-ok-1', '2', 'x-other', '2'] },
  )
  expect(lines(judgement)).toEqual([
    'value header:content-type "a/b" "a/c"',
    'value header:x-ok-1 "1" "2"',
  ])
  expect(suppressions(judgement)).toEqual(['header:x-other few', 'header:etag few'])
})

test('a text body can be rewritten or ignored as a whole', () => {
  const rewrite = { id: 'r', rewrite: 'body:', pattern: String.raw`build \d+`, with: 'build' }
  const judgement = judgeUnder([rewrite], { body: 'x\nbuild 1\n' }, { body: 'x\nbuild 2\n' })
  expect(suppressions(judgement)).toEqual(['body: r'])
  const binary = judgeUnder(
    [{ id: 'i', ignore: 'body:/**' }],
    { body: Buffer.of(0) },
    { body: Buffer.of(1) },
  )
  expect(suppressions(binary)).toEqual(['body: i'])
})

test('a builtin rule can be disabled by its id', () => {
  const parts = (host: string, date: string) => ({
    sent: ['host', host],
    headers: ['date', date, 'server', date],
    body: JSON.stringify({ url: `http://${host}/` }),
  })
  const judgement = judgeUnder([], parts('a.example', '1'), parts('a.example-shadow', '2'), {
    disabled: ['builtin:date', 'builtin:shadow-host'],
  })
  expect(lines(judgement).map((line) => line.split(' ')[1])).toEqual(['header:date', 'body:/url'])
  expect(suppressions(judgement)).toEqual(['header:server builtin:server'])
})

test('a pattern that costs too much hides nothing', () => {
  const rule = { id: 'r', rewrite: 'body:/a', pattern: 'a*a*a*$', with: '' }
  const text = 'a'.repeat(2_000)
  expect(json({ a: text }, { a: `${text}a` }, rule).outcome).toBe('divergent')
  expect(json({ a: 'aa' }, { a: 'aaa' }, rule).outcome).toBe('match')
})

test('a hundred rules with stars are walked in one go', () => {
  const rules = Array.from({ length: 100 }, (_, i) => ({
    id: `r${i}`,
    ignore: `body:/**/a${i}/**/b/**/c`,
  }))
  const nested = (level: number, leaf: number): unknown =>
    level === 9
      ? { c: leaf, d: leaf }
      : { [`a${level}`]: nested(level + 1, leaf), b: [nested(level + 1, leaf)] }
  const judgement = json(nested(0, 1), nested(0, 2), ...rules)
  // Each of 512 paths has its d; only those on which no b follows an a have their c.
  expect(judgement.differencesTotal).toBe(512 + 10)
})

test('rules never make equal values differ, and what they let pass is all accounted for', () => {
  const rules = [
    { id: 'i', ignore: 'body:/**/a' },
    { id: 'u', unordered: 'body:/**' },
    { id: 'n', nullIsMissing: 'body:/**' },
    { id: 't', tolerate: 'body:/**', absolute: 1 },
  ]
  const value = fc.letrec<{ tree: unknown }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 4 },
      fc.constantFrom(null, 1, 2, 5, 'x', true),
      fc.array(tie('tree'), { maxLength: 4 }),
      fc.dictionary(fc.constantFrom('a', 'b', 'c'), tie('tree'), { maxKeys: 3 }),
    ),
  })).tree
  fc.assert(
    fc.property(value, value, (primary, shadow) => {
      expect(json(primary, primary, ...rules).outcome).toBe('match')
      const judgement = json(primary, shadow, ...rules)
      const found = judgement.differences.length + judgement.suppressed.length
      expect(found > 0).toBe(json(primary, shadow).differencesTotal > 0)
    }),
    { numRuns: 1_500 },
  )
})

test('the version of a set of rules changes with what they state', () => {
  const { rules } = parseRules([{ id: 'a', ignore: 'status', note: 'x' }])
  const { rules: noted } = parseRules([{ note: 'y', ignore: 'status', id: 'a' }])
  const { rules: other } = parseRules([{ id: 'a', ignore: 'body:' }])
  expect(rulesVersion(rules, ['b', 'a'])).toBe(rulesVersion(noted, ['a', 'b']))
  expect(rulesVersion(rules, [])).not.toBe(rulesVersion(other, []))
  expect(rulesVersion(rules, [])).not.toBe(rulesVersion(rules, ['a']))
})

test('links that only differ in their middle have no order under a rule that says so', () => {
  const link = (i: number) =>
    `https://cdn.example.com/images/products/catalogue/large/${i}00000000/the-picture-in-its-best-light.jpg`
  const links = Array.from({ length: 9 }, (_, i) => link(i))
  const rule = { id: 'r', unordered: ['body:', 'body:/*/links'] }
  expect(suppressions(json(links, links.toReversed(), rule))).toEqual(['body: r'])
  expect(suppressions(json([{ links }, 1], [1, { links: links.toReversed() }], rule))).toEqual([
    'body: r',
    'body:/0/links r',
  ])
  expect(lines(json(links, links.toReversed().slice(1), rule))).toEqual([
    `missing body:/8 "${link(8)}" -`,
  ])
})

test('among hundreds of rules about other members, each member still finds its own', () => {
  const others = Array.from({ length: 300 }, (_, i) => ({
    id: `other-${i}`,
    ignore: [`body:/**/x${i}/**/y`, `body:/*/z${i}*`],
  }))
  const judgement = json(
    [{ a: 1, b: { x7: { q: { y: 1 } } }, z8q: 1, seen: 1 }],
    [{ a: 2, b: { x7: { q: { y: 2 } } }, z8q: 2, seen: 2 }],
    ...others,
    { id: 'r', ignore: 'body:/0/seen' },
  )
  expect(lines(judgement)).toEqual(['value body:/0/a 1 2'])
  expect(suppressions(judgement)).toEqual([
    'body:/0/b/x7/q/y other-7',
    'body:/0/z8q other-8',
    'body:/0/seen r',
  ])
})

test('a rewrite reaches to the end of a long list', () => {
  const list = (host: number) =>
    Array.from(
      { length: 20_000 },
      (_, i) => `https://cdn-${host + (i % 7)}/${'picture-'.repeat(9)}${i}`,
    )
  const judgement = json(list(1), list(2), {
    id: 'r',
    rewrite: 'body:/*',
    pattern: 'cdn-[0-9]+',
    with: 'cdn',
  })
  expect(judgement).toMatchObject({ outcome: 'match', suppressedTotal: 20_000 })
})

test('elements belong together by several members, or by one inside them', () => {
  const line = (sku: string, warehouse: number, left: number) => ({ sku, at: { warehouse }, left })
  const primary = [line('a', 1, 5), line('a', 2, 6), line('b', 1, 7)]
  const shadow = [line('b', 1, 7), line('a', 2, 9), line('a', 1, 5)]
  const rules = (by: unknown) => [
    { id: 'k', key: 'body:', by },
    { id: 'o', unordered: 'body:' },
  ]
  for (const by of ['sku, /at/warehouse', ['sku', '/at/warehouse']]) {
    expect(lines(json(primary, shadow, ...rules(by)))).toEqual(['value body:/1/left 6 9'])
  }
  expect(json(primary, shadow, ...rules('/at')).differencesTotal).toBeGreaterThan(1)
  const odd = [
    { 'a,b': 1, v: 1 },
    { 'a,b': 2, v: 2 },
  ]
  expect(json(odd, odd.toReversed(), ...rules('a,b')).outcome).toBe('match')
})

test('elements belong together by links that carry the name that shadow was called by', () => {
  const links = (host: string, ...titles: string[]) =>
    titles.map((title) => ({ link: `http://${host}/${title.charAt(0)}`, title }))
  const judgement = judgeUnder(
    [{ id: 'k', key: 'body:', by: 'link' }],
    { sent: ['host', 'shop'], body: JSON.stringify(links('shop', 'a', 'b')) },
    { sent: ['host', 'shop-shadow'], body: JSON.stringify(links('shop-shadow', 'a', 'bee')) },
  )
  expect(lines(judgement)).toEqual(['value body:/1/title "b" "bee"'])
})
