import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib'

import { expect, test } from 'vitest'

import { createComparer } from '../../src/core/compare.ts'
import { answer, exchange, judge, lines, suppressions } from './build-exchange.ts'

const JSON_TYPE = ['content-type', 'application/json']

const bodies = (primary: string | Buffer, shadow: string | Buffer) =>
  judge({ body: primary }, { body: shadow })

test.each([
  ['value', '{"a":1}', '{"a":2}', 'value body:/a 1 2', 'changed'],
  ['type', '{"a":1}', '{"a":"1"}', 'type body:/a 1 "1"', 'breaking'],
  ['null for a value', '{"a":1}', '{"a":null}', 'type body:/a 1 null', 'breaking'],
  ['missing', '{"a":1,"b":null}', '{"a":1}', 'missing body:/b null -', 'breaking'],
  ['extra', '{"a":1}', '{"a":1,"b":{}}', 'extra body:/b - {}', 'added'],
  ['array and object', '[]', '{}', 'type body: [] {}', 'breaking'],
  ['root', '1', '2', 'value body: 1 2', 'changed'],
  ['true and false', '[true]', '[false]', 'value body:/0 true false', 'changed'],
  ['order', '[1,2,3]', '[3,1,2]', 'order body: [1,2,3] [3,1,2]', 'changed'],
  ['inserted at the head', '[1,2,3]', '[0,1,2,3]', 'extra body:/0 - 0', 'added'],
  ['dropped in the middle', '["a","b","c"]', '["a","c"]', 'missing body:/1 "b" -', 'breaking'],
  ['pointer escapes', '{"a/b":{"~":1}}', '{"a/b":{"~":2}}', 'value body:/a~1b/~0 1 2', 'changed'],
  ['empty and dotted names', '{"":{"a.b":1}}', '{"":{"a.b":2}}', 'value body://a.b 1 2', 'changed'],
  ['numeric names', '{"0":1}', '{"0":2}', 'value body:/0 1 2', 'changed'],
  [
    'big integers',
    '[9007199254740993]',
    '[9007199254740992]',
    'value body:/0 9007199254740993 9007199254740992',
    'changed',
  ],
  [
    'long decimals',
    '[0.1000000000000000055]',
    '[0.1000000000000000056]',
    'value body:/0 0.1000000000000000055 0.1000000000000000056',
    'changed',
  ],
  ['huge exponents', '[1e400]', '[1e401]', 'value body:/0 1e400 1e401', 'changed'],
  [
    'absurd exponents',
    '[1e999999999999999999]',
    '[1e999999999999999998]',
    'value body:/0 1e999999999999999999 1e999999999999999998',
    'changed',
  ],
  [
    '__proto__',
    '{"__proto__":{"a":1}}',
    '{"__proto__":{"a":2}}',
    'value body:/__proto__/a 1 2',
    'changed',
  ],
  ['__proto__ lost', '{"__proto__":1}', '{}', 'missing body:/__proto__ 1 -', 'breaking'],
  ['constructor lost', '{"constructor":1}', '{}', 'missing body:/constructor 1 -', 'breaking'],
  [
    'lone surrogates',
    String.raw`["\ud800"]`,
    String.raw`["\ud801"]`,
    String.raw`value body:/0 "\ud800" "\ud801"`,
    'changed',
  ],
  ['repeated members', '{"a":1,"a":2}', '{"a":2}', 'type body:/a [1,2] 2', 'breaking'],
  [
    'repeated members in another order',
    '{"a":1,"a":2}',
    '{"a":2,"a":1}',
    'value body:/a 1 2|value body:/a 2 1',
    'changed',
  ],
  [
    'repeated members, one more',
    '{"a":1,"a":2}',
    '{"a":1,"a":2,"a":3}',
    'length body:/a [1,2] [1,2,3]',
    'changed',
  ],
])('%s: a difference of its kind, place and severity', (_, primary, shadow, expected, severity) => {
  const judgement = bodies(primary, shadow)
  expect(judgement.outcome).toBe('divergent')
  expect(lines(judgement).join('|')).toBe(expected)
  expect(judgement.differences[0]?.severity).toBe(severity)
})

test.each([
  ['member order', '{"a":1,"b":2}', '{"b":2,"a":1}'],
  ['whitespace', '{"a":[1,2]}', '{ "a" : [ 1 ,\n2 ] }\n'],
  ['spelling of numbers', '[1,100,0,1.10]', '[1.0,1e2,-0,1.1]'],
  ['spelling of long numbers', '[12345678901234567890123]', '[1.2345678901234567890123e22]'],
  ['spelling of long floats', '[0.30000000000000004]', '[3.0000000000000004e-1]'],
  ['escapes', String.raw`["\u00e9\/"]`, '["é/"]'],
])('%s is no difference in JSON', (_, primary, shadow) => {
  expect(bodies(primary, shadow)).toMatchObject({ outcome: 'match', suppressed: [] })
})

