import { expect, test } from 'vitest'
import { loadText, problemsOf, settingsOf } from './load-text.ts'

const read = (yaml: string) => settingsOf(loadText(yaml)).settings.routes
const refuse = (yaml: string) => problemsOf(loadText(yaml))

test('a route inherits what it does not say', () => {
  const [route] = read(
    [
      'primary: { url: http://v1, timeout: 5s, headers: { set: { x-a: 1 } } }',
      'shadow: { url: http://v2, maxInFlight: 3, order: connection }',
      'control: http://v1-b',
      'percent: 30',
      'methods: safe',
      'shadowHost: preserve',
      'controlPercent: 7',
      'routes: [{ name: a, match: { path: { exact: /a } }, shadow: { percent: 1 } }]',
    ].join('\n'),
  )
  expect(route).toMatchObject({
    primary: {
      url: 'http://v1',
      timeoutMs: 5000,
      headers: { set: [['x-a', '1']], remove: [] },
    },
    shadow: {
      url: 'http://v2',
      percent: 1,
      methods: 'safe',
      host: { kind: 'preserve' },
      maxInFlight: 3,
      order: { kind: 'connection' },
    },
    control: { url: 'http://v1-b', percent: 7, isPrimary: false },
  })
})

test('what belongs to an address is not inherited by another address', () => {
  const [route] = read(
    [
      'primary: http://v1',
      'shadow: { url: http://v2, headers: { set: { authorization: Bearer x } }, tls: { verify: off }, timeout: 1s }',
      'routes: [{ name: a, match: { path: { exact: /a } }, shadow: http://elsewhere }]',
    ].join('\n'),
  )
  expect(route?.shadow).toMatchObject({ url: 'http://elsewhere', timeoutMs: 1000 })
  expect(route?.shadow?.headers).toBeUndefined()
  expect(route?.shadow?.tls).toBeUndefined()
})

test('without an upstream at the top there is no last route', () => {
  const routes = read('routes: [{ name: a, match: { hosts: [a.example] }, primary: http://v1 }]')
  expect(routes.map(({ name }) => name)).toEqual(['a'])
})

test('without an upstream at the top nor in the route the route is refused', () => {
  expect(refuse('routes:\n  - name: a\n    shadow: http://v2\n')).toEqual([
    '2 routes.0.primary: has no URL; give it one here, or at the top of the file for every route',
  ])
  expect(refuse('shadow: http://v2\n')).toEqual([
    expect.stringMatching(/^1 primary: missing; give --primary URL/),
  ])
})

test('a route that takes everything leaves no last route', () => {
  const routes = read('primary: http://v1\nroutes: [{ name: all, shadow: http://v2 }]')
  expect(routes.map(({ name }) => name)).toEqual(['all'])
})

test('control without an address is primary itself, when a share of it is asked for', () => {
  const top = 'primary: { url: http://v1, socket: /run/v1.sock, headers: { remove: [x-a] } }\n'
  expect(read(`${top}shadow: http://v2\n`)[0]?.control).toBeUndefined()
  expect(read(`${top}shadow: http://v2\ncontrolPercent: 5`)[0]?.control).toEqual({
    url: 'http://v1',
    socketPath: '/run/v1.sock',
    headers: { set: [], remove: ['x-a'] },
    timeoutMs: 15_000,
    idleMs: 15_000,
    isPrimary: true,
    percent: 5,
    maxInFlight: 64,
  })
  expect(read(`${top}controlPercent: 5`)[0]?.control).toBeUndefined()
})

test('a control at the top does not measure the noise of another primary', () => {
  const loaded = loadText(
    [
      'primary: http://v1',
      'shadow: http://v2',
      'control: http://v1-b',
      'routes:',
      '  - { name: same, match: { path: { exact: /a } }, primary: http://v1 }',
      '  - { name: other, match: { path: { exact: /b } }, primary: http://w1, shadow: http://w2 }',
      '  - { name: none, match: { path: { exact: /c } }, control: none }',
    ].join('\n'),
  )
  const { settings, warnings } = settingsOf(loaded)
  expect(settings.routes.map(({ name, control }) => [name, control?.url])).toEqual([
    ['same', 'http://v1-b'],
    ['other', undefined],
    ['none', undefined],
    ['default', 'http://v1-b'],
  ])
  expect(warnings).toEqual([
    expect.stringMatching(/^6 routes\.1\.primary: noise is not measured here/),
  ])
})

test('flags win over the keys that they equal, however these are written', () => {
  const yaml =
    'primary: { url: http://file, timeout: 5s }\nshadow: { url: http://s, percent: 5 }\ncontrolPercent: 3\n'
  const flags = { primary: 'http://flag', percent: '60', controlPercent: '4', workers: '3' }
  const { settings } = settingsOf(loadText(yaml, { flags }))
  expect(settings.workers).toBe(3)
  expect(settings.routes[0]).toMatchObject({
    primary: { url: 'http://flag', timeoutMs: 5000 },
    shadow: { percent: 60 },
    control: { percent: 4 },
  })
})

