import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { importIstio } from '../../src/config/istio.ts'
import { linesOf, loadText, settingsOf } from './load-text.ts'

/** A VirtualService of the namespace `shop` with these lines below `spec`. */
function service(spec: string, name = 'reviews'): string {
  const lines = spec.trim().split('\n')
  return [
    'apiVersion: networking.istio.io/v1',
    'kind: VirtualService',
    `metadata: { name: ${name}, namespace: shop }`,
    'spec:',
    ...lines.map((line) => `  ${line}`),
  ].join('\n')
}

function imported(...documents: string[]) {
  const result = importIstio([{ name: 'vs.yaml', text: documents.join('\n---\n') }])
  const { routes } = parse(result.yaml) as { routes: Record<string, unknown>[] }
  return { ...result, written: routes, lines: linesOf(result.warnings) }
}

const TO_V1 = 'route: [{ destination: { host: reviews, port: { number: 9080 } } }]'

test('a mirror with its share becomes a shadow, and the configuration is one that the program takes', () => {
  const { yaml, written, lines } = imported(
    service(`
hosts: [reviews.shop.svc.cluster.local]
http:
  - name: main
    match: [{ uri: { prefix: /reviews/ } }]
    ${TO_V1}
    mirror: { host: reviews-next, port: { number: 9080 } }
    mirrorPercentage: { value: 12.5 }
    timeout: 1m30s
    retries: { attempts: 3, perTryTimeout: 0.5s }
`),
  )
  expect(written).toEqual([
    {
      name: 'reviews-main',
      match: {
        hosts: ['reviews', 'reviews.shop', 'reviews.shop.svc', 'reviews.shop.svc.cluster.local'],
        path: { prefix: '/reviews/' },
      },
      primary: {
        url: 'http://reviews.shop:9080',
        timeout: '90s',
        retries: { attempts: 3, perTryTimeout: '500ms' },
      },
      shadow: { url: 'http://reviews-next.shop:9080', percent: 12.5 },
    },
  ])
  expect(lines).toEqual([expect.stringContaining('retries: only idempotent methods')])
  expect(settingsOf(loadText(yaml)).settings.routes[0]).toMatchObject({
    primary: { timeoutMs: 90_000, retries: { attempts: 3, perTryTimeoutMs: 500 } },
    shadow: { percent: 12.5 },
  })
})

test.each([
  ['mirrorPercent: 30', 30],
  ['mirror_percent: 30', 30],
  ['mirror_percentage: { value: 0.5 }', 0.5],
  ['mirrorPercentage: { value: 0.0 }', 0],
  ['mirrorPercentage: { value: 100.0 }', undefined],
  ['name: without', undefined],
])('the share of the deprecated and the present spellings is read: %s', (line, percent) => {
  const { written } = imported(
    service(`hosts: ['*']\nhttp:\n  - ${TO_V1}\n    mirror: { host: next }\n    ${line}`),
  )
  expect(written[0]?.['shadow']).toEqual({
    url: 'http://next.shop:9080',
    ...(percent === undefined ? {} : { percent }),
  })
  expect(written[0]?.['match']).toBeUndefined()
})

const NEXT = ['apiVersion: v1', 'kind: Service', 'metadata: { name: next, namespace: shop }']
const portsOf = (...ports: number[]) =>
  [...NEXT, `spec: { ports: [${ports.map((port) => `{ port: ${port} }`).join(', ')}] }`].join('\n')
const ASSUMED =
  'shadow: no port is given for next.shop: 9080 is assumed as for primary (Istio takes the port that the client called)'

test.each([
  ['that of its Service, when it has one only', [portsOf(8000)], 'http://next.shop:8000', []],
  [
    'the one called, when its Service has several',
    [portsOf(80, 8000)],
    'http://next.shop:9080',
    [ASSUMED],
  ],
  ['the one called, when its Service is not known', [], 'http://next.shop:9080', [ASSUMED]],
])('the port of a mirror without one is %s', (_, others, url, told) => {
  const { written, lines } = imported(
    service(`hosts: ['*']\nhttp:\n  - ${TO_V1}\n    mirror: { host: next }`),
    ...others,
  )
  expect(written[0]?.['shadow']).toEqual({ url })
  expect(lines).toEqual(told.map((note) => expect.stringContaining(note) as string))
})

