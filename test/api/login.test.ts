import { expect, test } from 'vitest'
import type { CommandPort } from '../../src/core/commands.ts'
import type { ConsoleUser } from '../../src/core/settings.ts'
import { consoleSettings, openConsole } from '../support/console.ts'
import { openReview } from '../support/review-console.ts'

const USERS: readonly ConsoleUser[] = [
  { name: 'ann', role: 'operator', token: 'anns-token' },
  { name: 'bob', role: 'viewer', token: 'bobs-token' },
  { name: 'ci', role: 'gate', token: 'gate-token' },
]

const FORM = { 'content-type': 'application/x-www-form-urlencoded' }
const PAGE = { accept: 'text/html', 'sec-fetch-dest': 'document', 'sec-fetch-mode': 'navigate' }

async function openGuarded(commands?: CommandPort) {
  let now = Date.UTC(2026, 0, 5)
  const app = await openConsole({
    settings: consoleSettings('0.0.0.0', USERS),
    clock: { now: () => now },
    ...(commands && { commands }),
  })
  const submit = (fields: Record<string, string>, headers: Record<string, string> = {}) =>
    app.inject({
      method: 'POST',
      url: '/login',
      headers: { ...FORM, ...headers },
      payload: new URLSearchParams(fields).toString(),
    })
  const cookieOf = (answer: Awaited<ReturnType<typeof submit>>) =>
    String(answer.headers['set-cookie']).split(';')[0] ?? ''
  const ask = (cookie: string, url = '/api/v1/me') => app.inject({ url, headers: { cookie } })
  return { app, submit, cookieOf, ask, advance: (ms: number) => (now += ms) }
}

test('a browser without a session gets the page that asks for a token, without any script', async () => {
  const { app } = await openGuarded()
  const answer = await app.inject({ url: '/divergences/9de1?run=a%20b', headers: PAGE })
  expect(answer.statusCode).toBe(401)
  expect(answer.headers['content-type']).toBe('text/html; charset=utf-8')
  expect(answer.headers['content-security-policy']).toMatch(
    /^default-src 'none'; style-src 'self';/,
  )
  // Basic would make the browser open a dialog of its own over the page.
  expect(answer.headers['www-authenticate']).toBe('Bearer realm="shadowdiff"')
  expect(answer.body).toContain('<form method="post" action="../login">')
  expect(answer.body).toContain('href="../login.css"')
  expect(answer.body).toContain('name="next" value="divergences/9de1?run=a%20b"')
  expect(answer.body).not.toMatch(/<script|style=|onclick|<style/)
})

test('what a page fetches by itself is refused with a problem, not with a page', async () => {
  const { app } = await openGuarded()
  const headers = { accept: 'application/json', 'sec-fetch-dest': 'empty' }
  const answer = await app.inject({ url: '/api/v1/status', headers })
  expect(answer.statusCode).toBe(401)
  expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/)
  expect(answer.headers['www-authenticate']).toBe('Bearer realm="shadowdiff"')
})

test('the right token gives a session and leads back', async () => {
  const { submit, cookieOf, ask } = await openGuarded()
  const answer = await submit({ token: ' anns-token ', next: 'divergences/9de1?run=a' })
  expect(answer.statusCode).toBe(303)
  expect(answer.headers.location).toBe('./divergences/9de1?run=a')
  expect(answer.headers['set-cookie']).toMatch(
    /^shadowdiff_[0-9a-f]{8}=[\w-]{43}; Path=\/; Max-Age=86400; HttpOnly; SameSite=Strict$/,
  )
  const me = await ask(cookieOf(answer))
  expect(me.json()).toEqual({ name: 'ann', role: 'operator', authRequired: true })
})

test('a program logs in with JSON', async () => {
  const { app, cookieOf, ask } = await openGuarded()
  const payload = { token: 'bobs-token', name: 'bob' }
  const answer = await app.inject({ method: 'POST', url: '/login', payload })
  expect(answer.json()).toEqual({ name: 'bob', role: 'viewer', authRequired: true })
  expect((await ask(cookieOf(answer))).statusCode).toBe(200)
})

test.each([
  ['a wrong token', { token: 'nobodys-token' }, 401, 'The token is not known'],
  ['no token', {}, 401, 'A token is needed'],
  ['somebody else’s name', { token: 'anns-token', name: 'bob' }, 401, 'The token is not known'],
  ['a gate’s token', { token: 'gate-token' }, 403, 'This token is for gates; it opens no pages'],
])('%s shows the page again with what is wrong', async (_title, fields, status, message) => {
  const { submit } = await openGuarded()
  const answer = await submit({ ...(fields as Record<string, string>), next: 'a"><b' })
  expect(answer.statusCode).toBe(status)
  expect(answer.headers['set-cookie']).toBeUndefined()
  expect(answer.body).toContain(`<p id="problem" role="alert">${message}</p>`)
  expect(answer.body).toContain('value="a&quot;&gt;&lt;b"')
})

test('guesses at the login and with bearer tokens are counted together', async () => {
  const { app, submit } = await openGuarded()
  for (let guess = 0; guess < 5; guess += 1) {
    await submit({ token: `form-${guess}` })
    await app.inject({
      url: '/api/v1/me',
      headers: { authorization: `Bearer bearer-${guess}` },
    })
  }
  const answer = await submit({ token: 'anns-token' })
  expect(answer.statusCode).toBe(429)
  expect(answer.headers['retry-after']).toBe('60')
  expect(answer.body).toContain('Too many wrong tokens; try again in 60 s')
})