test('a Unix socket is listened on, and connected to without a URL', () => {
  const { settings } = settingsOf(
    loadText('listen: unix:/run/proxy.sock\nprimary: { socket: /run/v1.sock }'),
  )
  expect(settings.listenSocket).toBe('/run/proxy.sock')
  expect(settings.routes[0]?.primary).toMatchObject({
    url: 'http://localhost',
    socketPath: '/run/v1.sock',
  })
})

test('the rewrite of primary is that of the copies too', () => {
  const [route] = read(
    'routes: [{ name: a, match: { path: { prefix: /a } }, primary: { url: http://v1, rewrite: { prefix: /b } }, shadow: http://v2 }]',
  )
  const rewritePrefix = { from: '/a', to: '/b' }
  expect(route).toMatchObject({ primary: { rewritePrefix }, shadow: { rewritePrefix } })
})

test.each([
  ['routes: 5', 'routes: expected a list, got 5'],
  ['routes: [5]', 'routes.0: expected keys and values, got 5'],
  ['routes: [{ match: {} }]', 'routes.0.name: missing; expected a name of 1 to 128'],
  ['routes: [{ name: a, shaddow: none }]', 'routes.0.shaddow: unknown key; did you mean "shadow"?'],
  ['percentage: 5', 'percentage: unknown key; did you mean "percent"?'],
  ['shadow: { url: http://v2, percent: 5 }\npercent: 6', 'percent: said twice; shadow.percent'],
  ['shadow: [http://v2]', 'shadow: expected an http(s) URL'],
  [
    'shadow: ',
    'shadow: expected an http(s) URL such as http://v1:8080, without user info, path or query, got nothing',
  ],
  [
    'routes: [{ name: a, match: { path: /a } }]',
    'routes.0.match.path: expected keys and values, got "/a"',
  ],
  [
    'routes: [{ name: a, match: { path: {} } }]',
    'routes.0.match.path: expected exactly one of exact, prefix, regex, got none',
  ],
  [
    'routes: [{ name: a, match: { path: { exact: /a, prefix: /b } } }]',
    'expected exactly one of exact, prefix, regex, got exact and prefix',
  ],
  ['routes: [{ name: a, match: { path: { exact: a } } }]', 'expected a path that begins with "/"'],
  [
    'routes: [{ name: a, match: { path: { prefix: /a?b } } }]',
    'expected a path that begins with "/"',
  ],
  [
    "routes: [{ name: a, match: { path: { regex: '/a(' } } }]",
    'this regular expression cannot be used',
  ],
  [
    "routes: [{ name: a, match: { path: { regex: '(?=a)/a' } } }]",
    'this regular expression cannot be used',
  ],
  ['routes: [{ name: a, match: { headers: { x: { present: false } } } }]', 'expected true'],
  [
    'routes: [{ name: a, match: { headers: { "x y": { exact: a } } } }]',
    'expected the name of a header',
  ],
  ['routes: [{ name: a, match: { hosts: ["a:80"] } }]', 'expected a host without port'],
  ['routes: [{ name: a, match: { hosts: ["a.*"] } }]', 'expected a host without port'],
  ['routes: [{ name: default, match: { hosts: [a] } }]', '"default" is the name of the last route'],
  [
    'routes: [{ name: a, match: { hosts: [a] } }, { name: a, match: { hosts: [b] } }]',
    '"a" is the name of routes.0 already',
  ],
  [
    'routes: [{ name: a, match: { hosts: [a] } }, { name: b, match: { hosts: [A] } }]',
    'takes nothing: the route "a" before it',
  ],
  [
    'routes: [{ name: a, match: { hosts: [a] }, shadow: { rewrite: { prefix: /b } } }]',
    'rewrite: needs match.path with prefix or exact',
  ],
  ['shadow: { url: http://v2, rewrite: { prefix: /b } }', 'shadow.rewrite: expected in a route'],
  ['shadow: { url: http://v2, timeout: 0s }', 'shadow.timeout: expected a duration'],
  ['shadow: { url: http://v2, timeout: 30d }', 'shadow.timeout: expected a duration'],
  [
    'shadow: { url: http://v2, order: cookie }',
    'shadow.order: expected none, connection, cookie:NAME or header:NAME',
  ],
  [
    'shadow: { url: http://v2, breaker: { consecutiveFailures: 0 } }',
    'expected a whole number from 1',
  ],
  [
    'shadow: { url: http://v2, fault: { delay: { percent: 5 } } }',
    'shadow.fault.delay.for: missing',
  ],
  [
    'shadow: { url: http://v2, headers: { set: { connection: close } } }',
    'cannot be edited: the proxy itself needs it',
  ],
  [
    'shadow: { url: http://v2, headers: { remove: [X-Request-Id] } }',
    'cannot be edited: the proxy itself needs it',
  ],
  ['shadow: { url: http://v2, headers: { set: { Host: a } } }', 'say "host" beside "url" instead'],
  [
    'primary: { url: http://v1, retries: { attempts: -1 } }',
    'primary.retries.attempts: expected a whole number from 0 to 10',
  ],
  [
    'primary: { url: http://v1, socket: v1.sock }',
    'primary.socket: expected the absolute path of a Unix socket',
  ],
  ['listen: unix:relative', 'listen: expected HOST:PORT'],
  ['workers: 0', 'workers: expected a whole number from 1 to 64'],
  ['retention: { age: 7 }', 'retention.age: expected an age such as 12h or 7d, got 7'],
  ['retention: { size: 1KB }', 'retention.size: expected at least 10MB'],
  [
    'record: { matches: sample }',
    "record.matches: expected all, none, or a share such as 'sample 10%'",
  ],
  ['record: { redact: { body: [email] } }', 'record.redact.body.0: expected a JSON Pointer'],
  [
    'verdict: { maxDivergence: 5 }',
    'verdict.maxDivergence: expected a share such as 0.1% or 0.001, got 5',
  ],
  ['verdict: { confidence: 100% }', 'verdict.confidence: expected a confidence'],
  [
    'verdict: { endpoints: { required: [/orders] } }',
    'verdict.endpoints.required.0: expected an endpoint',
  ],
  ["endpoints: { patterns: ['GET /a/{b'] }", 'endpoints.patterns.0: expected a pattern'],
])('%s is refused', (yaml, expected) => {
  const lines = refuse(yaml.startsWith('primary') ? yaml : `primary: http://v1\n${yaml}`)
  expect(lines).toHaveLength(1)
  expect(lines[0]).toContain(expected)
})