test('an equal member written twice is one, and is shown as suppressed', () => {
  const judgement = bodies('{"a":1,"a":1}', '{"a":1}')
  expect(judgement.outcome).toBe('match')
  expect(judgement.suppressed).toMatchObject([
    { location: 'body:', primary: '"1 repeated member"', by: 'builtin:repeated-members' },
  ])
})

test('JSON is compared as JSON whatever the content types say', () => {
  const judgement = judge(
    { headers: JSON_TYPE, body: '{"a":1}' },
    { headers: ['content-type', 'text/html'], body: '{"a": 1}' },
  )
  expect(lines(judgement)).toEqual(['value header:content-type "application/json" "text/html"'])
})

test('JSON against anything else is a body of another type', () => {
  const judgement = bodies('{"a":1}', '<h1>Internal Server Error</h1>')
  expect(judgement.differences).toMatchObject([
    { kind: 'type', location: 'body:', severity: 'breaking', primary: '{"a":1}' },
  ])
})

test.each([
  ['{"a":1}', '', 'missing', 'breaking'],
  ['', 'x', 'extra', 'added'],
])('a body that one side lacks: %j and %j', (primary, shadow, kind, severity) => {
  expect(bodies(primary, shadow).differences).toMatchObject([{ kind, location: 'body:', severity }])
})

test('JSON documents one a line are compared one by one', () => {
  const judgement = bodies('{"id":0}\n{"id":1}\n', '{"id":0}\r\n\n{"id":2}')
  expect(judgement.differences).toMatchObject([
    { kind: 'value', location: 'body:/1/id', pattern: 'body:/*/id' },
  ])
})

test('one document beside several is the first of them', () => {
  expect(lines(bodies('{"id":0}\n{"id":1}\n', '{"id": 0}\n'))).toEqual([
    'missing body:/1 {"id":1} -',
  ])
})

test('text differs by line at the whole body', () => {
  const judgement = bodies('one\ntwo\nthree\n', 'one\n2\nthree\n')
  expect(lines(judgement)).toEqual(['value body: "line 2: two" "line 2: 2"'])
  expect(lines(bodies('a\nb\nc', 'a\nc'))).toEqual(['value body: "line 2: b" "nothing at line 2"'])
  expect(lines(bodies('hello', 'hullo'))).toEqual(['value body: "hello" "hullo"'])
})

test('binary is compared by hash and length', () => {
  const judgement = bodies(Buffer.from([0, 1, 2]), Buffer.from([0, 1, 3, 4]))
  expect(judgement.differences).toMatchObject([
    {
      kind: 'value',
      location: 'body:',
      primary: '"3 bytes, sha256 ae4b3280e56e2faf83f414a6e3dabe9d5fbe18976544c05fed121accb85b53fc"',
    },
  ])
})

test('invalid UTF-8 is binary: two broken bytes are never equal', () => {
  const judgement = bodies(
    Buffer.from('{"a":"\xff"}', 'latin1'),
    Buffer.from('{"a":"\xfe"}', 'latin1'),
  )
  expect(judgement.differences).toMatchObject([{ kind: 'value', location: 'body:' }])
})

test('the charset of the content type is used', () => {
  const headers = ['content-type', 'application/json; charset=ISO-8859-1']
  const judgement = judge(
    { headers, body: Buffer.from('{"a":"\xe9"}', 'latin1') },
    { headers, body: Buffer.from('{"a":"\xe8"}', 'latin1') },
  )
  expect(lines(judgement)).toEqual(['value body:/a "é" "è"'])
})

test('JSON with a byte order mark is no JSON to many clients', () => {
  expect(lines(bodies('{"a":1}', '\uFEFF{"a":1}'))).toEqual([
    'value body: "no byte order mark" "a byte order mark"',
  ])
  expect(bodies('\uFEFF{"a":1}', '\uFEFF{"a": 1}').outcome).toBe('match')
})

test('UTF-16 is read in the byte order of its mark', () => {
  const wide = (text: string) => Buffer.from(`\uFEFF${text}`, 'utf16le')
  for (const type of ['application/json; charset=utf-16', 'application/json']) {
    const headers = ['content-type', type]
    const [primary, shadow] = [wide('{"a":1}'), wide('{"a": 2}').swap16()]
    expect(lines(judge({ headers, body: primary }, { headers, body: shadow }))).toEqual([
      'value body:/a 1 2',
    ])
  }
})