test.each([
  ['/divergences?run=a', '/divergences?run=a'],
  ['prefix/x', './prefix/x'],
  ['', './'],
  ['//evil.example', './'],
  ['/\\evil.example', './'],
  ['/..//evil.example', './'],
  ['\\\\evil.example', './'],
  ['/\tevil', './'],
  ['a\r\nset-cookie: x=1', './'],
  ['https://evil.example', './https://evil.example'],
  ['javascript:alert(1)', './javascript:alert(1)'],
  ['//[', './'],
])('a login that is to lead to %j leads to %j', async (next, location) => {
  const { submit } = await openGuarded()
  const answer = await submit({ token: 'anns-token', next })
  expect(answer.statusCode).toBe(303)
  expect(answer.headers.location).toBe(location)
  const target = new URL(location, 'http://console.example/prefix/login')
  expect(target.origin).toBe('http://console.example')
})

test('a session ends by being left alone, and at the latest after a day', async () => {
  const { submit, cookieOf, ask, advance } = await openGuarded()
  const idle = cookieOf(await submit({ token: 'anns-token' }))
  const busy = cookieOf(await submit({ token: 'anns-token' }))
  for (let hour = 1; hour <= 23; hour += 1) {
    advance(3_600_000)
    if (hour !== 8) expect((await ask(busy)).statusCode).toBe(200)
    if (hour === 8) expect((await ask(idle)).statusCode).toBe(401)
  }
  advance(3_600_000)
  expect((await ask(busy)).statusCode).toBe(401)
})

test('logging out ends the session and takes the cookie back', async () => {
  const { app, submit, cookieOf, ask } = await openGuarded()
  const cookie = cookieOf(await submit({ token: 'anns-token' }))
  const answer = await app.inject({ method: 'POST', url: '/logout', headers: { cookie } })
  expect(answer.statusCode).toBe(204)
  expect(answer.headers['set-cookie']).toMatch(/=; Path=\/; Max-Age=0; HttpOnly/)
  expect((await ask(cookie)).statusCode).toBe(401)
})

test('behind https the cookie is secure', async () => {
  const { submit } = await openGuarded()
  const forwarded = await submit({ token: 'anns-token' }, { 'x-forwarded-proto': 'https' })
  expect(forwarded.headers['set-cookie']).toMatch(/; Secure$/)
  const origin = { origin: 'https://console.example', host: 'console.example' }
  expect((await submit({ token: 'anns-token' }, origin)).headers['set-cookie']).toMatch(/; Secure$/)
})

test('after a click on another site the page looks once more by itself, since the cookie came not along', async () => {
  const { app, submit, cookieOf } = await openGuarded()
  const headers = { ...PAGE, 'sec-fetch-site': 'cross-site' }
  const page = await app.inject({ url: '/divergences/9de1', headers })
  expect(page.body).toContain(
    '<meta http-equiv="refresh" content="0;url=../login?next=divergences%2F9de1">',
  )
  const cookie = cookieOf(await submit({ token: 'anns-token' }))
  const again = await app.inject({
    url: '/login?next=divergences%2F9de1',
    headers: { ...PAGE, cookie, 'sec-fetch-site': 'same-origin' },
  })
  expect(again.statusCode).toBe(303)
  expect(again.headers.location).toBe('./divergences/9de1')
  const anew = await app.inject({ url: '/login?next=x', headers: PAGE })
  expect(anew.statusCode).toBe(200)
  expect(anew.body).not.toContain('http-equiv')
})

test('a form of another site logs nobody in', async () => {
  const { submit } = await openGuarded()
  const foreign = { origin: 'http://evil.example', host: 'console.example' }
  expect((await submit({ token: 'anns-token' }, foreign)).statusCode).toBe(403)
  expect((await submit({ token: 'anns-token' }, { origin: 'null' })).statusCode).toBe(403)
})

test('logins go on while nothing can be written to the audit list', async () => {
  const broken: CommandPort = { execute: () => Promise.reject(new Error('the recorder is down')) }
  const { submit } = await openGuarded(broken)
  expect((await submit({ token: 'anns-token' })).statusCode).toBe(303)
})

test('who came, went and was turned away is on the audit list', async () => {
  const { app, reader } = await openReview([], { settings: consoleSettings('0.0.0.0', USERS) })
  await app.inject({ method: 'POST', url: '/login', payload: { token: 'wrong' } })
  const answer = await app.inject({
    method: 'POST',
    url: '/login',
    payload: { token: 'anns-token' },
  })
  const cookie = String(answer.headers['set-cookie']).split(';')[0] ?? ''
  await app.inject({ method: 'POST', url: '/logout', headers: { cookie } })
  await expect
    .poll(async () => {
      const { items } = await reader.listAudit({ limit: 10 })
      return items.map(({ actor, action, subject }) => [actor, action, subject])
    })
    .toEqual([
      ['ann', 'logout', 'ann'],
      ['ann', 'login', 'ann'],
      ['unknown', 'login-failed', '127.0.0.1'],
    ])
  const { items } = await reader.listAudit({ limit: 10 })
  expect(JSON.stringify(items)).not.toContain('anns-token')
})

test('on loopback without users nobody is asked', async () => {
  const app = await openConsole()
  const login = await app.inject({ url: '/login?next=runs' })
  expect([login.statusCode, login.headers.location]).toEqual([303, './runs'])
  expect((await app.inject('/api/v1/me')).json()).toEqual({
    name: 'local',
    role: 'operator',
    authRequired: false,
  })
})
