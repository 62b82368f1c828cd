import { expect, test } from 'vitest'
import type { RouteMatch } from '../../src/core/settings.ts'
import { routeMatcher } from '../../src/proxy/routing.ts'

interface Asked {
  readonly method?: string
  readonly host?: string
  readonly target?: string
  readonly headers?: readonly string[]
}

function takes(
  match: RouteMatch,
  { method = 'GET', host = 'a', target = '/', headers = [] }: Asked,
) {
  const matches = routeMatcher(match)
  return matches?.({ method, authority: host, target, headers }) ?? 'everything'
}

test('a route without conditions takes everything, and costs nothing', () => {
  expect(routeMatcher(undefined)).toBeUndefined()
  expect(routeMatcher({})).toBeUndefined()
  expect(routeMatcher({ hosts: ['a', '*'] })).toBeUndefined()
})

test.each([
  ['shop.example', 'shop.example', true],
  ['shop.example', 'SHOP.Example:8080', true],
  ['shop.example', 'shop.example.', true],
  ['shop.example', 'www.shop.example', false],
  ['Shop.Example', 'shop.example', true],
  ['*.example', 'shop.example:80', true],
  ['*.example', 'a.b.example', true],
  ['*.example', 'example', false],
  ['*.example', '.example', false],
  ['*.example', 'shopexample', false],
  ['[::1]', '[::1]:8080', true],
  ['::1', '[::1]', true],
  ['10.0.0.1', '10.0.0.1:80', true],
  ['shop.example', '', false],
])('the host %s of a route takes %s: %s', (pattern, host, expected) => {
  expect(takes({ hosts: ['other.example', pattern] }, { host })).toBe(expected)
})

test.each([
  [{ kind: 'exact', value: '/items' }, '/items?x=1', true],
  [{ kind: 'exact', value: '/items' }, '/items/', false],
  [{ kind: 'exact', value: '/items' }, '/Items', false],
  [{ kind: 'prefix', value: '/items' }, '/items', true],
  [{ kind: 'prefix', value: '/items' }, '/items/17?x=1', true],
  [{ kind: 'prefix', value: '/items' }, '/items?x=/items', true],
  [{ kind: 'prefix', value: '/items' }, '/items-old', false],
  [{ kind: 'prefix', value: '/items/' }, '/items', true],
  [{ kind: 'prefix', value: '/items/' }, '/items/17', true],
  [{ kind: 'prefix', value: '/' }, '/anything', true],
  [{ kind: 'prefix', value: '/' }, '*', true],
  [{ kind: 'prefix', value: '/items' }, '/%69tems', false],
  [{ kind: 'prefix', value: '/a' }, '/b?c=/a', false],
  [{ kind: 'regex', value: '/items/\\d+' }, '/items/17?x=y', true],
  [{ kind: 'regex', value: '/items/\\d+' }, '/items/17/parts', false],
  [{ kind: 'regex', value: '/items/\\d+' }, '/v1/items/17', false],
] as const)('the path %j of a route takes %s: %s', (path, target, expected) => {
  expect(takes({ path }, { target })).toBe(expected)
})

test('a route takes the methods that it names', () => {
  expect(takes({ methods: ['GET', 'HEAD'] }, { method: 'HEAD' })).toBe(true)
  expect(takes({ methods: ['GET', 'HEAD'] }, { method: 'POST' })).toBe(false)
})

test.each([
  [{ kind: 'exact', value: 'jason' }, ['End-User', 'jason'], true],
  [{ kind: 'exact', value: 'jason' }, ['end-user', 'jason2'], false],
  [{ kind: 'exact', value: 'jason' }, ['end-user', 'a', 'END-USER', 'jason'], true],
  [{ kind: 'prefix', value: 'ja' }, ['end-user', 'jason'], true],
  [{ kind: 'regex', value: 'ja.*n' }, ['end-user', 'jason'], true],
  [{ kind: 'regex', value: 'ja' }, ['end-user', 'jason'], false],
  [{ kind: 'present' }, ['end-user', ''], true],
  [{ kind: 'present' }, ['x-end-user', 'a'], false],
] as const)('the header %j of a route takes %j: %s', (text, headers, expected) => {
  expect(takes({ headers: { 'end-user': text } }, { headers })).toBe(expected)
})

test('the host as a header is the authority that the request is for', () => {
  const match: RouteMatch = { headers: { host: { kind: 'exact', value: 'b:80' } } }
  expect(takes(match, { host: 'b:80', headers: ['Host', 'a'] })).toBe(true)
  expect(takes(match, { host: 'a', headers: ['Host', 'b:80'] })).toBe(false)
})

test.each([
  [{ kind: 'exact', value: '2' }, '/?v=2', true],
  [{ kind: 'exact', value: '2' }, '/?v=1&v=2', true],
  [{ kind: 'exact', value: '2' }, '/?v=22', false],
  [{ kind: 'exact', value: '2' }, '/?vv=2', false],
  [{ kind: 'exact', value: '2' }, '/v=2', false],
  [{ kind: 'exact', value: 'a=b' }, '/?v=a=b', true],
  [{ kind: 'exact', value: '' }, '/?&v&', true],
  [{ kind: 'present' }, '/?a=1&v', true],
  [{ kind: 'present' }, '/?a=v', false],
  [{ kind: 'regex', value: '\\d+' }, '/?v=12', true],
] as const)('the query parameter %j of a route takes %s: %s', (text, target, expected) => {
  expect(takes({ query: { v: text } }, { target })).toBe(expected)
})

test('a route takes a request only when all of its conditions hold', () => {
  const match: RouteMatch = {
    hosts: ['shop.example'],
    path: { kind: 'prefix', value: '/items' },
    methods: ['GET'],
    headers: { 'end-user': { kind: 'present' } },
    query: { v: { kind: 'exact', value: '2' } },
  }
  const all = {
    host: 'shop.example',
    target: '/items?v=2',
    headers: ['end-user', 'x'],
  }
  expect(takes(match, all)).toBe(true)
  expect(takes(match, { ...all, host: 'other' })).toBe(false)
  expect(takes(match, { ...all, target: '/other?v=2' })).toBe(false)
  expect(takes(match, { ...all, target: '/items' })).toBe(false)
  expect(takes(match, { ...all, method: 'PUT' })).toBe(false)
  expect(takes(match, { ...all, headers: [] })).toBe(false)
})

test('an expression that cannot be matched in bounded time is refused before anything runs', () => {
  expect(() => routeMatcher({ path: { kind: 'regex', value: '(?=x)' } })).toThrow(
    'the regular expression (?=x) cannot be used',
  )
})
