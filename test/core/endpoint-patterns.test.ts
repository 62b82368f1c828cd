import { expect, test } from 'vitest'
import { createEndpointNamer } from '../../src/core/endpoint-patterns.ts'

const nameEndpoint = createEndpointNamer([
  'GET /files/{name}',
  '/reports/{year}.{format}',
  'GET /users/me',
  'GET /users/{who}',
  'PUT /users/{who}/picture',
  '/a/{b}/c',
  '/a/b/{c}',
  'GET /',
])

test.each([
  ['GET', '/files/summer.txt', 'GET /files/{name}'],
  ['GET', '/files/summer.txt?size=5', 'GET /files/{name}'],
  ['GET', 'http://shop.example/files/x', 'GET /files/{name}'],
  ['PUT', '/files/summer.txt', 'PUT /files/summer.txt'],
  ['GET', '/files/', 'GET /files/'],
  ['GET', '/files/a/b', 'GET /files/a/b'],
  ['DELETE', '/reports/2024.pdf', 'DELETE /reports/{year}.{format}'],
  ['GET', '/reports/latest', 'GET /reports/latest'],
  ['GET', '/users/me', 'GET /users/me'],
  ['GET', '/users/ann', 'GET /users/{who}'],
  ['PUT', '/users/ann/picture', 'PUT /users/{who}/picture'],
  ['POST', '/users/17', 'POST /users/{id}'],
  ['GET', '/a/b/c', 'GET /a/{b}/c'],
  ['GET', '/', 'GET /'],
  ['OPTIONS', '*', 'OPTIONS *'],
])('%s %s is the endpoint %s', (method, target, endpoint) => {
  expect(nameEndpoint(method, target)).toBe(endpoint)
})

test('the name of an operation follows', () => {
  expect(nameEndpoint('GET', '/files/x', 'GetFile')).toBe('GET /files/{name} GetFile')
})

test('of patterns that fit the first given names the endpoint', () => {
  expect(createEndpointNamer(['/{any}', '/me'])('GET', '/me')).toBe('GET /{any}')
  expect(createEndpointNamer(['/me', '/{any}'])('GET', '/me')).toBe('GET /me')
})