test.each([
  ['XML', 'text/xml', '<?xml version="1.0" encoding="ISO-8859-1"?><a>\xe9</a>', '<a>é</a>'],
  ['HTML', 'text/html', '<meta charset="iso-8859-1"><p>\xe9', '<meta charset="iso-8859-1"><p>é'],
])('%s is read in the encoding that it declares', (_, type, latin, utf8) => {
  const headers = ['content-type', type]
  const body = Buffer.from(latin, 'latin1')
  expect(judge({ headers, body }, { headers, body: utf8 }).outcome).toBe('match')
  const other = Buffer.from(latin.replace('\xe9', '\xe8'), 'latin1')
  expect(lines(judge({ headers, body }, { headers, body: other }))[0]).toMatch(/"é" "è"$/)
})

test('numbers in plain text are text, and JSON where anything says so', () => {
  const text = { headers: ['content-type', 'text/plain'] }
  expect(lines(judge({ ...text, body: '1.10' }, { ...text, body: '1.1' }))).toEqual([
    'value body: "1.10" "1.1"',
  ])
  expect(judge({ ...text, body: '1.10' }, { ...text, body: '1.10\n' }).outcome).toBe('match')
  expect(judge({ ...text, body: '[1.10]' }, { ...text, body: '[1.1]' }).outcome).toBe('match')
  expect(bodies('1.10', '1.1').outcome).toBe('match')
  const list = judge({ ...text, body: '1\n2.50\n' }, { ...text, body: '1\n2.5\n' })
  expect(list.differences).toMatchObject([{ kind: 'value', location: 'body:' }])
})

test('binary of which not all was kept differs by its hash, text may only be written otherwise', () => {
  const cut = (start: string, sha256: string) => ({
    body: { bytes: Buffer.from(start), length: 5_000, sha256 },
  })
  const image = '\x89PNG\x00'
  expect(lines(judge(cut(image, 'aa'), cut(image, 'bb')))).toEqual([
    'value body: "5000 bytes, sha256 aa" "5000 bytes, sha256 bb"',
  ])
  expect(judge(cut(image, 'aa'), cut(image, 'aa')).outcome).toBe('match')
  const gzip = { headers: ['content-encoding', 'gzip'] }
  for (const [primary, shadow] of [
    [cut('text', 'aa'), cut('text', 'bb')],
    [
      { ...gzip, ...cut(image, 'aa') },
      { ...gzip, ...cut(image, 'bb') },
    ],
  ] as const) {
    expect(judge(primary, shadow)).toMatchObject({ outcome: 'incomparable', reason: 'truncated' })
  }
})

test('text that both only call compressed is compared as it stands', () => {
  const called = (body: string) => gzipped(Buffer.from(body))
  expect(lines(judge(called('{"a":1}'), called('{"a": 2}')))).toEqual(['value body:/a 1 2'])
  const cut = (body: string) => gzipped(gzipSync(body).subarray(0, -4))
  expect(judge(cut('{"a":1}'), cut('{"a": 1}')).reason).toBe('undecodable')
})

test('an announced coding of an empty body is nothing to undo', () => {
  const empty = judge(gzipped(Buffer.alloc(0)), gzipped(gzipSync('')))
  expect(empty.outcome).toBe('match')
})

test('an unknown charset is read as UTF-8', () => {
  const headers = ['content-type', 'application/json; charset=klingon']
  expect(lines(judge({ headers, body: '[1]' }, { headers, body: '[2]' }))).toEqual([
    'value body:/0 1 2',
  ])
})

test.each([
  ['gzip', gzipSync],
  ['x-gzip', gzipSync],
  ['deflate', deflateSync],
  ['Deflate', deflateRawSync],
  ['br', brotliCompressSync],
])('%s is undone before comparing', (coding, encode) => {
  const coded = (text: string) => ({
    headers: ['content-encoding', coding],
    body: encode(Buffer.from(text)),
  })
  expect(judge(coded('{"a":1}'), coded('{"a": 1}')).outcome).toBe('match')
  expect(lines(judge(coded('{"a":1}'), coded('{"a":2}')))).toEqual(['value body:/a 1 2'])
})

test('another coding of the same content is a difference of the header alone', () => {
  const judgement = judge(
    { headers: ['content-encoding', 'gzip'], body: gzipSync('x') },
    { headers: ['content-encoding', 'br'], body: brotliCompressSync(Buffer.from('x')) },
  )
  expect(lines(judgement)).toEqual(['value header:content-encoding "gzip" "br"'])
})

