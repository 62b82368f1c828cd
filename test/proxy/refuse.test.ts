import { expect, test } from 'vitest'
import { addsUp, ok, startFixture } from '../support/proxy-fixture.ts'
import { rawHeader } from '../support/raw-message.ts'
import { until } from '../support/until.ts'

const crlf = (...lines: string[]) => `${lines.join('\r\n')}\r\n\r\n`

/** What is refused, with which status, and why. */
const REFUSED: readonly (readonly [string, number, string])[] = [
  ['two Host lines', 400, crlf('GET / HTTP/1.1', 'Host: a', 'Host: a')],
  ['no Host', 400, crlf('GET / HTTP/1.1')],
  ['an empty Host', 400, crlf('GET / HTTP/1.1', 'Host:')],
  ['a Host with a space', 400, crlf('GET / HTTP/1.1', 'Host: a b')],
  ['a Host with user info', 400, crlf('GET / HTTP/1.1', 'Host: u@a')],
  ['a Host with a path', 400, crlf('GET / HTTP/1.1', 'Host: a/b')],
  ['a Host with two ports', 400, crlf('GET / HTTP/1.1', 'Host: a:1:2')],
  ['a Host with bytes above 0x7F', 400, crlf('GET / HTTP/1.1', 'Host: \xe9')],
  ['two Hosts in one line', 400, crlf('GET / HTTP/1.1', 'Host: a, b')],
  ['an absolute target without Host', 400, crlf('GET http://a/ HTTP/1.1')],
  ['an absolute target with user info', 400, crlf('GET http://u@a/ HTTP/1.1', 'Host: a')],
  ['an absolute target without authority', 400, crlf('GET http:///x HTTP/1.1', 'Host: a')],
  ['a target of another scheme', 400, crlf('GET ftp://a/ HTTP/1.1', 'Host: a')],
  ['a target without a slash', 400, crlf('GET x HTTP/1.1', 'Host: a')],
  ['the asterisk without OPTIONS', 400, crlf('GET * HTTP/1.1', 'Host: a')],
  ['a fragment', 400, crlf('GET /a#b HTTP/1.1', 'Host: a')],
  ['a fragment in an absolute target', 400, crlf('GET http://a#b HTTP/1.1', 'Host: a')],
  ['bytes above 0x7F in the target', 400, crlf('GET /\xe9 HTTP/1.1', 'Host: a')],
  ['a space in the target', 400, crlf('GET /a b HTTP/1.1', 'Host: a')],
  [
    'Content-Length with Transfer-Encoding',
    400,
    crlf('POST / HTTP/1.1', 'Host: a', 'Content-Length: 5', 'Transfer-Encoding: chunked') +
      '0\r\n\r\n',
  ],
  [
    'Transfer-Encoding with Content-Length',
    400,
    crlf('POST / HTTP/1.1', 'Host: a', 'Transfer-Encoding: chunked', 'Content-Length: 5') +
      '0\r\n\r\n',
  ],
  [
    'two Content-Lengths',
    400,
    crlf('POST / HTTP/1.1', 'Host: a', 'Content-Length: 1', 'Content-Length: 1'),
  ],
  ['a list as Content-Length', 400, crlf('POST / HTTP/1.1', 'Host: a', 'Content-Length: 1, 1')],
  ['a sign in Content-Length', 400, crlf('POST / HTTP/1.1', 'Host: a', 'Content-Length: +1')],
  ['a hexadecimal Content-Length', 400, crlf('POST / HTTP/1.1', 'Host: a', 'Content-Length: 0x1')],
  [
    'a Content-Length beyond all numbers',
    400,
    crlf('POST / HTTP/1.1', 'Host: a', 'Content-Length: 99999999999999999999999'),
  ],
  [
    'gzip before chunked',
    501,
    crlf('POST / HTTP/1.1', 'Host: a', 'Transfer-Encoding: gzip, chunked') + '0\r\n\r\n',
  ],
  [
    'gzip and chunked in two lines',
    501,
    crlf('POST / HTTP/1.1', 'Host: a', 'Transfer-Encoding: gzip', 'Transfer-Encoding: chunked') +
      '0\r\n\r\n',
  ],
  [
    'chunked before gzip',
    400,
    crlf('POST / HTTP/1.1', 'Host: a', 'Transfer-Encoding: chunked, gzip'),
  ],
  [
    'chunked twice',
    400,
    crlf('POST / HTTP/1.1', 'Host: a', 'Transfer-Encoding: chunked', 'Transfer-Encoding: chunked'),
  ],
  [
    'two different Content-Lengths',
    400,
    crlf('POST / HTTP/1.1', 'Host: a', 'Content-Length: 1', 'Content-Length: 2'),
  ],
  ['a negative Content-Length', 400, crlf('POST / HTTP/1.1', 'Host: a', 'Content-Length: -1')],
  ['an empty Content-Length', 400, crlf('POST / HTTP/1.1', 'Host: a', 'Content-Length:')],
  ['an empty Transfer-Encoding', 400, crlf('POST / HTTP/1.1', 'Host: a', 'Transfer-Encoding:')],
  ['identity as a coding', 400, crlf('POST / HTTP/1.1', 'Host: a', 'Transfer-Encoding: identity')],
  ['gzip alone', 400, crlf('POST / HTTP/1.1', 'Host: a', 'Transfer-Encoding: gzip')],
  [
    'a parameter of chunked',
    400,
    crlf('POST / HTTP/1.1', 'Host: a', 'Transfer-Encoding: chunked;q=1'),
  ],
  [
    'a coding that only looks like chunked',
    400,
    crlf('POST / HTTP/1.1', 'Host: a', 'Transfer-Encoding: xchunked'),
  ],
  [
    'chunked in HTTP/1.0',
    400,
    crlf('POST / HTTP/1.0', 'Host: a', 'Transfer-Encoding: chunked') + '0\r\n\r\n',
  ],
  ['a space before the colon', 400, crlf('GET / HTTP/1.1', 'Host: a', 'X : y')],
  ['a folded line', 400, crlf('GET / HTTP/1.1', 'Host: a', 'X: y', ' z')],
  ['a bare CR in a value', 400, crlf('GET / HTTP/1.1', 'Host: a', 'X: y\rz')],
  ['a bare LF as line end', 400, 'GET / HTTP/1.1\nHost: a\n\n'],
  ['a NUL in a value', 400, crlf('GET / HTTP/1.1', 'Host: a', 'X: \0')],
  ['a space before the first field', 400, crlf('GET / HTTP/1.1', ' X: y', 'Host: a')],
  ['a field without a name', 400, crlf('GET / HTTP/1.1', 'Host: a', ': y')],
  ['a control character in a value', 400, crlf('GET / HTTP/1.1', 'Host: a', 'X: a\x01b')],
  ['a DEL in a value', 400, crlf('GET / HTTP/1.1', 'Host: a', 'X: a\x7fb')],
  ['a control character in a name', 400, crlf('GET / HTTP/1.1', 'Host: a', 'X\x01: b')],
  ['a NUL in the target', 400, crlf('GET /\0 HTTP/1.1', 'Host: a')],
  ['a bare CR in the first line', 400, crlf('GET /\rx HTTP/1.1', 'Host: a')],
  ['another protocol', 400, crlf('GET / HTTQ/1.1', 'Host: a')],
  ['the protocol in lower case', 400, crlf('GET / http/1.1', 'Host: a')],
  ['a space before the first line', 400, crlf(' GET / HTTP/1.1', 'Host: a')],
  ['a line without a colon', 400, crlf('GET / HTTP/1.1', 'Host: a', 'nonsense')],
  ['CONNECT', 405, crlf('CONNECT a:80 HTTP/1.1', 'Host: a:80')],
  ['TRACE', 405, crlf('TRACE / HTTP/1.1', 'Host: a')],
  ['a method that the parser does not know', 501, crlf('FROBNICATE / HTTP/1.1', 'Host: a')],
  ['a method that begins like a known one', 501, crlf('GETTING / HTTP/1.1', 'Host: a')],
  ['an unknown method in lower case', 501, crlf('get / HTTP/1.1', 'Host: a')],
  ['HTTP/2.0', 505, crlf('GET / HTTP/2.0', 'Host: a')],
  ['HTTP/1.2', 505, crlf('GET / HTTP/1.2', 'Host: a')],
  ['the preface of HTTP/2', 505, 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
  ['an unknown expectation', 417, crlf('GET / HTTP/1.1', 'Host: a', 'Expect: a miracle')],
  ['a TLS hello', 400, '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'],
  ['a head that is too long', 431, crlf('GET / HTTP/1.1', 'Host: a', `X: ${'y'.repeat(70_000)}`)],
]

test.each(REFUSED)(
  '%s is refused with %i and never reaches an upstream',
  async (_what, status, bytes) => {
    const { client, primary, shadow, proxy } = await startFixture({ primary: ok('ok') })
    const one = client().send(bytes)
    const answer = await one.answer()
    expect(answer.startLine).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `))
    expect(rawHeader(answer, 'content-type')).toBe('text/plain; charset=utf-8')
    expect(answer.body.toString()).toMatch(/^[^\n]+\.\n$/)
    expect(answer.body.toString()).not.toMatch(/Error|HPE|node:/)
    expect(rawHeader(answer, 'date')).toBeUndefined()
    expect(primary.requests.length + shadow.requests.length).toBe(0)
    await until(() => proxy.counters().unmirrored['bad-request'] === 1)
    expect(proxy.counters().seen).toBe(1)
    expect(addsUp(proxy.counters())).toBe(true)
  },
)

test('a malformed chunk in a body cancels primary and is refused with 400', async () => {
  const { client, primary, shadow, proxy } = await startFixture({ primary: ok('ok') })
  const one = client().request('POST / HTTP/1.1', 'Host: a', 'Transfer-Encoding: chunked')
  await until(() => primary.sockets.size === 1)
  const answer = await one.send('0x5\r\nhello\r\n').answer()
  expect(answer.startLine).toBe('HTTP/1.1 400 Bad Request')
  await one.untilClosed()
  await until(() => primary.sockets.size === 0)
  expect(proxy.counters().unmirrored).toEqual({ 'bad-request': 1 })
  expect(shadow.requests.length).toBe(0)
})

test('a malformed body after the answer began closes the connection and adds nothing to the answer', async () => {
  const { client, primary } = await startFixture({
    primary: {
      onHead: (_head, socket) => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\npart'),
    },
  })
  const one = client().request('POST / HTTP/1.1', 'Host: a', 'Transfer-Encoding: chunked')
  await until(() => one.text.endsWith('part'))
  one.send('nonsense\r\n')
  await one.untilClosed()
  expect(one.text).toMatch(/part$/)
  await until(() => primary.sockets.size === 0)
})

test('garbage after a request is answered after that request', async () => {
  let release: () => void = () => undefined
  const { client, primary } = await startFixture({
    primary: {
      onRequest: (_request, socket) => {
        release = () => socket.write(ok('first'))
      },
    },
  })
  const one = client().request('GET / HTTP/1.1', 'Host: a').send('FROB / HTTP/1.1\r\n\r\n')
  await until(() => primary.requests.length === 1)
  release()
  expect((await one.answer()).body.toString()).toBe('first')
  expect((await one.answer()).startLine).toBe('HTTP/1.1 501 Not Implemented')
  await one.untilClosed()
})

test('a refused request can be looked up by its x-request-id', async () => {
  const { client, queue } = await startFixture({ primary: ok('ok') })
  await client().request('GET /x HTTP/1.1', 'Host: a', 'Host: b', 'x-request-id: id-1').answer()
  const exchange = await queue.exchange('id-1')
  expect(exchange.unmirrored).toBe('bad-request')
  expect(exchange.request.target).toBe('/x')
  expect(exchange.primary).toBeUndefined()
})

test('a refused HTTP/1.1 request whose end is certain leaves the connection usable', async () => {
  const { client } = await startFixture({ primary: ok('ok') })
  const one = client()
  expect((await one.request('TRACE / HTTP/1.1', 'Host: a').answer()).startLine).toMatch(/ 405 /)
  expect((await one.request('GET / HTTP/1.1', 'Host: a').answer()).body.toString()).toBe('ok')
})

test('a client that sends half a head is answered 408 at last', async () => {
  const { client } = await startFixture({
    primary: ok('ok'),
    options: { headTimeoutMs: 100 },
  })
  const one = client().send('GET / HTTP/1.1\r\nHos')
  expect((await one.answer()).startLine).toBe('HTTP/1.1 408 Request Timeout')
  await one.untilClosed()
})
