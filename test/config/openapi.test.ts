import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openApiPatterns } from '../../src/config/openapi.ts'
import { folder, loadText, problemsOf, settingsOf } from './load-text.ts'

const PATHS = `
paths:
  /users/{id}: { parameters: [], get: {}, delete: {} }
  /users/me: { get: {} }
  /reports/{year}.{format}: { get: {} }
`

test.each([
  ['openapi: 3.1.0', ''],
  ['openapi: 3.0.0\nservers: [{ url: "https://api.example/v2/" }]', '/v2'],
  ['openapi: 3.0.0\nservers: [{ url: "/{base}", variables: { base: { default: v3 } } }]', '/v3'],
  ['swagger: "2.0"\nbasePath: /v1', '/v1'],
])('paths and methods become patterns, concrete ones first: %j', (head, base) => {
  expect(openApiPatterns(head + PATHS)).toEqual({
    patterns: [
      `DELETE ${base}/users/{id}`,
      `GET ${base}/reports/{year}.{format}`,
      `GET ${base}/users/me`,
      `GET ${base}/users/{id}`,
    ],
  })
})

test('a document beside the configuration is read; given patterns come first', () => {
  writeFileSync(
    join(folder, 'api.json'),
    JSON.stringify({ openapi: '3.1.0', paths: { '/a/{b}': { get: {} } } }),
  )
  const { settings } = settingsOf(
    loadText('primary: http://v1\nendpoints: { openapi: api.json, patterns: ["/files/{name}"] }'),
  )
  expect(settings.endpoints).toEqual({ patterns: ['/files/{name}', 'GET /a/{b}'] })
})

test.each([
  ['name: no document', 'it has no key "openapi" or "swagger"'],
  ['openapi: 3.1.0', 'with "paths"'],
  ['openapi: 3.1.0\npaths: {}', 'no paths with methods'],
  ['openapi: 3.1.0\npaths: { "/a?b": { get: {} } }', 'the path "/a?b" cannot be read'],
  ['{', 'expected an OpenAPI document'],
])('what is no OpenAPI document is told: %j', (text, expected) => {
  writeFileSync(join(folder, 'wrong.yaml'), text)
  expect(problemsOf(loadText('primary: http://v1\nendpoints: { openapi: wrong.yaml }'))).toEqual([
    expect.stringContaining(expected),
  ])
})
