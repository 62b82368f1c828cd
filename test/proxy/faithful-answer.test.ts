import { expect, test } from 'vitest'
import { ok, startFixture } from '../support/proxy-fixture.ts'

/** The client's header lines without what the proxy adds. */
const withoutOwn = (headers: readonly string[]) =>
  headers.filter((_text, i) => {
    const name = headers[i - (i % 2)]?.toLowerCase()
    return name !== 'x-request-id'
  })

async function answerTo(answer: string, request: string[] = ['GET / HTTP/1.1', 'Host: a']) {
  const { client } = await startFixture({ primary: answer })
  return client()
    .request(...request)
    .answer({ head: request[0]?.startsWith('HEAD') === true })
}

test('status, reason phrase, header order, case and repeats, and the body are primary’s', async () => {
  const answer = await answerTo(
    [
      'HTTP/1.1 203 Quite so, "mostly"',
      'X-B: 1',
      'x-a:2',
      'Set-Cookie: a=1; Path=/',
      'SET-COOKIE: b=2',
      'X-B: 3',
      'x-empty:',
      'Content-Length: 5',
      'Server: old/1.0',
      '',
      'hello',
    ].join('\r\n'),
  )
  expect(answer.startLine).toBe('HTTP/1.1 203 Quite so, "mostly"')
  expect(withoutOwn(answer.headers)).toEqual(
    ['X-B', '1', 'x-a', '2', 'Set-Cookie', 'a=1; Path=/', 'SET-COOKIE', 'b=2'].concat([
      'X-B',
      '3',
      'x-empty',
      '',
      'Content-Length',
      '5',
      'Server',
      'old/1.0',
    ]),
  )
  expect(answer.body.toString()).toBe('hello')
})

test('no Date and no other header is added besides x-request-id', async () => {
  const answer = await answerTo(ok('x'))
  expect(answer.headers.filter((_text, i) => i % 2 === 0)).toEqual([
    'Content-Length',
    'x-request-id',
  ])
})

test('header bytes above 0x7F survive, in every header', async () => {
  const answer = await answerTo(
    ok(
      'x',
      'Content-Length: 1',
      'X-Latin: caf\xe9',
      'X-Utf8: \xc3\xa9\xff\x80',
      'Content-Disposition: attachment; filename="\xc3\xa9\xe9.txt"',
    ).replace('Content-Length: 1\r\n\r\n', '\r\n'),
  )
  expect(withoutOwn(answer.headers)).toEqual([
    'Content-Length',
    '1',
    'X-Latin',
    'caf\xe9',
    'X-Utf8',
    '\xc3\xa9\xff\x80',
    'Content-Disposition',
    'attachment; filename="\xc3\xa9\xe9.txt"',
  ])
})

test('an empty reason phrase stays empty, and reasons keep bytes above 0x7F', async () => {
  expect((await answerTo('HTTP/1.1 200 \r\nContent-Length: 0\r\n\r\n')).startLine).toBe(
    'HTTP/1.1 200 ',
  )
  expect((await answerTo('HTTP/1.1 200 d\xe9j\xe0\r\nContent-Length: 0\r\n\r\n')).startLine).toBe(
    'HTTP/1.1 200 d\xe9j\xe0',
  )
})

test.each([299, 418, 451, 599, 777, 999])('the unknown status %i passes', async (status) => {
  const answer = await answerTo(`HTTP/1.1 ${status} Odd\r\nContent-Length: 2\r\n\r\nok`)
  expect(answer.startLine).toBe(`HTTP/1.1 ${status} Odd`)
  expect(answer.body.toString()).toBe('ok')
})

test('a 304 keeps its Content-Length and has no body', async () => {
  const { client } = await startFixture({
    primary: 'HTTP/1.1 304 Not Modified\r\nETag: "x"\r\nContent-Length: 1234\r\n\r\n',
  })
  const one = client()
  for (let i = 0; i < 3; i++) {
    const answer = await one.request('GET / HTTP/1.1', 'Host: a').answer()
    expect(answer.startLine).toBe('HTTP/1.1 304 Not Modified')
    expect(withoutOwn(answer.headers)).toEqual(['ETag', '"x"', 'Content-Length', '1234'])
  }
})

