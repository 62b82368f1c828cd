import { expect, test } from 'vitest'

import { judge, lines, suppressions } from './build-exchange.ts'

const DATE = 'Fri, 20 Nov 2026 12:00:01 GMT'
const DATE_3S_LATER = 'Fri, 20 Nov 2026 12:00:04 GMT'

test.each([
  ['date', DATE, DATE_3S_LATER, 'builtin:date'],
  ['Age', '1', '2', 'builtin:timing'],
  ['x-envoy-upstream-service-time', '3', '9', 'builtin:timing'],
  ['server', 'v1', 'v2', 'builtin:server'],
  ['x-cache', 'HIT', 'MISS', 'builtin:cache-status'],
  ['x-request-id', 'a', 'b', 'builtin:trace-ids'],
  ['cf-ray', 'a', 'b', 'builtin:request-ids'],
  ['traceparent', '00-a-b-01', '00-a-c-01', 'builtin:trace-ids'],
  ['uberctx-x', '1', '2', 'builtin:trace-ids'],
  ['X-RateLimit-Remaining', '9', '8', 'builtin:rate-limits'],
  ['connection', 'close', 'keep-alive', 'builtin:hop-by-hop'],
  ['transfer-encoding', 'chunked', 'gzip, chunked', 'builtin:hop-by-hop'],
  ['content-length', '3', '4', 'builtin:content-length'],
  ['retry-after', '30', '31', 'builtin:retry-after'],
  ['x-csrf-token', 'a', 'b', 'builtin:tokens'],
  ['vary', 'Accept, Origin', 'origin,accept', 'builtin:list-order'],
  ['cache-control', 'max-age=60, public', 'public, Max-Age=60', 'builtin:list-order'],
  ['content-type', 'text/html;charset="UTF-8"', 'text/html; charset=utf-8', 'builtin:media-type'],
  ['content-encoding', 'x-gzip', 'gzip', 'builtin:content-coding'],
  [
    'www-authenticate',
    'Digest realm="a", nonce="1"',
    'Digest realm="a", nonce="2"',
    'builtin:nonces',
  ],
  [
    'content-security-policy',
    "script-src 'nonce-abc' 'self'",
    "script-src 'nonce-def' 'self'",
    'builtin:nonces',
  ],
])('%s: %j and %j may differ, under the name %s', (name, primary, shadow, by) => {
  const judgement = judge({ headers: [name, primary] }, { headers: [name, shadow] })
  expect(judgement.outcome).toBe('match')
  expect(suppressions(judgement)).toEqual([`header:${name.toLowerCase()} ${by}`])
})

test.each([
  ['content-type', 'text/html', 'text/plain'],
  ['content-type', 'text/html; charset=utf-8', 'text/html; charset=latin1'],
  ['cache-control', 'max-age=60', 'max-age=61'],
  ['vary', 'accept', 'accept, origin'],
  ['content-encoding', 'gzip', 'br'],
  ['location', '/a', '/b'],
  ['retry-after', '30', DATE],
  ['expires', '0', '-1'],
  ['www-authenticate', 'Basic realm="a"', 'Bearer realm="a"'],
  ['content-security-policy', "script-src 'nonce-a'", "img-src 'nonce-a'"],
  ['x-anything', 'a', 'A'],
  ['link', '</a>; rel=next', '</A>; rel=next'],
])('%s: %j is not %j', (name, primary, shadow) => {
  const judgement = judge({ headers: [name, primary] }, { headers: [name, shadow] })
  expect(judgement.outcome).toBe('divergent')
  expect(judgement.differences).toEqual([
    {
      kind: 'value',
      location: `header:${name}`,
      pattern: `header:${name}`,
      severity: 'changed',
      primary: JSON.stringify(primary),
      shadow: JSON.stringify(shadow),
    },
  ])
})

test.each([
  ['content-type', 'breaking'],
  ['Access-Control-Allow-Origin', 'breaking'],
  ['strict-transport-security', 'breaking'],
  ['set-cookie', 'breaking'],
  ['etag', 'changed'],
  ['x-anything', 'changed'],
])('losing %s is %s', (name, severity) => {
  const judgement = judge({ headers: [name, 'x=1'] }, {})
  expect(judgement.differences).toEqual([
    {
      kind: 'missing',
      location: `header:${name.toLowerCase()}`,
      pattern: `header:${name.toLowerCase()}`,
      severity,
      primary: '"x=1"',
    },
  ])
})

test('a header that only shadow has is added', () => {
  const judgement = judge({}, { headers: ['X-New', '1', 'x-new', '2'] })
  expect(judgement.differences).toMatchObject([
    { kind: 'extra', location: 'header:x-new', severity: 'added', shadow: '["1","2"]' },
  ])
})

test.each(['date', 'server', 'x-request-id', 'content-length', 'transfer-encoding'])(
  'a lost %s is suppressed, not forgotten',
  (name) => {
    const judgement = judge({ headers: [name, '1'] }, {})
    expect(judgement.outcome).toBe('match')
    expect(judgement.suppressed).toMatchObject([{ kind: 'missing', location: `header:${name}` }])
  },
)