test('several codings are undone, last applied first', () => {
  const judgement = judge(
    { headers: ['content-encoding', 'gzip, br'], body: brotliCompressSync(gzipSync('[1]')) },
    { body: '[1]' },
  )
  expect(lines(judgement)).toEqual(['missing header:content-encoding "gzip, br" -'])
})

const gzipped = (body: Buffer) => ({ headers: ['content-encoding', 'gzip'], body })

test('a body that only shadow cannot decode is a difference', () => {
  const judgement = judge(gzipped(gzipSync('{"a":1}')), gzipped(Buffer.from('{"a":1}')))
  expect(lines(judgement)).toEqual(['type body: "7 bytes decoded" "not valid gzip"'])
})

test.each([
  ['a corrupt body', gzipped(Buffer.from('a')), gzipped(gzipSync('b')), 'undecodable'],
  [
    'an unknown coding',
    { headers: ['content-encoding', 'zip'], body: 'a' },
    { headers: ['content-encoding', 'zip'], body: 'b' },
    'undecodable',
  ],
  [
    'too many codings',
    { headers: ['content-encoding', 'br,br,br,br,br'], body: 'a' },
    { headers: ['content-encoding', 'br,br,br,br,br'], body: 'b' },
    'undecodable',
  ],
  ['a bomb', gzipped(gzipSync(Buffer.alloc(2_000_000))), gzipped(gzipSync('b')), 'too-large'],
  [
    '10,000 levels',
    { body: '['.repeat(10_000) + ']'.repeat(10_000) },
    { body: '['.repeat(10_000) + '1' + ']'.repeat(10_000) },
    'undecodable',
  ],
  [
    '100,000 levels on a line',
    { body: `[]\n${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}` },
    { body: `[]\n${'{"a":'.repeat(100_000)}2${'}'.repeat(100_000)}` },
    'undecodable',
  ],
])('%s is incomparable and says why', (_, primary, shadow, reason) => {
  const comparer = createComparer({ maxBytes: 1_000_000 })
  const { judgement } = comparer.judge(exchange(answer(primary), answer(shadow)))
  expect(judgement).toMatchObject({ outcome: 'incomparable', reason, differences: [] })
})

test('JSON that is nested too deep is another value than what is not', () => {
  const deep = '['.repeat(10_000) + ']'.repeat(10_000)
  expect(lines(bodies('[]', deep))).toEqual([
    'type body: [] "20000 bytes, nested too deep to be looked into"',
  ])
  expect(bodies(deep, '').differences).toMatchObject([{ kind: 'missing', location: 'body:' }])
})

test('500 levels are compared', () => {
  const deep = (leaf: string) => '[{"a":'.repeat(250) + leaf + '}]'.repeat(250)
  const judgement = bodies(deep('1'), deep('2'))
  expect(judgement.differences).toMatchObject([
    { kind: 'value', location: `body:${'/0/a'.repeat(250)}`, primary: '1', shadow: '2' },
  ])
})

const SENT = ['accept', '*/*', 'user-agent', 'curl/8', 'x-request-id', 'r1']
const BY_HOST = { sent: ['host', 'shop.example:8000', ...SENT] }
const BY_SHADOW_HOST = { sent: ['host', 'shop.example-shadow:8000', 'x-shadow', 'shadow', ...SENT] }

const echoing = (primary: unknown, shadow: unknown) =>
  judge(
    { ...BY_HOST, body: JSON.stringify(primary) },
    { ...BY_SHADOW_HOST, body: JSON.stringify(shadow) },
  )

test('the name that shadow was called by is put back in every string of a body', () => {
  const judgement = echoing(
    { url: 'http://shop.example:8000/get', links: ['a', 'http://shop.example/1', 'b'] },
    {
      url: 'http://shop.example-shadow:8000/get',
      links: ['a', 'http://shop.example-shadow/1', 'b'],
    },
  )
  expect(judgement.outcome).toBe('match')
  expect(suppressions(judgement)).toEqual([
    'body:/url builtin:shadow-host',
    'body:/links/1 builtin:shadow-host',
  ])
})

test('links that only carry the other name do not hide an insertion among them', () => {
  const judgement = echoing(
    ['http://shop.example:8000/1', 'http://shop.example:8000/2'],
    [
      'http://shop.example-shadow:8000/0',
      'http://shop.example-shadow:8000/1',
      'http://shop.example-shadow:8000/2',
    ],
  )
  expect(lines(judgement)).toEqual(['extra body:/0 - "http://shop.example-shadow:8000/0"'])
})