test('of several mirrors the first is taken and the others are told', () => {
  const { written, lines } = imported(
    service(`
hosts: [shop.example]
http:
  - ${TO_V1}
    mirrors:
      - destination: { host: one, port: { number: 80 } }
        percentage: { value: 20 }
      - destination: { host: two, port: { number: 81 } }
`),
  )
  expect(written[0]).toMatchObject({
    match: { hosts: ['shop.example'] },
    shadow: { url: 'http://one.shop', percent: 20 },
  })
  expect(lines).toEqual([
    expect.stringMatching(/^7 reviews-1: one shadow a route: http:\/\/two\.shop:81/),
  ])
})

test('each match of a route is a route', () => {
  const { written } = imported(
    service(`
hosts: [a.example, '*.b.example']
http:
  - match:
      - headers: { end-user: { exact: jason }, x-any: {} }
        method: { exact: POST }
      - queryParams: { beta: { regex: 'yes|1' } }
        method: { regex: '^(GET|HEAD)$' }
      - authority: { exact: 'C.example:8080' }
    ${TO_V1}
`),
  )
  const hosts = ['a.example', '*.b.example']
  expect(written.map(({ name, match }) => [name, match])).toEqual([
    [
      'reviews-1-1',
      {
        hosts,
        methods: ['POST'],
        headers: { 'end-user': { exact: 'jason' }, 'x-any': { present: true } },
      },
    ],
    ['reviews-1-2', { hosts, methods: ['GET', 'HEAD'], query: { beta: { regex: 'yes|1' } } }],
    ['reviews-1-3', { hosts: ['c.example'] }],
  ])
})

test.each([
  ['delegate: { name: other, namespace: shop }', 'left out: delegate to other has no equivalent'],
  ['redirect: { uri: /new }', 'left out: redirect has no equivalent'],
  ['directResponse: { status: 503 }', 'left out: directResponse has no equivalent'],
  ['name: none', 'left out: it has no destination'],
  [`match: [{ uri: { regex: '(?=a)' } }]\n    ${TO_V1}`, 'left out: the regular expression of uri'],
  [`match: [{ sourceLabels: { app: a } }]\n    ${TO_V1}`, 'left out: sourceLabels cannot be'],
  [`match: [{ withoutHeaders: { a: {} } }]\n    ${TO_V1}`, 'left out: withoutHeaders cannot be'],
  [`match: [{ authority: { prefix: a } }]\n    ${TO_V1}`, 'left out: authority is not an exact'],
  [`match: [{ method: { prefix: P } }]\n    ${TO_V1}`, 'left out: method is not a list'],
])('a route that would take other requests is left out and told: %s', (route, expected) => {
  const { written, lines, yaml } = imported(
    service(`hosts: ['*']\nhttp:\n  - ${route}\n  - name: rest\n    ${TO_V1}`),
  )
  expect(written.map(({ name }) => name)).toEqual(['reviews-rest'])
  expect(lines).toEqual([expect.stringContaining(expected)])
  expect(yaml).toContain(`# ${lines[0]?.replace(/^\d+ /, '')}`)
})

test('what is not taken over is told, once for all matches', () => {
  const { lines } = imported(
    service(`
hosts: ['*']
tcp: [{}]
http:
  - match: [{ uri: { prefix: /a }, port: 80, ignoreUriCase: true }, { uri: { exact: /b } }]
    route:
      - { destination: { host: v1, port: { number: 80 } }, weight: 20 }
      - { destination: { host: v2, port: { number: 80 } }, weight: 80 }
    fault: { abort: { httpStatus: 500, percentage: { value: 1 } } }
    corsPolicy: {}
    headers:
      request: { set: { x-a: b, x-request-id: c }, add: { x-b: c }, remove: [x-c, connection] }
      response: { remove: [server] }
`),
  )
  expect(lines).toEqual([
    '6 tcp: only HTTP is mirrored',
    '8 reviews-1-1: traffic is not split: 20 % went to http://v1.shop',
    '8 reviews-1-1: headers.request.set: x-request-id cannot be set here',
    '8 reviews-1-1: headers.request.add: x-b replaces what is there',
    '8 reviews-1-1: headers.request.remove: connection cannot be removed here',
    '8 reviews-1-1: headers.response: the answer is never changed',
    '8 reviews-1-1: fault: clients get none here; shadow.fault is for copies',
    '8 reviews-1-1: corsPolicy has no equivalent',
    '8 reviews-1-1: port is not looked at',
    '8 reviews-1-1: the case of the path counts here',
    '8 reviews-1-1: a prefix ends at a segment here: /ax is not taken',
  ])
})

