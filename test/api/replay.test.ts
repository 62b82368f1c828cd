import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import type { ReplayView } from '../../src/core/exchange-report.ts'
import { consoleSettings } from '../support/console.ts'
import { exchangeOf, bodyOf, judgedOf, responseOf } from '../support/exchange-fixtures.ts'
import { openReview } from '../support/review-console.ts'

const SECRET = 'redacted.string.17-32.9f86d081884c7d65.3fa1c2b4'
const ID = '019b8e0f-1e00-7c4a-9a61-6b0c7d2f4a01'

interface Seen {
  readonly method: string
  readonly url: string
  readonly headers: Record<string, string | string[] | undefined>
  readonly body: string
}

async function startUpstream(
  answer: (seen: Seen) => { status?: number; body: string; cookie?: string },
) {
  const seen: Seen[] = []
  const server: Server = createServer((request, response) => {
    void (async () => {
      let body = ''
      for await (const chunk of request) body += String(chunk)
      const one = {
        method: request.method ?? '',
        url: request.url ?? '',
        headers: request.headers,
        body,
      }
      seen.push(one)
      const { status = 200, body: text, cookie } = answer(one)
      response.writeHead(status, {
        'content-type': 'application/json',
        ...(cookie !== undefined && { 'set-cookie': cookie }),
      })
      response.end(text)
    })()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen, server }
}

async function openReplay(request: Partial<ReturnType<typeof exchangeOf>['request']> = {}) {
  const primary = await startUpstream(() => ({ body: '{"price":10}', cookie: 'sid=very-secret-1' }))
  const shadow = await startUpstream(() => ({ body: '{"price":12}', cookie: 'sid=very-secret-2' }))
  const base = consoleSettings()
  const [route] = base.routes
  if (route?.shadow === undefined) throw new Error('a mirrored route')
  const settings = {
    ...base,
    routes: [
      {
        ...route,
        primary: { ...route.primary, url: primary.url },
        shadow: {
          ...route.shadow,
          url: shadow.url,
          rewritePrefix: { from: '/items', to: '/v2/items' },
          headers: { set: [['x-version', '2']] as const, remove: [] },
        },
      },
    ],
  }
  const sent = [
    'Host',
    'shop.example',
    'Authorization',
    SECRET,
    'X-Request-Id',
    'old',
    'Accept',
    '*/*',
  ]
  const exchange = exchangeOf({
    id: ID,
    request: {
      method: 'GET',
      target: '/items/17?page=2',
      headers: sent,
      body: bodyOf(''),
      ...request,
    },
    primary: responseOf('{"price":10}', { sentHeaders: sent }),
    shadow: responseOf('{"price":11}', {
      sentHeaders: ['Host', 'shop.example-shadow', 'Authorization', SECRET, 'Accept', '*/*'],
    }),
  })
  const review = await openReview([judgedOf(exchange)], { settings })
  const send = (payload: object = {}) =>
    review.app.inject({ method: 'POST', url: `/api/v1/exchanges/${ID}/replay`, payload })
  return { ...review, primary, shadow, send }
}

test('a stored request goes to both versions as it went before, and is compared anew', async () => {
  const { primary, shadow, send } = await openReplay()
  const answer = await send()
  expect(answer.statusCode).toBe(200)
  const view = answer.json<ReplayView>()
  expect(view).toMatchObject({
    source: 'replay',
    outcome: 'divergent',
    endpoint: 'GET /items/{id}',
    primaryStatus: 200,
    shadowStatus: 200,
    unsent: ['header:authorization'],
  })
  expect(view.differences).toMatchObject([{ location: 'body:/price', primary: '10', shadow: '12' }])
  const [asked] = primary.seen
  expect(asked).toMatchObject({ method: 'GET', url: '/items/17?page=2' })
  expect(asked?.headers).toMatchObject({ host: 'shop.example', accept: '*/*' })
  expect(asked?.headers.authorization).toBeUndefined()
  expect(asked?.headers['x-request-id']).toBe(view.requestId)
  expect(shadow.seen[0]).toMatchObject({
    url: '/v2/items/17?page=2',
    headers: { host: 'shop.example-shadow', 'x-version': '2' },
  })
})

test('secrets of the new answers are not shown, and equal ones stay equal', async () => {
  const { send } = await openReplay()
  const { body } = await send()
  expect(body).not.toContain('very-secret')
  expect(body).toMatch(/redacted\.string\./)
})

test('nothing of it is stored but who did it', async () => {
  const { app, reader, send } = await openReplay()
  await send()
  const list = await app.inject('/api/v1/exchanges')
  expect(list.json<{ items: object[] }>().items).toHaveLength(1)
  const { items } = await reader.listAudit({ limit: 5 })
  expect(items).toMatchObject([{ action: 'replay', subject: ID, actor: 'local' }])
})

test('what may change data is sent only when that is wanted', async () => {
  const { primary, send } = await openReplay({ method: 'POST', body: bodyOf('{"a":1}') })
  const refused = await send()
  expect(refused.statusCode).toBe(400)
  expect(refused.json<{ detail: string }>().detail).toBe(
    'force: POST may change data; expected true to send it again',
  )
  expect(primary.seen).toEqual([])
  expect((await send({ force: true })).statusCode).toBe(200)
  expect(primary.seen[0]).toMatchObject({ method: 'POST', body: '{"a":1}' })
})

test.each([
  ['a secret in the address', { target: `/items/17?token=${SECRET}` }],
  [
    'a body of which a part was kept',
    { body: { ...bodyOf('{"a"'), length: 900, sha256: 'ab'.repeat(32) } },
  ],
])('a request with %s is refused and not sent otherwise', async (_title, request) => {
  const { primary, send } = await openReplay(request)
  expect((await send({ force: true })).statusCode).toBe(409)
  expect(primary.seen).toEqual([])
})

test('a version that does not answer is an observation, not an error', async () => {
  const { shadow, send } = await openReplay()
  shadow.server.close()
  shadow.server.closeAllConnections()
  const view = (await send()).json<ReplayView>()
  expect(view.shadow).toMatchObject({ kind: 'failure', reason: 'refused' })
  expect(view.differences).toMatchObject([{ location: 'failure:refused', severity: 'breaking' }])
})

test('an exchange that is not there is not found', async () => {
  const { app } = await openReplay()
  const url = '/api/v1/exchanges/019b8e0f-1e00-7c4a-9a61-000000000000/replay'
  expect((await app.inject({ method: 'POST', url, payload: {} })).statusCode).toBe(404)
})
