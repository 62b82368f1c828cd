import { Writable } from 'node:stream'
import { pino } from 'pino'
import { expect, test } from 'vitest'
import { AppError } from '../../src/core/errors.ts'
import { consoleSettings, openConsole } from '../support/console.ts'
import { fakeReader } from '../support/fake-reader.ts'

const EVERYWHERE = [
  '/api/v1/status',
  '/api/v1/exchanges',
  '/api/v1/exchanges?limit=0',
  '/api/v1/nothing-here',
  '/api/v1/export',
  '/healthz',
  '/readyz',
  '/',
  '/a%ZZ',
]

test.each(EVERYWHERE)('the security headers are on the answer of %s', async (url) => {
  const app = await openConsole()
  const { headers } = await app.inject(url)
  expect(headers['content-security-policy']).toMatch(/^default-src 'none';/)
  expect(headers).toMatchObject({
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-resource-policy': 'same-origin',
    'cache-control': 'no-store',
  })
})

test('the policy forbids inline scripts, framing and HTML made from strings', async () => {
  const app = await openConsole()
  const { headers } = await app.inject('/api/v1/status')
  expect(headers['content-security-policy']).toBe(
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; " +
      "connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'self'; " +
      "frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types shadowdiff-worker",
  )
})

test('a path that nobody serves is a problem document', async () => {
  const app = await openConsole()
  const answer = await app.inject('/api/v1/nothing?x=1')
  expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8')
  expect(answer.json()).toEqual({
    type: 'urn:shadowdiff:problem:not_found',
    title: 'Not Found',
    status: 404,
    detail: 'Nothing is served at GET /api/v1/nothing',
    instance: expect.stringMatching(/^urn:uuid:[0-9a-f-]{36}$/) as string,
  })
})

test.each([
  ['POST', '/api/v1/exchanges', 'GET, HEAD, DELETE'],
  ['DELETE', '/api/v1/exchanges/0197a1b2', 'GET, HEAD'],
  ['OPTIONS', '/api/v1/status', 'GET, HEAD'],
  ['HEAD', '/api/v1/export', 'GET'],
] as const)('%s %s is refused with the methods there are', async (method, url, allow) => {
  const app = await openConsole()
  const answer = await app.inject({ method, url })
  expect(answer.statusCode).toBe(405)
  expect(answer.headers.allow).toBe(allow)
})

test('a URL that is none is a problem document', async () => {
  const app = await openConsole()
  const answer = await app.inject('/api/v1/exchanges/%ZZ')
  expect(answer.statusCode).toBe(400)
  expect(answer.json()).toMatchObject({ status: 400, title: 'Bad Request' })
})

test('before the store is open, whatever reads it says so and when to come back', async () => {
  const app = await openConsole({ reader: () => undefined })
  for (const path of [
    'exchanges',
    'exchanges/1',
    'divergences',
    'divergences/1',
    'endpoints',
    'runs',
    'export',
  ]) {
    const answer = await app.inject(`/api/v1/${path}`)
    expect([path, answer.statusCode]).toEqual([path, 503])
    expect(answer.headers['retry-after']).toBe('1')
    expect(answer.json()).toMatchObject({
      type: 'urn:shadowdiff:problem:unavailable',
      detail: expect.stringContaining('The store is not open yet') as string,
    })
  }
  expect((await app.inject('/api/v1/status')).statusCode).toBe(200)
})

test('the store opens while the console runs', async () => {
  const reader = fakeReader()
  let isOpen = false
  const app = await openConsole({ reader: () => (isOpen ? reader : undefined) })
  expect((await app.inject('/api/v1/runs')).statusCode).toBe(503)
  isOpen = true
  expect((await app.inject('/api/v1/runs')).json()).toEqual({ items: [] })
})

test.each([
  ['invalid', 400],
  ['unsupported', 400],
  ['not_found', 404],
  ['conflict', 409],
  ['unavailable', 503],
] as const)('a problem of kind %s is answered %i with its message', async (code, status) => {
  const reader = fakeReader({
    listRuns: () => Promise.reject(new AppError(code, 'cursor: expected one of ours')),
  })
  const app = await openConsole({ reader: () => reader })
  const answer = await app.inject('/api/v1/runs')
  expect(answer.statusCode).toBe(status)
  expect(answer.json()).toMatchObject({ status, detail: 'cursor: expected one of ours' })
})

test('what nobody foresaw is told as an internal error, and logged whole under the same id', async () => {
  const { lines, logger } = recordedLog()
  const reader = fakeReader({
    listRuns: () => Promise.reject(new Error('no such table: secret_table')),
  })
  const app = await openConsole({ reader: () => reader, logger })
  const answer = await app.inject('/api/v1/runs')
  expect(answer.statusCode).toBe(500)
  expect(answer.body).not.toMatch(/secret_table|\.ts|at /)
  const { instance, detail } = answer.json<{ instance: string; detail: string }>()
  const id = instance.replace('urn:uuid:', '')
  expect(detail).toBe(`Internal error; the log has it under ${id}`)
  expect(lines.join('')).toContain('no such table: secret_table')
  expect(lines.join('')).toContain(id)
})

test('tokens are never logged, right or wrong', async () => {
  const { lines, logger } = recordedLog()
  const users = [{ name: 'ann', role: 'viewer' as const, token: 'right-token' }]
  const reader = fakeReader({ listRuns: () => Promise.reject(new Error('out of order')) })
  const app = await openConsole({
    logger,
    reader: () => reader,
    settings: consoleSettings('127.0.0.1', users),
  })
  for (const token of ['right-token', 'wrong-token']) {
    const authorization = `Bearer ${token}`
    await app.inject({ url: '/api/v1/runs', headers: { authorization } })
  }
  expect(lines.join('')).toContain('out of order')
  expect(lines.join('')).toContain('wrong token')
  expect(lines.join('')).not.toMatch(/right-token|wrong-token/)
})

function recordedLog() {
  const lines: string[] = []
  const logger = pino(
    { level: 'trace' },
    new Writable({
      write(line: Buffer, _encoding, done) {
        lines.push(line.toString())
        done()
      },
    }),
  )
  return { lines, logger }
}