test('headers and rewrites are taken over', () => {
  const { written, yaml } = imported(
    service(`
hosts: ['*']
http:
  - match: [{ uri: { prefix: /old/ } }]
    rewrite: { uri: /new/, authority: inner.example }
    route:
      - destination: { host: v1, port: { number: 80 } }
        headers: { request: { set: { x-only-v1: yes } } }
    headers: { request: { set: { x-both: 1 }, remove: [x-c] } }
    mirror: { host: v2, port: { number: 80 } }
`),
  )
  expect(written[0]).toMatchObject({
    primary: {
      headers: {
        set: { 'x-both': '1', 'x-only-v1': 'yes', host: 'inner.example' },
        remove: ['x-c'],
      },
      rewrite: { prefix: '/new/' },
    },
    shadow: { headers: { set: { 'x-both': '1' }, remove: ['x-c'] } },
  })
  expect(settingsOf(loadText(yaml)).settings.routes[0]?.shadow?.rewritePrefix).toEqual({
    from: '/old/',
    to: '/new/',
  })
})

const SUBSETS = service(
  `
host: reviews
subsets: [{ name: v1, labels: { version: v1 } }, { name: v2, labels: { version: v2 } }]
`,
).replace('VirtualService', 'DestinationRule')

test('a subset is found at the Service that selects its pods, else a name is assumed and told', () => {
  const canary = service(
    'selector: { app: reviews, version: v2 }\nports: [{ port: 9080 }]',
    'reviews-canary',
  ).replace('VirtualService', 'Service')
  const { written, lines } = imported(
    SUBSETS,
    canary,
    service(`
hosts: [reviews]
http:
  - route: [{ destination: { host: reviews, subset: v1, port: { number: 9080 } } }]
    mirror: { host: reviews, subset: v2 }
`),
  )
  expect(written[0]).toMatchObject({
    primary: { url: 'http://reviews-v1.shop:9080' },
    shadow: { url: 'http://reviews-canary.shop:9080' },
  })
  expect(lines).toEqual([expect.stringContaining('subset v1 of reviews has no name of its own')])
})

test('exact hosts come before wildcards, as the mesh has it', () => {
  const http = `http: [{ ${TO_V1} }]`
  const { written } = imported(
    service(`hosts: ['*']\n${http}`, 'all'),
    service(`hosts: ['*.example']\n${http}`, 'wild'),
    service(`hosts: ['*.a.example']\n${http}`, 'wilder'),
    service(`hosts: [b.example]\n${http}`, 'exact'),
    service(`hosts: [b.example]\n${http}`, 'exact'),
  )
  expect(written.map(({ name }) => name)).toEqual([
    'exact-1',
    'exact-1-2',
    'wilder-1',
    'wild-1',
    'all-1',
  ])
})

test('a List is read, and what is no YAML is told with its line', () => {
  const list = `kind: List\nitems:\n  - ${service(`hosts: ['*']\nhttp: [{ ${TO_V1} }]`).replaceAll('\n', '\n    ')}`
  expect(imported(list).routes).toBe(1)
  const broken = importIstio([
    { name: 'chart.yaml', text: 'kind: VirtualService\n{{- if .Values.enabled }}\nspec: {}\n' },
  ])
  expect(broken.routes).toBe(0)
  expect(broken.warnings[0]?.where).toBe('chart.yaml:2')
})
