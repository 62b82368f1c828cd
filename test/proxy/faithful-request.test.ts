import { expect, test } from 'vitest'
import { METHODS } from 'node:http'
import { ok, startFixture } from '../support/proxy-fixture.ts'

/** What primary got, without what the proxy adds. */
const withoutOwn = (headers: readonly string[] = []) =>
  headers.filter((_text, i) => {
    const name = headers[i - (i % 2)]?.toLowerCase() ?? ''
    return !['x-request-id', 'via', 'connection'].includes(name)
  })

async function sent(...request: string[]) {
  const { client, primary } = await startFixture({ primary: ok('ok') })
  await client()
    .request(...request)
    .answer()
  const [first] = primary.requests
  if (first === undefined) throw new Error('primary got nothing')
  return first
}

test.each([
  '/',
  '//a/../b?x=%zz',
  '/a/./b//c/..;/d?&&==&x=%',
  '/%2e%2e/%2F?a=b?c=d',
  "/!$&'()*+,;=:@-._~",
  '/a|b{c}^`"<>\\',
  '/?',
])('the target %s passes verbatim', async (target) => {
  expect((await sent(`GET ${target} HTTP/1.1`, 'Host: a')).startLine).toBe(`GET ${target} HTTP/1.1`)
})

test('OPTIONS * passes', async () => {
  expect((await sent('OPTIONS * HTTP/1.1', 'Host: a')).startLine).toBe('OPTIONS * HTTP/1.1')
})

test('header order, case, repeats, empty values and bytes above 0x7F pass', async () => {
  const { headers } = await sent(
    'GET / HTTP/1.1',
    'X-Z: 1',
    'hOST: shop.example:80',
    'Cookie: a=1',
    'x-z:2',
    'cookie: b=2',
    'X-Empty:',
    'X-Latin: caf\xe9 \xff',
    'Date: then',
    'x-shadow: mine',
    'X-Envoy-Internal: true',
  )
  expect(withoutOwn(headers)).toEqual(
    ['X-Z', '1', 'hOST', 'shop.example:80', 'Cookie', 'a=1', 'x-z', '2', 'cookie', 'b=2']
      .concat(['X-Empty', '', 'X-Latin', 'caf\xe9 \xff', 'Date', 'then'])
      .concat(['x-shadow', 'mine', 'X-Envoy-Internal', 'true']),
  )
})

test.each(METHODS.filter((method) => !['CONNECT', 'TRACE', 'HEAD'].includes(method)))(
  'the method %s passes, with and without a body',
  async (method) => {
    const { client, primary } = await startFixture({ primary: ok('ok') })
    const one = client()
    await one.request(`${method} / HTTP/1.1`, 'Host: a').answer()
    await one.send(`${method} / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbody`).answer()
    expect(primary.requests.map((request) => request.startLine)).toEqual([
      `${method} / HTTP/1.1`,
      `${method} / HTTP/1.1`,
    ])
    expect(primary.requests.map((request) => request.body.toString())).toEqual(['', 'body'])
  },
)

test('a GET without a body gets no framing header', async () => {
  const { headers } = await sent('GET / HTTP/1.1', 'Host: a')
  expect(withoutOwn(headers)).toEqual(['Host', 'a'])
})

test('a body with a length keeps its Content-Length line where it was', async () => {
  const { headers, body } = await sent(
    'POST / HTTP/1.1',
    'content-length: 5',
    'Host: a',
    'X: y',
    '',
    'hello',
  )
  expect(withoutOwn(headers)).toEqual(['content-length', '5', 'Host', 'a', 'X', 'y'])
  expect(body.toString()).toBe('hello')
})

test('a chunked body stays chunked, its extensions go, its trailers stay', async () => {
  const { framing, body, trailers } = await sent(
    'POST / HTTP/1.1',
    'Host: a',
    'Trailer: X-Sum',
    'Transfer-Encoding: chunked',
    '',
    '5;a=b;c="d"',
    'hello',
    '6',
    ' world',
    '0',
    'X-Sum: 11',
    'Host: evil',
  )
  expect(framing).toBe('chunked')
  expect(body.toString()).toBe('hello world')
  expect(trailers).toEqual(['X-Sum', '11'])
})

test('a client that takes trailers says so to primary', async () => {
  const { headers } = await sent(
    'GET / HTTP/1.1',
    'Host: a',
    'TE: gzip;q=0.5, trailers',
    'Connection: TE',
  )
  expect(headers.join('|')).toContain('TE|trailers')
  expect(headers.join('|')).toContain('Connection|TE')
})

test('an absolute target becomes a path, and its authority takes the place of Host', async () => {
  const request = await sent('GET http://b.example:81/x//y?q HTTP/1.1', 'X: y', 'Host: a')
  expect(request.startLine).toBe('GET /x//y?q HTTP/1.1')
  expect(withoutOwn(request.headers)).toEqual(['X', 'y', 'Host', 'b.example:81'])
})

test('an absolute target without a path asks for the root, and in OPTIONS for the server', async () => {
  expect((await sent('GET http://b HTTP/1.1', 'Host: a')).startLine).toBe('GET / HTTP/1.1')
  expect((await sent('GET http://b?q HTTP/1.1', 'Host: a')).startLine).toBe('GET /?q HTTP/1.1')
  expect((await sent('OPTIONS http://b HTTP/1.1', 'Host: a')).startLine).toBe('OPTIONS * HTTP/1.1')
})

test('an HTTP/1.0 request without a Host gets primary’s', async () => {
  const { client, primary } = await startFixture({ primary: ok('ok') })
  await client().request('GET / HTTP/1.0').answer()
  expect(primary.requests[0]?.startLine).toBe('GET / HTTP/1.1')
  expect(withoutOwn(primary.requests[0]?.headers)).toEqual(['Host', `127.0.0.1:${primary.port}`])
})

test('thousands of header lines pass', async () => {
  const lines = Array.from({ length: 3000 }, (_unused, i) => `X-${i}: ${i}`)
  const { headers } = await sent('GET / HTTP/1.1', 'Host: a', ...lines)
  expect(withoutOwn(headers).length).toBe(2 * 3001)
})

test('Max-Forwards of OPTIONS counts down, and at zero the proxy answers', async () => {
  const { client, primary } = await startFixture({ primary: ok('ok') })
  const one = client()
  await one.request('OPTIONS / HTTP/1.1', 'Host: a', 'Max-Forwards: 2').answer()
  expect(withoutOwn(primary.requests[0]?.headers)).toEqual(['Host', 'a', 'Max-Forwards', '1'])
  const own = await one.request('OPTIONS / HTTP/1.1', 'Host: a', 'Max-Forwards: 0').answer()
  expect(own.startLine).toBe('HTTP/1.1 204 No Content')
  await one.request('GET / HTTP/1.1', 'Host: a', 'Max-Forwards: 0').answer()
  expect(primary.requests.length).toBe(2)
})