test('the name is put back in text too', () => {
  const judgement = judge(
    { ...BY_HOST, body: '<a href="http://shop.example:8000/">' },
    { ...BY_SHADOW_HOST, body: '<a href="http://shop.example-shadow:8000/">' },
  )
  expect(suppressions(judgement)).toEqual(['body: builtin:shadow-host'])
})

test('an echo of the request may show what differs between the legs', () => {
  const judgement = echoing(
    { headers: { Accept: '*/*', Host: 'shop.example:8000', 'X-B3-Spanid': 'a', Via: '1.1 p' } },
    {
      headers: {
        Accept: '*/*',
        Host: 'shop.example-shadow:8000',
        'X-B3-Spanid': 'b',
        'X-Envoy-Internal': 'true',
        'X-Shadow': 'shadow',
      },
    },
  )
  // One echoed header on primary's side besides Host: Accept and Host make two.
  expect(judgement.outcome).toBe('match')
  expect(suppressions(judgement).sort()).toEqual([
    'body:/headers/Host builtin:shadow-host',
    'body:/headers/Via builtin:echoed-headers',
    'body:/headers/X-B3-Spanid builtin:echoed-headers',
    'body:/headers/X-Envoy-Internal builtin:echoed-headers',
    'body:/headers/X-Shadow builtin:echoed-headers',
  ])
})

test('lists of values and CGI names are echoes as well', () => {
  const judgement = echoing(
    { Accept: ['*/*'], 'User-Agent': ['curl/8'], Traceparent: ['a'], HTTP_X_B3_SPANID: 'a' },
    { Accept: ['*/*'], 'User-Agent': ['curl/8'], Traceparent: ['b'], HTTP_X_B3_SPANID: 'b' },
  )
  expect(judgement.outcome).toBe('match')
})

test.each([
  ['one echoed header is a coincidence', { accept: '*/*', via: 'a' }, { accept: '*/*', via: 'b' }],
  [
    'names alone are no echo',
    { accept: 'x', 'user-agent': 'y', via: 'a' },
    { accept: 'x', 'user-agent': 'y', via: 'b' },
  ],
  [
    'other members of an echo count',
    { accept: '*/*', 'user-agent': 'curl/8', price: '1' },
    { accept: '*/*', 'user-agent': 'curl/8', price: '2' },
  ],
  [
    'a header that was sent alike must be echoed alike',
    { accept: '*/*', 'user-agent': 'curl/8', 'x-request-id': 'r1', cookie: 'a' },
    { accept: '*/*', 'user-agent': 'curl/8', 'x-request-id': 'r1', cookie: 'b' },
  ],
  [
    'an order has an origin of its own',
    { via: 'Paris', host: 'Ann' },
    { via: 'Rome', host: 'Ann' },
  ],
])('%s', (_, primary, shadow) => {
  expect(echoing(primary, shadow).outcome).toBe('divergent')
})

test('ten thousand differences are counted and a thousand kept', () => {
  const primary = JSON.stringify(Array.from({ length: 10_000 }, (_, i) => ({ v: i })))
  const shadow = JSON.stringify(Array.from({ length: 10_000 }, (_, i) => ({ v: -i - 1 })))
  const judgement = bodies(primary, shadow)
  expect(judgement.differencesTotal).toBe(10_000)
  expect(judgement.differences).toHaveLength(1_000)
})

test('a long list of differences hides no other one that comes after it', () => {
  const body = (sign: number, more: object) =>
    JSON.stringify({
      list: Array.from({ length: 10_000 }, (_, i) => ({ v: sign * (i + 1) })),
      ...more,
    })
  const judgement = bodies(body(1, { total: 1, z: 2 }), body(-1, { z: 3 }))
  expect(judgement.differencesTotal).toBe(10_002)
  expect(judgement.differences.slice(1_000)).toMatchObject([
    { kind: 'missing', pattern: 'body:/total' },
    { kind: 'value', pattern: 'body:/z' },
  ])
})

test('long values are shortened and stay JSON', () => {
  const long = (leaf: string) =>
    JSON.stringify({ a: [`${'😀'.repeat(3_000)}${leaf}`, { deep: [[[[[[[[leaf]]]]]]]] }] })
  const judgement = bodies(`{"b":${long('x')}}`, '{"b":1}')
  const [difference] = judgement.differences
  expect(difference?.primary?.length).toBeLessThan(2_000)
  expect(JSON.stringify(JSON.parse(difference?.primary ?? ''))).toContain('6001 characters')
})
