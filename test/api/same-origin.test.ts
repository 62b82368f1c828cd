import { expect, test } from 'vitest'
import type { ConsoleUser } from '../../src/core/settings.ts'
import { consoleSettings, openConsole } from '../support/console.ts'
import { openReview } from '../support/review-console.ts'
import { shopReview } from '../support/shop-review.ts'

const ann: ConsoleUser = { name: 'ann', role: 'operator', token: 'anns-token' }
const HOST = 'localhost:8081'

const FOREIGN: readonly (readonly [string, Record<string, string>])[] = [
  ['another origin', { origin: 'http://evil.example' }],
  ['another port', { origin: 'http://localhost:3000' }],
  ['no origin that can be named', { origin: 'null' }],
  ['a name that begins like ours', { origin: 'http://localhost:8081.evil.example' }],
  ['user info that looks like us', { origin: 'http://localhost:8081@evil.example' }],
  ['another site, says the browser', { 'sec-fetch-site': 'cross-site', origin: `http://${HOST}` }],
  ['a sister site, says the browser', { 'sec-fetch-site': 'same-site' }],
]

test.each(FOREIGN)('on loopback a page of %s changes nothing', async (_title, headers) => {
  const { app, reader } = await openReview(shopReview())
  const before = await reader.version()
  for (const [method, url, payload] of [
    ['DELETE', '/api/v1/exchanges?method=GET', undefined],
    ['POST', '/api/v1/reload', undefined],
    ['PATCH', '/api/v1/mirror', { paused: true }],
    ['POST', '/api/v1/gate/flagger/confirm', {}],
  ] as const) {
    const answer = await app.inject({
      ...{ method, url, headers: { host: HOST, ...headers } },
      ...(payload && { payload }),
    })
    expect(answer.statusCode).toBe(403)
    expect(answer.json()).toMatchObject({
      detail: expect.stringMatching(/^Origin: expected .*; nothing was changed$/) as string,
    })
  }
  expect(await reader.version()).toBe(before)
})

test.each([
  ['our own page', { 'sec-fetch-site': 'same-origin', origin: 'http://mapped:9' }],
  ['our own page in an older browser', { origin: `http://${HOST}` }],
  ['our own page in capitals', { origin: `HTTP://LOCALHOST:8081` }],
  ['a program', {}],
  [
    'our own page behind a proxy that says so',
    { origin: 'https://diff.example', 'x-forwarded-host': 'diff.example' },
  ],
])('%s may', async (_title, headers) => {
  const { app } = await openReview()
  const answer = await app.inject({
    method: 'PATCH',
    url: '/api/v1/mirror',
    headers: { host: HOST, ...headers },
    payload: { paused: true },
  })
  expect(answer.statusCode).toBe(200)
})

test.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'])(
  'a form of %s changes nothing, whatever it says',
  async (type) => {
    const { app } = await openReview()
    for (const payload of ['{"paused":true}', '']) {
      const answer = await app.inject({
        ...{ method: 'PATCH', url: '/api/v1/mirror', payload },
        headers: { host: HOST, 'content-type': type },
      })
      expect(answer.statusCode).toBe(415)
    }
  },
)

test('sessions and Basic, which browsers send along, are checked; a bearer token, which they do not, is not', async () => {
  const { app } = await openReview([], { settings: consoleSettings('127.0.0.1', [ann]) })
  const login = await app.inject({ method: 'POST', url: '/login', payload: { token: ann.token } })
  const cookie = String(login.headers['set-cookie']).split(';')[0] ?? ''
  const change = async (headers: Record<string, string>) => {
    const origin = 'http://evil.example'
    const payload = { paused: true }
    const all = { host: HOST, origin, ...headers }
    return (await app.inject({ method: 'PATCH', url: '/api/v1/mirror', headers: all, payload }))
      .statusCode
  }
  expect(await change({ cookie })).toBe(403)
  expect(await change({ authorization: `Basic ${btoa(`x:${ann.token}`)}` })).toBe(403)
  expect(await change({ authorization: `Bearer ${ann.token}` })).toBe(200)
})

test('without anything that takes commands every change says so and when to come back', async () => {
  const app = await openConsole()
  const answer = await app.inject({
    method: 'PATCH',
    url: '/api/v1/mirror',
    payload: { paused: true },
  })
  expect(answer.statusCode).toBe(503)
  expect(answer.headers['retry-after']).toBe('1')
})
