import { expect, test } from 'vitest'

import { endpointOf, pathOf } from '../../src/core/endpoint.ts'

test.each([
  ['/', 'GET /'],
  ['/users/42', 'GET /users/{id}'],
  ['/users/42/orders/7?page=2', 'GET /users/{id}/orders/{id}'],
  ['/users/-5', 'GET /users/{id}'],
  ['/7', 'GET /{id}'],
  ['/u/571c0fd6-98d4-4c93-af79-6a2fe2945847', 'GET /u/{uuid}'],
  ['/u/571C0FD6-98D4-4C93-AF79-6A2FE2945847/x', 'GET /u/{uuid}/x'],
  ['/o/01ARZ3NDEKTSV4RRFFQ69G5FAV', 'GET /o/{id}'],
  ['/o/507f1f77bcf86cd799439011', 'GET /o/{hash}'],
  ['/commit/da39a3ee5e6b4b0d3255bfef95601890afd80709', 'GET /commit/{hash}'],
  ['/days/2026-11-20', 'GET /days/{date}'],
  ['/months/2026-11', 'GET /months/{date}'],
  ['/at/2026-11-20T10:00:00Z', 'GET /at/{date}'],
  ['/orders/order-12345', 'GET /orders/order-{id}'],
  ['/customers/cus_9s6XKzkNRiz8i3', 'GET /customers/cus_{id}'],
  ['/sessions/dGhpcyBpcyBhIHRva2Vu0Q', 'GET /sessions/{hash}'],
  ['/items/42.json', 'GET /items/{id}.json'],
  ['/static/d41d8cd98f00b204e9800998ecf8427e.png', 'GET /static/{hash}.png'],
  ['/a;jsessionid=8A3F/b', 'GET /a/b'],
])('%s is %s', (target, endpoint) => {
  expect(endpointOf('GET', target)).toBe(endpoint)
})

test.each([
  '/v1/items',
  '/api/v2.1/items',
  '/1.0/items',
  '/utf-8',
  '/iso-8859',
  '/deadbeef',
  '/facade',
  '/products/blue-suede-shoes',
  '/user_profile_settings',
  '/thequickbrownfoxjumpsoverthelazydog',
  '/index.html',
])('words stay: %s', (path) => {
  const expected = path === '/iso-8859' ? '/iso-{id}' : path
  expect(endpointOf('GET', path)).toBe(`GET ${expected}`)
})

test.each([
  ['/a%zz/1', 'GET /a%zz/{id}'],
  ['//a/../b', 'GET //a/../b'],
  ['*', 'GET *'],
  ['http://shop.example:80/items/1?x=1', 'GET /items/{id}'],
  ['HTTPS://shop.example?x', 'GET /'],
  ['/a#b', 'GET /a'],
  ['', 'GET /'],
  ['?x', 'GET /'],
  ['shop.example:443', 'GET shop.example:443'],
  ['/\u00ff\u0000/1', 'GET /\u00ff\u0000/{id}'],
])('an odd target has an endpoint too: %j', (target, endpoint) => {
  expect(endpointOf('GET', target)).toBe(endpoint)
})

test('the method is part of the endpoint as it was sent', () => {
  expect(endpointOf('PURGE', '/x')).toBe('PURGE /x')
})

test('an endless target gives a short endpoint in short time', () => {
  expect(endpointOf('GET', '/a1'.repeat(500_000)).length).toBeLessThanOrEqual(512)
  expect(endpointOf('GET', `/${'a'.repeat(1_000_000)}`).length).toBeLessThanOrEqual(512)
})

test('the path is the target without query, fragment and authority', () => {
  expect(pathOf('http://h/a/%zz?b#c')).toBe('/a/%zz')
})