test('an answer to HEAD keeps its Content-Length and has no body', async () => {
  const { client, primary } = await startFixture({
    primary: 'HTTP/1.1 200 OK\r\nContent-Length: 1234\r\nX: y\r\n\r\n',
  })
  const one = client()
  for (let i = 0; i < 3; i++) {
    const answer = await one.request('HEAD / HTTP/1.1', 'Host: a').answer({ head: true })
    expect(withoutOwn(answer.headers)).toEqual(['Content-Length', '1234', 'X', 'y'])
  }
  expect(primary.opened()).toBe(1)
})

test('a 204 passes without a body and keeps the connection', async () => {
  const { client } = await startFixture({ primary: 'HTTP/1.1 204 No Content\r\nX: y\r\n\r\n' })
  const one = client()
  await one.request('GET / HTTP/1.1', 'Host: a').answer()
  const answer = await one.request('DELETE /x HTTP/1.1', 'Host: a').answer()
  expect(answer.startLine).toBe('HTTP/1.1 204 No Content')
  expect(withoutOwn(answer.headers)).toEqual(['X', 'y'])
})

test('a chunked answer stays chunked and its trailers pass', async () => {
  const answer = await answerTo(
    'HTTP/1.1 200 OK\r\nTrailer: X-Sum\r\nTransfer-Encoding: chunked\r\n\r\n' +
      '5;ext=1\r\nhello\r\n6\r\n world\r\n0\r\nX-Sum: 11\r\nx-more: \xe9\r\n\r\n',
  )
  expect(answer.framing).toBe('chunked')
  expect(answer.body.toString()).toBe('hello world')
  expect(answer.trailers).toEqual(['X-Sum', '11', 'x-more', '\xe9'])
  expect(withoutOwn(answer.headers)).toEqual(['Trailer', 'X-Sum', 'Transfer-Encoding', 'chunked'])
})

test('trailers that would change the meaning of the answer are dropped', async () => {
  const answer = await answerTo(
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n' +
      '1\r\nx\r\n0\r\nContent-Type: x\r\nSet-Cookie: a=1\r\nConnection: close\r\nOk: 1\r\n\r\n',
  )
  expect(answer.trailers).toEqual(['Ok', '1'])
})

test('a Trailer announcement without chunks neither passes nor breaks the answer', async () => {
  const answer = await answerTo(ok('x', 'Trailer: X-Sum'))
  expect(withoutOwn(answer.headers)).toEqual(['Content-Length', '1'])
})

test('an answer that ends with its connection reaches the client whole', async () => {
  const { client } = await startFixture({
    primary: {
      onRequest: (_request, socket) => {
        socket.end('HTTP/1.1 200 OK\r\nX: y\r\n\r\nall of it')
      },
    },
  })
  const answer = await client().request('GET / HTTP/1.1', 'Host: a').answer()
  expect(answer.framing).toBe('chunked')
  expect(answer.body.toString()).toBe('all of it')
})

test('an HTTP/1.0 answer from primary reaches an HTTP/1.1 client', async () => {
  const { client } = await startFixture({
    primary: {
      onRequest: (_request, socket) => {
        socket.end('HTTP/1.0 200 Fine\r\n\r\nold')
      },
    },
  })
  const answer = await client().request('GET / HTTP/1.1', 'Host: a').answer()
  expect(answer.startLine).toBe('HTTP/1.1 200 Fine')
  expect(answer.body.toString()).toBe('old')
})

test('an HTTP/1.0 client gets a chunked answer without chunks, ended by the close', async () => {
  const { client } = await startFixture({
    primary: 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n',
  })
  const one = client().request('GET / HTTP/1.0')
  await one.untilClosed()
  const answer = await one.answer()
  expect(answer.framing).toBe('close')
  expect(answer.body.toString()).toBe('hello')
})

test('a long reason, many headers and long headers pass', async () => {
  const many = Array.from({ length: 3000 }, (_unused, i) => `X-${i}: ${i}`)
  const answer = await answerTo(ok('x', ...many, `X-Long: ${'v'.repeat(20_000)}`))
  expect(withoutOwn(answer.headers).length).toBe(2 * (3000 + 2))
})

test('a body is not decoded, whatever its coding', async () => {
  const answer = await answerTo(ok('not really gzip', 'Content-Encoding: gzip'))
  expect(answer.body.toString()).toBe('not really gzip')
})
