/** A configuration with every key of the contract, read as it is meant. */

import { expect, test } from 'vitest'
import { loadText, settingsOf } from './load-text.ts'

const YAML = String.raw`
listen: 0.0.0.0:8080
primary: http://old:8080
shadow: http://new:8080
control: http://old-b:8080
run: orders-4.1
workers: 2
console: { listen: 127.0.0.1:9081, users: [{ name: eve, role: operator, token: ${'$'}{EVE_TOKEN} }] }
health: 0.0.0.0:8082
store: /var/lib/shadowdiff/orders.db
retention: { age: 7d, size: 20GB }
forwarded: preserve
routes:
  - name: things
    match:
      hosts: [Shop.example, '*.shop.example']
      path: { prefix: /things }
      methods: [GET]
      headers: { End-User: { exact: mia }, x-beta: { present: true } }
      query: { tier: { regex: 'gold|silver' } }
    primary:
      url: http://old:8080
      timeout: 45s
      idle: 10m
      retries: { attempts: 2, perTryTimeout: 1s }
      rewrite: { prefix: /v1/things }
    shadow:
      url: https://new.example
      percent: 12.5
      methods: all
      host: suffix
      headers: { set: { authorization: Bearer ${'$'}{V2_TOKEN} }, remove: [X-Internal] }
      timeout: 12s
      maxRequestBody: 2MB
      maxInFlight: 100
      maxBacklog: 50
      order: cookie:sid
      breaker: { consecutiveFailures: 9, openFor: 1m }
      fault: { delay: { percent: 5, for: 2s }, abort: { percent: 0, status: 503 } }
      rewrite: { prefix: /v2/things }
      tls: { serverName: inner.example, verify: off }
    control: { url: http://old-b:8080, percent: 40, maxInFlight: 32 }
  - name: reports
    match: { path: { exact: /reports } }
    shadow: none
record: { maxBody: 2MB, bodies: full, matches: sample 10%, redact: { headers: [X-Api-Key], body: [/user/email, /**/password] } }
rules:
  - { id: made, endpoint: 'GET /things/**', ignore: 'body:/madeAt' }
  - { id: labels, unordered: 'body:/things/*/labels' }
  - { id: things, key: 'body:/things', by: id }
  - { id: rank, tolerate: 'body:/rank', relative: 1% }
  - { id: seen, class: 'body:/seenAt', as: timestamp }
  - { id: media, rewrite: 'body:/**/url', pattern: '^https://media-\d+', with: 'https://media' }
verdict:
  minRequests: 2000
  maxDivergence: 0.2%
  maxUncompared: 0.02
  maxLatencyRatio: 1.25
  confidence: 99%
  endpoints: { minRequests: 50, required: ['POST /orders'] }
endpoints: { patterns: ['GET /files/{name}'] }
`

const env = { EVE_TOKEN: 'a-token-that-is-long', V2_TOKEN: 'secret-of-v2' }

test('every key of the contract is read as it is meant', () => {
  const { settings } = settingsOf(loadText(YAML, { env }))
  expect(settings).toMatchObject({
    listen: { host: '0.0.0.0', port: 8080 },
    run: 'orders-4.1',
    workers: 2,
    console: {
      listen: { host: '127.0.0.1', port: 9081 },
      users: [{ name: 'eve', role: 'operator', token: 'a-token-that-is-long' }],
    },
    health: { host: '0.0.0.0', port: 8082 },
    store: '/var/lib/shadowdiff/orders.db',
    retention: { ageMs: 604_800_000, sizeBytes: 20e9 },
    forwarded: 'preserve',
    via: true,
    record: {
      maxBodyBytes: 2_000_000,
      bodies: 'full',
      matches: 0.1,
      redact: { headers: ['x-api-key'], body: ['/user/email', '/**/password'] },
    },
    verdict: {
      minRequests: 2000,
      maxDivergence: 0.002,
      maxUncompared: 0.02,
      maxLatencyRatio: 1.25,
      confidence: 0.99,
      endpoints: { minRequests: 50, required: ['POST /orders'] },
    },
    endpoints: { patterns: ['GET /files/{name}'] },
  })
  expect(settings.rules.map(({ id }) => id)).toEqual([
    'made',
    'labels',
    'things',
    'rank',
    'seen',
    'media',
  ])
  expect(settings.routes.map(({ name }) => name)).toEqual(['things', 'reports', 'default'])
})

test('a route has its own conditions and legs', () => {
  const { settings } = settingsOf(loadText(YAML, { env }))
  expect(settings.routes[0]).toEqual({
    name: 'things',
    match: {
      hosts: ['shop.example', '*.shop.example'],
      path: { kind: 'prefix', value: '/things' },
      methods: ['GET'],
      headers: { 'end-user': { kind: 'exact', value: 'mia' }, 'x-beta': { kind: 'present' } },
      query: { tier: { kind: 'regex', value: 'gold|silver' } },
    },
    primary: {
      url: 'http://old:8080',
      timeoutMs: 45_000,
      idleMs: 600_000,
      retries: { attempts: 2, perTryTimeoutMs: 1000 },
      rewritePrefix: { from: '/things', to: '/v1/things' },
    },
    shadow: {
      url: 'https://new.example',
      percent: 12.5,
      methods: 'all',
      host: { kind: 'suffix' },
      headers: { set: [['authorization', 'Bearer secret-of-v2']], remove: ['x-internal'] },
      timeoutMs: 12_000,
      idleMs: 15_000,
      maxRequestBodyBytes: 2_000_000,
      maxInFlight: 100,
      maxBacklog: 50,
      order: { kind: 'cookie', name: 'sid' },
      breaker: { consecutiveFailures: 9, openForMs: 60_000 },
      fault: { delay: { percent: 5, forMs: 2000 } },
      rewritePrefix: { from: '/things', to: '/v2/things' },
      tls: { serverName: 'inner.example', verify: false },
    },
    control: {
      url: 'http://old-b:8080',
      isPrimary: false,
      percent: 40,
      maxInFlight: 32,
      timeoutMs: 15_000,
      idleMs: 15_000,
      rewritePrefix: { from: '/things', to: '/v1/things' },
    },
  })
})

test('the last route is the top of the file, and takes what no other takes', () => {
  const { settings } = settingsOf(loadText(YAML, { env }))
  const [, reports, last] = settings.routes
  expect(reports).toEqual({
    name: 'reports',
    match: { path: { kind: 'exact', value: '/reports' } },
    primary: { url: 'http://old:8080', timeoutMs: 60_000, idleMs: 300_000 },
  })
  expect(last).toMatchObject({
    primary: { url: 'http://old:8080', timeoutMs: 60_000, idleMs: 300_000 },
    shadow: { url: 'http://new:8080', percent: 100 },
    control: { url: 'http://old-b:8080', percent: 100, isPrimary: false, maxInFlight: 64 },
  })
  expect(last?.match).toBeUndefined()
})