test('names are case-insensitive and their order does not count', () => {
  const judgement = judge(
    { headers: ['A', '1', 'B', '2', 'b', '3'] },
    { headers: ['b', '2', 'a', '1', 'B', '3'] },
  )
  expect(judgement).toMatchObject({ outcome: 'match', suppressed: [] })
})

test('the order of lines of one name counts', () => {
  const judgement = judge({ headers: ['b', '2', 'b', '3'] }, { headers: ['b', '3', 'b', '2'] })
  expect(lines(judgement)).toEqual(['value header:b ["2","3"] ["3","2"]'])
})

test('two lines and their joined form are one list', () => {
  const judgement = judge({ headers: ['b', '2', 'b', '3'] }, { headers: ['b', '2, 3'] })
  expect(suppressions(judgement)).toEqual(['header:b builtin:list-order'])
})

test('what Connection names is hop-by-hop', () => {
  const judgement = judge(
    { headers: ['connection', 'x-hop', 'x-hop', '1'] },
    { headers: ['connection', 'x-hop', 'x-hop', '2'] },
  )
  expect(suppressions(judgement)).toEqual(['header:x-hop builtin:hop-by-hop'])
})

test.each([
  ['expires', 'Fri, 20 Nov 2026 13:00:01 GMT', 'Fri, 20 Nov 2026 13:00:05 GMT'],
  ['retry-after', 'Fri, 20 Nov 2026 13:00:01 GMT', 'Fri, 20 Nov 2026 13:00:04 GMT'],
  ['last-modified', 'Fri, 20 Nov 2026 12:00:01 GMT', 'Fri, 20 Nov 2026 12:00:04 GMT'],
])('%s as far from the own Date is the same', (name, primary, shadow) => {
  const judgement = judge(
    { headers: ['date', DATE, name, primary] },
    { headers: ['date', DATE_3S_LATER, name, shadow] },
  )
  expect(judgement.outcome).toBe('match')
})

test.each([
  ['expires', 'Fri, 20 Nov 2026 13:00:01 GMT', 'Fri, 20 Nov 2026 14:00:04 GMT'],
  ['last-modified', 'Thu, 19 Nov 2026 12:00:01 GMT', 'Thu, 19 Nov 2026 12:00:04 GMT'],
])('%s another distance from the own Date differs', (name, primary, shadow) => {
  const judgement = judge(
    { headers: ['date', DATE, name, primary] },
    { headers: ['date', DATE_3S_LATER, name, shadow] },
  )
  expect(lines(judgement)).toHaveLength(1)
})

test('an ETag counts where the bodies are equal bytes', () => {
  const tagged = (tag: string, body: string) => ({ headers: ['etag', tag], body })
  expect(lines(judge(tagged('"a"', 'x'), tagged('W/"a"', 'x')))).toEqual([
    String.raw`value header:etag "\"a\"" "W/\"a\""`,
  ])
  const unequal = judge(tagged('"a"', '{"a":1}'), tagged('"b"', '{"a": 1}'))
  expect(unequal.outcome).toBe('match')
  expect(suppressions(unequal)).toEqual(['header:etag builtin:validators'])
})

const BY_HOST = { sent: ['Host', 'shop.example:8000'] }
const BY_SHADOW_HOST = { sent: ['host', 'shop.example-shadow:8000'] }

test.each([
  ['location', 'http://shop.example:8000/a', 'http://shop.example-shadow:8000/a'],
  ['location', 'http://shop.example/a', 'http://shop.example-shadow/a'],
  ['location', 'http://shop.example:8000/a', 'http://shop.example:8000-shadow/a'],
  [
    'link',
    '<http://shop.example:8000/2>; rel=next',
    '<http://shop.example-shadow:8000/2>; rel=next',
  ],
  ['access-control-allow-origin', 'http://shop.example:8000', 'http://shop.example-shadow:8000'],
  [
    'location',
    '/login?next=http%3A%2F%2Fshop.example%3A8000%2F',
    '/login?next=http%3A%2F%2Fshop.example-shadow%3A8000%2F',
  ],
])('%s: the name that shadow was called by is put back in %j', (name, primary, shadow) => {
  const judgement = judge(
    { ...BY_HOST, headers: [name, primary] },
    { ...BY_SHADOW_HOST, headers: [name, shadow] },
  )
  expect(judgement.outcome).toBe('match')
  expect(suppressions(judgement)).toEqual([`header:${name} builtin:shadow-host`])
})

test.each([
  ['http://other.example:8000/', 'http://other.example-shadow:8000/'],
  ['http://shop.example:9000/', 'http://shop.example-shadow:9000/'],
  ['http://www.shop.example:8000/', 'http://www.shop.example-shadow:8000/'],
  ['http://shop.example.org/', 'http://shop.example-shadow.org/'],
  ['/shop-shadow', '/shop'],
])('only the whole authority that we sent is put back: %s is not %s', (primary, shadow) => {
  const judgement = judge(
    { ...BY_HOST, headers: ['location', primary] },
    { ...BY_SHADOW_HOST, headers: ['location', shadow] },
  )
  expect(judgement.outcome).toBe('divergent')
})