test.each([
  ['{}', '{ hosts: [a] }', true],
  ['{ hosts: ["*.a"] }', '{ hosts: [b.a] }', true],
  ['{ hosts: [a, b] }', '{ hosts: [b] }', true],
  ['{ hosts: [a] }', '{ hosts: [a, b] }', false],
  ['{ path: { prefix: / } }', '{ methods: [GET] }', true],
  ['{ path: { prefix: /a } }', '{ path: { exact: /a/b } }', true],
  ['{ path: { prefix: /a } }', '{ path: { prefix: /ab } }', false],
  ['{ path: { regex: "/a.*" } }', '{ path: { exact: /ab } }', false],
  ['{ methods: [GET, PUT] }', '{ methods: [GET] }', true],
  ['{ headers: { x: { present: true } } }', '{ headers: { X: { exact: a } } }', true],
  ['{ headers: { x: { prefix: a } } }', '{ headers: { x: { exact: ab } } }', true],
  ['{ headers: { x: { exact: a } } }', '{ hosts: [a] }', false],
  ['{ query: { x: { exact: a } } }', '{ query: { x: { exact: b } } }', false],
])('after %s a route with %s is warned of: %j', (first, second, isWarned) => {
  const yaml = `routes: [{ name: a, primary: http://v1, shadow: http://v2, match: ${first} }, { name: b, primary: http://v1, shadow: http://v2, match: ${second} }]`
  const { warnings } = settingsOf(loadText(yaml))
  expect(warnings.some((line) => line.includes('takes nothing'))).toBe(isWarned)
})

test.each([
  ['0', 0],
  ['65535', 65_535],
])('a backlog of %s copies is a backlog', (given, expected) => {
  const yaml = `primary: http://v1\nshadow: { url: http://v2, maxBacklog: ${given} }`
  expect(read(yaml)[0]?.shadow?.maxBacklog).toBe(expected)
})

test.each(['-1', '65536', '1.5', 'none'])('a backlog of %s copies is refused', (given) => {
  const yaml = `primary: http://v1\nshadow: { url: http://v2, maxBacklog: ${given} }`
  expect(refuse(yaml)[0]).toContain('shadow.maxBacklog')
})

test('without a word of it 4,096 copies may wait', () => {
  expect(read('primary: http://v1\nshadow: http://v2')[0]?.shadow?.maxBacklog).toBe(4096)
})

test('a route whose match has a problem is not said to take what others take', () => {
  const loaded = loadText(
    'routes: [{ name: a, primary: http://v1, match: { hosts: ["a:80"] } }, { name: b, primary: http://v1, match: { path: { prefix: b } } }, { name: c, primary: http://v1, match: { path: { exact: /c } } }]\n',
  )
  const problems = problemsOf(loaded)
  expect(problems.length).toBe(2)
  expect(problems.some((line) => line.includes('takes nothing'))).toBe(false)
})

test.each([
  ['v1.example', true],
  ['v1.example:8080', true],
  ['"[::1]:80"', true],
  ['a b', false],
  ['u@v1', false],
  ['v1/x', false],
])('the Host %s may be set for primary: %j', (host, isValid) => {
  const loaded = loadText(
    `primary: { url: http://v1, headers: { set: { host: ${host} } } }\nshadow: http://v2\n`,
  )
  expect(loaded.ok).toBe(isValid)
})
