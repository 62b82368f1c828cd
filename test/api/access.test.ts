import { expect, test } from 'vitest'
import type { ConsoleUser } from '../../src/core/settings.ts'
import { consoleSettings, openConsole } from '../support/console.ts'

const USERS: readonly ConsoleUser[] = [
  { name: 'ann', role: 'operator', token: 'anns-token' },
  { name: 'bob', role: 'viewer', token: 'bobs:töken' },
  { name: 'ci', role: 'gate', token: 'gate-token' },
]

const bearer = (token: string) => ({ authorization: `Bearer ${token}` })
const basic = (token: string) => ({
  authorization: `Basic ${Buffer.from(`anybody:${token}`).toString('base64')}`,
})

const openGuarded = async () => {
  let now = 0
  const app = await openConsole({
    settings: consoleSettings('0.0.0.0', USERS),
    clock: { now: () => now },
  })
  const ask = (headers: Record<string, string>, url = '/api/v1/exchanges') =>
    app.inject({ url, headers })
  return { ask, advance: (ms: number) => (now += ms) }
}

test.each([
  '/',
  '/deep/link',
  '/assets/index-abc.js',
  '/api/v1/status',
  '/api/v1/exchanges',
  '/api/v1/exchanges/1',
  '/api/v1/divergences',
  '/api/v1/endpoints',
  '/api/v1/runs',
  '/api/v1/export',
  '/api/v1/events',
  '/api/v1/openapi.json',
  '/api/v1/nothing',
])('without a token %s is refused', async (url) => {
  const { ask } = await openGuarded()
  const answer = await ask({}, url)
  expect(answer.statusCode).toBe(401)
  expect(answer.headers['www-authenticate']).toBe('Bearer realm="shadowdiff"')
  expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/)
  expect(answer.json()).toMatchObject({ type: 'urn:shadowdiff:problem:unauthorized', status: 401 })
})

test.each(['/healthz', '/readyz'])('%s needs no token', async (url) => {
  const { ask } = await openGuarded()
  expect((await ask({}, url)).statusCode).toBe(200)
})

test.each([
  ['a bearer token', bearer('anns-token')],
  ['the scheme in any case', { authorization: 'bearer anns-token' }],
  ['the password of a login', basic('anns-token')],
  ['a password with colons and umlauts', basic('bobs:töken')],
])('%s opens', async (_title, headers) => {
  const { ask } = await openGuarded()
  expect((await ask(headers)).statusCode).toBe(200)
})

test.each([
  ['another token', bearer('anns-token2')],
  ['a prefix of it', bearer('anns-toke')],
  ['an empty password', basic('')],
  ['the token as user name', { authorization: `Basic ${btoa('anns-token:')}` }],
  ['no scheme', { authorization: 'anns-token' }],
  ['another scheme', { authorization: 'Digest anns-token' }],
  ['no Base64', { authorization: 'Basic %%%' }],
  ['nothing after the scheme', { authorization: 'Bearer ' }],
])('%s does not open', async (_title, headers) => {
  const { ask } = await openGuarded()
  expect((await ask(headers)).statusCode).toBe(401)
})

test('users on loopback are asked too', async () => {
  const app = await openConsole({ settings: consoleSettings('127.0.0.1', USERS) })
  expect((await app.inject('/api/v1/status')).statusCode).toBe(401)
})

test('off loopback the console does not start without users', async () => {
  await expect(openConsole({ settings: consoleSettings('0.0.0.0', []) })).rejects.toMatchObject({
    code: 'invalid',
    message: expect.stringMatching(/^console\.users: expected/) as string,
  })
})

test('a gate token asks for the state of the service and reads nothing that was recorded', async () => {
  const { ask } = await openGuarded()
  const gate = bearer('gate-token')
  expect((await ask(gate, '/api/v1/status')).statusCode).toBe(200)
  expect((await ask(gate, '/api/v1/runs')).statusCode).toBe(200)
  expect((await ask(gate, '/api/v1/exchanges')).statusCode).toBe(403)
  expect((await ask(gate, '/api/v1/export')).statusCode).toBe(403)
  expect((await ask(gate, '/')).statusCode).toBe(403)
})

test('who guesses has to wait, and is let in again after a minute', async () => {
  const { ask, advance } = await openGuarded()
  for (let guess = 0; guess < 10; guess += 1) {
    expect((await ask(bearer(`guess-${guess}`))).statusCode).toBe(401)
  }
  const refused = await ask(bearer('anns-token'))
  expect(refused.statusCode).toBe(429)
  expect(refused.headers['retry-after']).toBe('60')
  expect(refused.json()).toMatchObject({ type: 'urn:shadowdiff:problem:too_many_requests' })
  advance(60_000)
  expect((await ask(bearer('anns-token'))).statusCode).toBe(200)
})

test('a forgotten tab with an old token locks nobody out', async () => {
  const { ask } = await openGuarded()
  for (let poll = 0; poll < 30; poll += 1) {
    expect((await ask(bearer('last-weeks-token'))).statusCode).toBe(401)
  }
  expect((await ask(bearer('anns-token'))).statusCode).toBe(200)
})

test('asking without any token is no guess', async () => {
  const { ask } = await openGuarded()
  for (let visit = 0; visit < 30; visit += 1) await ask({})
  expect((await ask(bearer('anns-token'))).statusCode).toBe(200)
})

test('who is taken off the list has no token and no session any more, and who is new has one', async () => {
  const before = consoleSettings('0.0.0.0', USERS)
  let current = before
  const app = await openConsole({ settings: before, currentSettings: () => current })
  const login = await app.inject({
    ...{ method: 'POST', url: '/login', payload: { token: 'anns-token' } },
    headers: { 'sec-fetch-site': 'same-origin' },
  })
  const [cookie = ''] = String(login.headers['set-cookie']).split(';')
  const ask = async (headers: Record<string, string>) =>
    (await app.inject({ url: '/api/v1/exchanges', headers })).statusCode
  expect(await ask({ cookie })).toBe(200)
  const [ann, bob] = USERS
  if (ann === undefined || bob === undefined) throw new Error('two users')
  current = { ...before, console: { ...before.console, users: [{ ...ann, token: 'renewed' }] } }
  expect(await ask({ cookie })).toBe(401)
  expect(await ask(bearer('anns-token'))).toBe(401)
  expect(await ask(bearer(bob.token))).toBe(401)
  expect(await ask(bearer('renewed'))).toBe(200)
})

test('a console that others can reach lets nobody in when a reload leaves it without users', async () => {
  const before = consoleSettings('0.0.0.0', USERS)
  let current = before
  const app = await openConsole({ settings: before, currentSettings: () => current })
  current = { ...before, console: { ...before.console, users: [] } }
  for (const headers of [{}, bearer('anns-token')]) {
    expect((await app.inject({ url: '/api/v1/exchanges', headers })).statusCode).toBe(401)
  }
})