test('trailers are compared like headers, and losing any is breaking', () => {
  const judgement = judge(
    { trailers: ['grpc-status', '0', 'x-checksum', 'a', 'server-timing', 'x'] },
    { trailers: ['grpc-status', '2', 'server-timing', 'y'] },
  )
  expect(judgement.differences).toMatchObject([
    { kind: 'value', location: 'trailer:grpc-status', severity: 'changed' },
    { kind: 'missing', location: 'trailer:x-checksum', severity: 'breaking' },
  ])
  expect(suppressions(judgement)).toEqual(['trailer:server-timing builtin:timing'])
})

const COOKIE = 'sid=a1; Path=/; HttpOnly; Secure; SameSite=Lax; Max-Age=60'

test('values of cookies may differ, names and attributes may not', () => {
  const same = judge(
    { headers: ['set-cookie', COOKIE] },
    { headers: ['set-cookie', 'sid=b2; path=/; samesite=lax; max-age=60; secure; httponly'] },
  )
  expect(same.outcome).toBe('match')
  expect(suppressions(same)).toEqual(['header:set-cookie/sid builtin:cookie-values'])

  const different = judge(
    { headers: ['set-cookie', COOKIE, 'set-cookie', 'lang=en'] },
    {
      headers: [
        'set-cookie',
        'sid=a1; Path=/shop; Secure; SameSite=Lax; Max-Age=60',
        'set-cookie',
        'theme=dark',
      ],
    },
  )
  expect(lines(different)).toEqual([
    'value header:set-cookie/sid/path "/" "/shop"',
    'missing header:set-cookie/sid/httponly "" -',
    'missing header:set-cookie/lang "en" -',
    'extra header:set-cookie/theme - "dark"',
  ])
})

test('setting a cookie is not clearing it', () => {
  const judgement = judge({ headers: ['set-cookie', 'sid=a'] }, { headers: ['set-cookie', 'sid='] })
  expect(lines(judgement)).toEqual(['value header:set-cookie/sid "a" ""'])
})

test('a cookie expires as far from the own Date, for the domain of its own name', () => {
  const cookie = (expires: string, domain: string) => `a=1; Expires=${expires}; Domain=${domain}`
  const judgement = judge(
    {
      ...BY_HOST,
      headers: [
        'date',
        DATE,
        'set-cookie',
        cookie('Fri, 20-Nov-2026 13:00:01 GMT', 'shop.example'),
      ],
    },
    {
      ...BY_SHADOW_HOST,
      headers: [
        'date',
        DATE_3S_LATER,
        'set-cookie',
        cookie('Fri, 20 Nov 2026 13:00:04 GMT', 'shop.example-shadow'),
      ],
    },
  )
  expect(judgement.outcome).toBe('match')
})

test('cookies of one name are told apart by where they are for', () => {
  const set = (...cookies: string[]) => ({
    headers: cookies.flatMap((cookie) => ['set-cookie', cookie]),
  })
  const primary = set('sid=1; Path=/', 'sid=2; Path=/shop; Domain=.shop.example')
  expect(
    judge(primary, set('sid=2; Domain=SHOP.example; Path=/shop', 'sid=1; Path=/')).outcome,
  ).toBe('match')
  expect(lines(judge(primary, set('sid=2; Path=/; Domain=shop.example', 'sid=1; Path=/')))).toEqual(
    ['value header:set-cookie/sid#2/path "/shop" "/"'],
  )
})

test.each([
  ['content-encoding', ['identity'], [], 'builtin:content-coding'],
  ['x-list', ['a', 'b, c'], ['a,b,c'], 'builtin:list-order'],
])('%s: %j means what %j means', (name, primary, shadow, by) => {
  const headers = (values: string[]) => ({ headers: values.flatMap((value) => [name, value]) })
  const judgement = judge(headers(primary), headers(shadow))
  expect(judgement.outcome).toBe('match')
  expect(suppressions(judgement)).toEqual([`header:${name} ${by}`])
})

test.each([
  ['content-encoding', ['gzip'], []],
  ['x-list', ['a', 'b'], ['b,a']],
  ['x-list', ['a,b'], ['a, b']],
])('%s: %j does not mean what %j means', (name, primary, shadow) => {
  const headers = (values: string[]) => ({ headers: values.flatMap((value) => [name, value]) })
  expect(judge(headers(primary), headers(shadow)).differencesTotal).toBe(1)
})

test('the name that shadow was called by is put back in lower case too', () => {
  const at = (host: string) => ({
    sent: ['host', host],
    headers: ['location', `http://${host.toLowerCase()}/a`],
  })
  expect(suppressions(judge(at('Shop.Example'), at('Shop.Example-shadow')))).toEqual([
    'header:location builtin:shadow-host',
  ])
})

test('a thousand headers are compared in a moment', () => {
  const many = (value: string) =>
    Array.from({ length: 2_000 }, (_, i) => (i % 2 ? value : `x-${i}`))
  expect(judge({ headers: many('a') }, { headers: many('b') }).differencesTotal).toBe(1_000)
})
