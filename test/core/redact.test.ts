import { brotliCompressSync, deflateSync, gunzipSync, gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import type { HeaderList } from '../../src/core/exchange.ts'
import { keyIdOf } from '../../src/core/placeholder.ts'
import { isPlaceholder } from '../../src/core/placeholder-form.ts'
import type { JudgedExchange } from '../../src/core/ports.ts'
import { createRedactor } from '../../src/core/redact.ts'
import { bodyOf, differenceOf, judgedOf, responseOf } from '../support/exchange-fixtures.ts'

const key = Buffer.from('a key that only this test knows')
const redactor = createRedactor({ key, keyId: keyIdOf(key) })
const SECRET = 'planted-S3cret-value-7f9'

/** Everything of an exchange as one text, bodies decoded. */
function textOf(judged: JudgedExchange): string {
  return JSON.stringify(judged, (name, value: unknown) => {
    if (name === 'bytes') return Buffer.from(value as Buffer).toString('latin1')
    return value
  })
}

function redactRequestHeaders(headers: HeaderList): HeaderList {
  const judged = judgedOf()
  const { request } = judged.exchange
  const { exchange } = redactor.redact({
    ...judged,
    exchange: { ...judged.exchange, request: { ...request, headers } },
  })
  return exchange.request.headers
}

function redactJson(text: string, headers: HeaderList = ['Content-Type', 'application/json']) {
  const judged = judgedOf({ primary: responseOf(text, { headers }) })
  const { primary } = redactor.redact(judged).exchange
  if (primary?.kind !== 'response') throw new Error('a response stays a response')
  return primary.body.bytes.toString()
}

test('an exchange without secrets is kept byte for byte', () => {
  const judged = judgedOf({}, { differences: [differenceOf()] })
  expect(redactor.redact(judged)).toEqual(judged)
})

test.each([
  [
    'Authorization',
    `Bearer ${SECRET}`,
    /^Bearer redacted\.string\.17-32\.[0-9a-f]{16}\.[0-9a-f]{8}$/,
  ],
  ['authorization', SECRET, /^redacted\./],
  ['Proxy-Authorization', `Basic ${SECRET}`, /^Basic redacted\./],
  ['X-Api-Key', SECRET, /^redacted\./],
  ['apikey', SECRET, /^redacted\./],
  ['X-Auth-Token', SECRET, /^redacted\./],
  ['X-CSRF-Token', SECRET, /^redacted\./],
  ['X-Amz-Security-Token', SECRET, /^redacted\./],
  ['Cookie', `session=${SECRET}; theme=dark`, /^session=redacted\.\S+; theme=redacted\.\S+$/],
  ['Cookie', `a=${SECRET}==; b`, /^a=redacted\.\S+; b$/],
  [
    'Set-Cookie',
    `sid=${SECRET}; Path=/; HttpOnly; Max-Age=60`,
    /^sid=redacted\.\S+; Path=\/; HttpOnly; Max-Age=60$/,
  ],
  ['Set-Cookie', 'sid=; Max-Age=0', /^sid=; Max-Age=0$/],
  [
    'Referer',
    `https://shop.example/cart?access_token=${SECRET}&page=2`,
    /^https:\/\/shop\.example\/cart\?access_token=redacted\.[^&]+&page=2$/,
  ],
  [
    'Location',
    `https://ann:${SECRET}@shop.example/x`,
    /^https:\/\/redacted\.\S+@shop\.example\/x$/,
  ],
  ['Location', `/cb#id_token=${SECRET}`, /^\/cb#id_token=redacted\.\S+$/],
  ['X-Anything', `eyJhbGciOiJub25lIn0.eyJzdWIiOiIxMjM0NSJ9.${SECRET}`, /^redacted\.\S+$/],
])('header %s: %s', (name, value, expected) => {
  const [, redacted] = redactRequestHeaders([name, value])
  expect(redacted).toMatch(expected)
  expect(redacted).not.toContain(SECRET)
})

test.each([
  ['Accept', 'text/html,application/xhtml+xml;q=0.9'],
  ['WWW-Authenticate', 'Bearer realm="shop"'],
  ['Sec-WebSocket-Key', 'dGhlIHNhbXBsZSBub25jZQ=='],
  ['ETag', '"33a64df551425fcc55e4d42a148795d9f25f89d4"'],
  ['traceparent', '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'],
  ['Link', '</items?page=2&pageToken=abc>; rel="next"'],
  ['Keep-Alive', 'timeout=5'],
])('header %s: %s is no secret', (name, value) => {
  expect(redactRequestHeaders([name, value])).toEqual([name, value])
})

test('headers that are named are redacted whatever they are called', () => {
  const named = createRedactor({ key, keyId: 'k', headers: ['X-Custom'] })
  const judged = judgedOf({ primary: responseOf('', { headers: ['x-custom', 'plain words'] }) })
  expect(textOf(named.redact(judged))).not.toContain('plain words')
})

test('equal secrets stay equal and different ones different, in every place', () => {
  const of = (value: string) => redactRequestHeaders(['Authorization', `Bearer ${value}`])[1]
  expect(of('one-token-one')).toBe(of('one-token-one'))
  expect(of('one-token-one')).not.toBe(of('two-token-two'))
  expect(redactJson('{"password":"one-token-one"}')).toContain(of('one-token-one')?.slice(7))
})

test('another key gives other placeholders and says which key it was', () => {
  const other = Buffer.from('another key of the same house')
  const judged = judgedOf({ primary: responseOf('{"password":"hunter2"}') })
  const [a, b] = [redactor, createRedactor({ key: other, keyId: keyIdOf(other) })].map(
    (one) => /redacted\.[\w.-]+/.exec(textOf(one.redact(judged)))?.[0] ?? '',
  )
  expect(isPlaceholder(a ?? '') && isPlaceholder(b ?? '')).toBe(true)
  expect(a).not.toBe(b)
  expect(a?.endsWith(keyIdOf(key))).toBe(true)
  expect(b?.endsWith(keyIdOf(other))).toBe(true)
})

test('redacting twice changes nothing more', () => {
  const judged = judgedOf({
    primary: responseOf(`{"password":"${SECRET}"}`, { headers: ['Set-Cookie', `a=${SECRET}`] }),
  })
  const once = redactor.redact(judged)
  expect(redactor.redact(once)).toEqual(once)
})

test.each([
  ['a member', `{"user":"ann","password":"${SECRET}","n":1}`],
  ['a member in another case', `{"userPassword":"${SECRET}"}`],
  ['a member with separators', `{"access_token" : "${SECRET}"}`],
  ['a deep member', `{"a":[{"b":{"client-secret":"${SECRET}"}}]}`],
  ['an escaped value', `{"secret":"\\u0022${SECRET}\\"\\\\"}`],
  ['an object of secrets', `{"credentials":{"user":"ann","values":["${SECRET}",1]}}`],
  ['cookies echoed as an object', `{"cookies":{"x":"${SECRET}"}}`],
  ['JSON in a JSON string', JSON.stringify({ log: JSON.stringify({ password: SECRET }) })],
  [
    'JSON in JSON in JSON',
    JSON.stringify({ a: JSON.stringify({ b: JSON.stringify({ token: SECRET }) }) }),
  ],
  ['a URL in a value', `{"next":"https://x.example/?api_key=${SECRET}&p=1"}`],
  ['user info in a value', `{"remote":"https://ann:${SECRET}@git.example/x.git"}`],
  ['a body that was cut', `{"n":1,"password":"${SECRET}`],
  ['a body that was cut in a nested string', `{"n":"{\\"password\\":\\"${SECRET}`],
  ['a text line', `starting\npassword: ${SECRET}\ndone`],
  ['an assignment', `DB_PASSWORD=${SECRET}`],
  ['a header line in a text', `Authorization: Bearer ${SECRET}\r\nHost: x`],
  ['a list of variables', `{"env":[{"name":"DB_PASSWORD","value":"${SECRET}"}]}`],
  ['a list of settings that was cut', `[{"key": "api_key", "value": "${SECRET}`],
  ['XML', `<login><password>${SECRET}</password></login>`],
  ['an argument of a GraphQL query', `{"query":"mutation { login(password:\\"${SECRET}\\") }"}`],
  ['an attribute in a JSON string', `{"log":"<login password=\\"${SECRET}\\"/>"}`],
  ['a message', `{"error":"wrong password \\"${SECRET}\\" for ann"}`],
  ['a message in a text', `wrong password '${SECRET}' for ann`],
  ['an encoded URL', `{"next":"https%3A%2F%2Fx.example%2F%3Fapi_key%3D${SECRET}%26p%3D1"}`],
  ['a URL that was encoded twice', `{"next":"%252Fcb%253Faccess_token%253D${SECRET}"}`],
])('a secret in %s is replaced', (_title, text) => {
  const redacted = redactJson(text)
  expect(redacted).not.toContain(SECRET)
  expect(redacted).toContain('redacted.')
})

test.each([
  [`{"password":"${SECRET}","b":[1,2]}`, { password: expect.any(String) as string, b: [1, 2] }],
  [
    '{"pin":1234,"ok":true}',
    { pin: expect.stringMatching(/^redacted\.number\.1-8/) as string, ok: true },
  ],
  ['{"password":null,"token":""}', { password: null, token: '' }],
  [
    '{"card":{"number":4111111111111111}}',
    { card: { number: expect.stringMatching(/^redacted\./) as string } },
  ],
  [
    `{"\u00e4":"\u00fc","x":"{\\"\\u00e4\\":\\"\\u20ac\\",\\"token\\":\\"${SECRET}\\"}"}`,
    {
      ä: 'ü',
      x: expect.stringMatching(/^\{"ä":"€","token":"redacted\.[\w.-]+"\}$/) as string,
    },
  ],
])('JSON stays JSON: %s', (text, expected) => {
  expect(JSON.parse(redactJson(text))).toEqual(expected)
})

test.each([
  '{"token_type":"Bearer","total_tokens":1200}',
  '{"nextPageToken":"CAUQAA","passwordRequired":true}',
  '{"author":"Ann","keyboard":"qwerty","shipping":"fast","key":"user:1"}',
  '{"createdAt":1767614400123,"id":"4111111111111112"}',
  '{"email":"ann@shop.example"}',
  '{"error":"unexpected token \\"then\\" in line 3","next":"%2Fitems%3Fpage%3D2%26q%3Da%2520b"}',
  '[{"name":"color","value":"red"},{"name":"password","type":"text"},{"value":"a"}]',
])('what only looks like a secret stays: %s', (text) => {
  expect(redactJson(text)).toBe(text)
})

test('card numbers are found by their check digit', () => {
  expect(redactJson('{"note":"card 4111 1111 1111 1111 used"}')).not.toContain('4111')
  expect(redactJson('{"note":"order 4111 1111 1111 1112 used"}')).toContain('4111')
})

test.each([
  ['gzip', gzipSync],
  ['br', brotliCompressSync],
  ['deflate', deflateSync],
] as const)('a %s body is looked into and stays coded', (coding, encode) => {
  const judged = judgedOf({
    primary: responseOf(encode(Buffer.from(`{"password":"${SECRET}"}`)), {
      headers: ['Content-Type', 'application/json', 'Content-Encoding', coding],
    }),
  })
  const { primary } = redactor.redact(judged).exchange
  if (primary?.kind !== 'response') throw new Error('a response stays a response')
  if (coding === 'gzip') {
    expect(gunzipSync(primary.body.bytes).toString()).toMatch(/^\{"password":"redacted\./)
  }
  expect(primary.body.bytes.equals(encode(Buffer.from(`{"password":"${SECRET}"}`)))).toBe(false)
})

test('form fields are replaced by name', () => {
  const judged = judgedOf({
    request: {
      method: 'POST',
      target: `/login?token=${SECRET}`,
      headers: ['Content-Type', 'application/x-www-form-urlencoded'],
      body: bodyOf(`user=ann&pass=${SECRET}%21&go=1`),
    },
  })
  const { request } = redactor.redact(judged).exchange
  expect(request.body.bytes.toString()).toMatch(/^user=ann&pass=redacted\.[\w.-]+&go=1$/)
  expect(request.target).toMatch(/^\/login\?token=redacted\.[\w.-]+$/)
})

test.each([
  [
    '/cb?next=%2Flogin%3Ftoken%3DX%26page%3D2',
    /^\/cb\?next=%2Flogin%3Ftoken%3Dredacted\.[\w.-]+%26page%3D2$/,
  ],
  ['/cb?q=token%3DX', /^\/cb\?q=token%3Dredacted\.[\w.-]+$/],
  [
    '/cb?data=%7B%22password%22%3A%22X%22%7D',
    /^\/cb\?data=%7B%22password%22%3A%22redacted\.[\w.-]+%22%7D$/,
  ],
])('what is encoded in a parameter is looked into: %s', (target, expected) => {
  const { request } = judgedOf().exchange
  const judged = judgedOf({ request: { ...request, target: target.replace('X', SECRET) } })
  expect(redactor.redact(judged).exchange.request.target).toMatch(expected)
})

test('a private key is replaced, and lines of it wherever they are shown', () => {
  const line = 'MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7'
  const pem = `-----BEGIN PRIVATE KEY-----\n${line}\n${line}x\n-----END PRIVATE KEY-----\n`
  const judged = judgedOf(
    { primary: responseOf(pem, { headers: ['Content-Type', 'text/plain'] }) },
    { differences: [differenceOf({ location: 'body:', primary: JSON.stringify(`${line}\n---`) })] },
  )
  expect(textOf(redactor.redact(judged))).not.toContain(line)
})

test('parts of a multipart body are replaced by name, files stay as they are', () => {
  const file = '\u0000\u0001\u00ff binary'
  const part = (head: string, value: string) =>
    `--frontier\r\nContent-Disposition: form-data; ${head}\r\n\r\n${value}\r\n`
  const text = `${part('name="user"', 'ann')}${part('name="password"', SECRET)}${part('name="f"; filename="x"', file)}--frontier--\r\n`
  const judged = judgedOf({
    request: {
      method: 'POST',
      target: '/',
      headers: ['Content-Type', 'multipart/form-data; boundary=frontier'],
      body: bodyOf(Buffer.from(text, 'latin1')),
    },
  })
  const redacted = redactor.redact(judged).exchange.request.body.bytes.toString('latin1')
  expect(redacted).not.toContain(SECRET)
  expect(redacted).toContain(file)
  expect(redacted.replace(/redacted\.[\w.-]+/, SECRET)).toBe(text)
})

test('the length and the whole-body hash of a redacted body stay those of the true one', () => {
  const judged = judgedOf({
    primary: responseOf('', {
      body: { ...bodyOf(`{"password":"${SECRET}"`), length: 9000, sha256: 'ab' },
    }),
  })
  const { primary } = redactor.redact(judged).exchange
  expect(primary).toMatchObject({ body: { length: 9000, sha256: 'ab' } })
})

test('a secret that the service shows elsewhere is replaced there too', () => {
  const judged = judgedOf(
    {
      request: {
        method: 'GET',
        target: `/sessions/${SECRET}`,
        headers: ['Authorization', `Bearer ${SECRET}`],
        body: bodyOf(''),
      },
      primary: responseOf(`<p>welcome ${SECRET}</p>`, {
        headers: ['X-Echo', SECRET, 'Content-Type', 'text/html'],
      }),
    },
    { differences: [differenceOf({ location: `body:/${SECRET}/0`, primary: `"${SECRET}"` })] },
    `GET /sessions/${SECRET}`,
  )
  expect(textOf(redactor.redact(judged))).not.toContain(SECRET)
})

test('the password of Basic credentials is replaced where it is shown decoded', () => {
  const credentials = Buffer.from(`ann:${SECRET}`).toString('base64')
  const judged = judgedOf({
    primary: responseOf(`hello ${SECRET}`, {
      sentHeaders: ['Authorization', `Basic ${credentials}`],
    }),
  })
  const text = textOf(redactor.redact(judged))
  expect(text).not.toContain(SECRET)
  expect(text).not.toContain(credentials)
})

test('a short cookie value is not looked for in bodies', () => {
  const judged = judgedOf({
    primary: responseOf('{"theme":"darkmode"}', { sentHeaders: ['Cookie', 'theme=darkmode'] }),
  })
  const { primary } = redactor.redact(judged).exchange
  expect(primary).toMatchObject({ body: bodyOf('{"theme":"darkmode"}') })
})

test.each([
  [{ location: 'header:set-cookie/sid', primary: JSON.stringify(SECRET), shadow: '"other"' }],
  [{ location: 'header:x-api-key', primary: JSON.stringify(SECRET) }],
  [{ location: 'header:authorization', primary: JSON.stringify(`Bearer ${SECRET}`) }],
  [{ location: 'body:/user/password', primary: JSON.stringify(SECRET) }],
  [{ location: 'body:/user', primary: JSON.stringify({ name: 'ann', password: SECRET }) }],
  [{ location: 'body:', primary: JSON.stringify(`line 3: token=${SECRET}`) }],
  [{ location: 'header:location', primary: JSON.stringify(`/x?token=${SECRET}`) }],
])('the values of a difference at $location are redacted and stay JSON', (over) => {
  const difference = differenceOf(over)
  const judged = judgedOf(
    {},
    { differences: [difference], suppressed: [{ ...difference, by: 'builtin:date' }] },
  )
  const redacted = redactor.redact(judged)
  expect(textOf(redacted)).not.toContain(SECRET)
  for (const { primary } of [...redacted.judgement.differences, ...redacted.judgement.suppressed]) {
    expect(JSON.stringify(JSON.parse(primary ?? ''))).toContain('redacted.')
  }
})

test('attributes of a cookie stay readable in differences', () => {
  const difference = differenceOf({
    location: 'header:set-cookie/sid/path',
    primary: '"/token/path"',
  })
  const { judgement } = redactor.redact(judgedOf({}, { differences: [difference] }))
  expect(judgement.differences).toEqual([difference])
})

const named = createRedactor({
  key,
  keyId: keyIdOf(key),
  body: ['/user/email', '/items/*/serial', '/**/birthday'],
})

test.each([
  [
    '{"user":{"email":"ann@x","name":"Ann"}}',
    /^\{"user":\{"email":"redacted\.[\w.-]+","name":"Ann"\}\}$/,
  ],
  ['{"email":"ann@x"}', /^\{"email":"ann@x"\}$/],
  [
    '{"items":[{"serial":17},{"serial":{"a":"b"}}]}',
    /^\{"items":\[\{"serial":"redacted\.number[\w.-]+"\},\{"serial":\{"a":"redacted\.[\w.-]+"\}\}\]\}$/,
  ],
  [
    '{"birthday":"1","a":[{"b":{"birthday":"2"}}]}',
    /^\{"birthday":"redacted[\w.-]+","a":\[\{"b":\{"birthday":"redacted[\w.-]+"\}\}\]\}$/,
  ],
  [' { "user" : { "email" : "cut of', /^ \{ "user" : \{ "email" : "redacted\.[\w.-]+$/],
  ['[1,{"x":"}"},"]"]', /^\[1,\{"x":"\}"\},"\]"\]$/],
  ['not json', /^not json$/],
  ['{"broken" 1}', /^\{"broken" 1\}$/],
])('members that are named by place are replaced: %s', (text, expected) => {
  const judged = judgedOf({ primary: responseOf(text) })
  const { primary } = named.redact(judged).exchange
  if (primary?.kind !== 'response') throw new Error('a response stays a response')
  expect(primary.body.bytes.toString()).toMatch(expected)
})

test.each([
  [{ location: 'body:/user/email', primary: '"ann@x"' }, /^"redacted\./],
  [{ location: 'body:/user', primary: '{"email":"ann@x"}' }, /^\{"email":"redacted\./],
  [{ location: 'body:/items/3/serial', primary: '17' }, /^"redacted\.number/],
  [{ location: 'body:/email', primary: '"ann@x"' }, /^"ann@x"$/],
])('values of differences at places that are named are replaced: $location', (over, expected) => {
  const { judgement } = named.redact(judgedOf({}, { differences: [differenceOf(over)] }))
  expect(judgement.differences[0]?.primary).toMatch(expected)
})

test('bodies that are kept as hashes tell only whether they are equal', () => {
  const hashed = createRedactor({ key, keyId: keyIdOf(key), bodies: 'hashed' })
  const judged = judgedOf(
    { primary: responseOf('one body'), shadow: responseOf('one body') },
    { differences: [differenceOf({ primary: '"one"' }), differenceOf({ location: 'status' })] },
  )
  const redacted = hashed.redact(judged)
  expect(textOf(redacted)).not.toContain('one')
  const { primary, shadow } = redacted.exchange
  if (primary?.kind !== 'response' || shadow?.kind !== 'response') throw new Error()
  expect(primary.body).toMatchObject({
    length: 8,
    sha256: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
  })
  expect(primary.body.sha256).toBe(shadow.body.sha256)
  expect(redacted.judgement.differences[0]?.primary).toMatch(/^"redacted\./)
  expect(redacted.judgement.differences[1]).toEqual(differenceOf({ location: 'status' }))
})

test('bodies that are not kept leave their length alone', () => {
  const none = createRedactor({ key, keyId: keyIdOf(key), bodies: 'none' })
  const judged = judgedOf(
    { primary: responseOf('one body') },
    {
      differences: [differenceOf({ primary: '"one"' })],
      suppressed: [{ ...differenceOf({ primary: '"one"' }), by: 'builtin:x' }],
    },
  )
  const { exchange, judgement } = none.redact(judged)
  expect(JSON.stringify(judgement)).not.toContain('one')
  expect(judgement.suppressed[0]?.by).toBe('builtin:x')
  expect(exchange.primary).toMatchObject({ body: { bytes: Buffer.alloc(0), length: 8 } })
  expect(Object.keys(judgement.differences[0] ?? {})).not.toContain('primary')
})

test.each([['/user/email'], ['/*/user/email'], ['/**/email']])(
  'the place %s is redacted in every line of JSON lines',
  (place) => {
    const lines = [1, 2, 3].map((n) => `{"n":${n},"user":{"email":"${SECRET}"}}`).join('\n')
    const named = createRedactor({ key, keyId: keyIdOf(key), body: [place] })
    const judged = judgedOf({ primary: responseOf(lines) })
    expect(textOf(named.redact(judged))).not.toContain(SECRET)
  },
)
