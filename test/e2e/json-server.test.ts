/**
 * A real application in two real versions. What is listed here was looked up by hand, with curl against
 * both: every divergence is a true change of json-server between 0.17.4 and 1.0.0-beta.3.
 */

import { afterAll, beforeAll, expect, test } from 'vitest'
import { RawClient } from '../support/http-client.ts'
import type { RawRequest } from '../support/http-client.ts'
import { startJsonServer } from '../support/json-server.ts'
import type { JsonServer } from '../support/json-server.ts'
import { runShadowdiff } from '../support/shadowdiff.ts'
import type { RunningShadowdiff } from '../support/shadowdiff.ts'

const CONTENT = {
  posts: [
    { id: '1', title: 'first', views: 100, tags: ['a', 'b'] },
    { id: '2', title: 'second', views: 200, tags: [] },
    { id: '3', title: 'third', views: 300, tags: ['b'] },
  ],
  comments: [
    { id: '1', text: 'nice', postId: '1' },
    { id: '2', text: 'well', postId: '1' },
  ],
  profile: { name: 'typicode' },
}

const post = (body: string, path = '/posts', method = 'POST'): RawRequest => ({
  method,
  path,
  body,
  headers: { 'Content-Type': 'application/json' },
})

const REQUESTS: readonly RawRequest[] = [
  { path: '/posts' },
  { path: '/posts/1' },
  { path: '/posts/99' },
  { path: '/posts?q=second' },
  { path: '/posts?_sort=views&_order=desc' },
  { path: '/posts?_page=1&_limit=2' },
  { path: '/posts?views_gte=200' },
  { path: '/comments?_expand=post' },
  { path: '/posts/1/comments' },
  { path: '/profile' },
  { path: '/db' },
  { method: 'HEAD', path: '/posts' },
  {
    method: 'OPTIONS',
    path: '/posts',
    headers: { Origin: 'http://app.example', 'Access-Control-Request-Method': 'PUT' },
  },
  post('{"id":"10","title":"tenth"}'),
  post('{"id":"10","title":"again"}'),
  post('{broken'),
  post('{"title":"put"}', '/posts/2', 'PUT'),
  post('{"views":101}', '/posts/1', 'PATCH'),
  post('{"name":"you"}', '/profile', 'PATCH'),
  { method: 'DELETE', path: '/posts/3' },
]

/** Express and its middleware against tinyhttp: on every answer with a body. */
const EVERYWHERE = [
  'value header:x-powered-by', // Express -> tinyhttp
  'missing header:vary', // Origin, Accept-Encoding
  'missing header:access-control-allow-credentials',
  'missing header:cache-control', // no-cache
  'missing header:pragma',
  'missing header:expires',
  'extra header:access-control-allow-origin', // *, where 0.17 answers only who names an Origin
  'extra header:access-control-allow-methods',
  'extra header:access-control-allow-headers',
  'value header:content-type', // the charset is gone; text instead of JSON for what is not found
]
const NO_SNIFF = 'missing header:x-content-type-options'
const NO_ETAG = 'missing header:etag' // only for what was found

const EXPECTED: Readonly<Record<string, readonly string[]>> = {
  'GET /posts': [
    ...EVERYWHERE,
    NO_SNIFF,
    NO_ETAG,
    'extra body:/*', // ?q= searches no more: everything is found
    'order body:', // ?_order=desc is gone
    'missing header:link', // of ?_page=
    'missing header:x-total-count',
    'missing header:access-control-expose-headers',
  ],
  // The one that is not there is text "Not Found" instead of {}.
  'GET /posts/{id}': [...EVERYWHERE, NO_SNIFF, NO_ETAG, 'type body:'],
  'GET /posts/{id}/comments': [...EVERYWHERE, NO_SNIFF, 'value status', 'type body:'], // 404
  'GET /comments': [...EVERYWHERE, NO_SNIFF, NO_ETAG, 'missing body:/*/post'], // ?_expand= is gone
  'GET /profile': [...EVERYWHERE, NO_SNIFF, NO_ETAG],
  'GET /db': [...EVERYWHERE, NO_SNIFF, 'value status', 'type body:'], // 404
  'HEAD /posts': [...EVERYWHERE, NO_SNIFF, NO_ETAG],
  'OPTIONS /posts': [
    'value header:x-powered-by',
    'missing header:vary',
    'missing header:access-control-allow-credentials',
    'value header:access-control-allow-origin', // the Origin -> *
    'extra header:access-control-allow-headers',
  ],
  'POST /posts': [
    ...EVERYWHERE,
    NO_SNIFF,
    NO_ETAG,
    'missing header:location',
    'missing header:access-control-expose-headers', // Location
    'value status', // a duplicate id: 500 -> 201; broken JSON: 400 -> 500
    'type body:', // a duplicate id: a stack trace -> the post; broken JSON: a page -> a line of text
    'missing header:content-type', // of that line
    'missing header:content-security-policy', // of that page
  ],
  'PUT /posts/{id}': [...EVERYWHERE, NO_SNIFF, NO_ETAG],
  'PATCH /posts/{id}': [...EVERYWHERE, NO_SNIFF, NO_ETAG],
  'PATCH /profile': [...EVERYWHERE, NO_SNIFF, NO_ETAG, 'extra body:/item'], // keeps the old one inside
  'DELETE /posts/{id}': [
    ...EVERYWHERE,
    NO_SNIFF,
    NO_ETAG,
    // The deleted post instead of {}.
    ...['extra body:/id', 'extra body:/title', 'extra body:/views', 'extra body:/tags'],
  ],
}

let versions: readonly [JsonServer, JsonServer]
let service: RunningShadowdiff
beforeAll(async () => {
  versions = await Promise.all([
    startJsonServer('0.17.4', CONTENT),
    startJsonServer('1.0.0-beta.3', CONTENT),
  ])
  service = await runShadowdiff({ primary: versions[0].url, shadow: versions[1].url })
})
afterAll(async () => {
  await service.remove()
  await Promise.all(versions.map((one) => one.stop()))
})

test('json-server 0.17.4 beside 1.0.0-beta.3: the divergences are its true changes, all and only these', async () => {
  const client = new RawClient(service.proxy)
  const curl = { Host: 'api.example', 'User-Agent': 'curl/8.14.1', Accept: '*/*' }
  for (const request of REQUESTS) {
    await client.send({ ...request, headers: { ...curl, ...request.headers } })
    // A write must have reached both before the next request reads it.
    await service.api.settled()
  }
  client.close()

  const found: Record<string, string[]> = {}
  for (const { endpoint, kind, location } of await service.api.divergences()) {
    ;(found[endpoint] ??= []).push(`${kind} ${location}`)
  }
  for (const list of Object.values(found)) list.sort()
  expect(found).toEqual(
    Object.fromEntries(Object.entries(EXPECTED).map(([key, list]) => [key, [...list].sort()])),
  )
}, 60_000)

test('what no version changed is not told: these bodies are equal', async () => {
  const client = new RawClient(service.proxy)
  await client.send({ path: '/comments?postId=1', headers: { 'x-request-id': 'same-body' } })
  client.close()
  await service.api.settled()
  const [row] = await service.api.exchanges('requestId=same-body')
  const { differences } = await service.api.exchange(row?.id ?? '')
  expect(differences.length).toBeGreaterThan(0)
  expect(differences.filter(({ location }) => !location.startsWith('header:'))).toEqual([])
})
