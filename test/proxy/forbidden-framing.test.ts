import { expect, test } from 'vitest'
import { ok, startFixture } from '../support/proxy-fixture.ts'
import { rawHeader } from '../support/raw-message.ts'

/** RFC 9110 §8.6 and RFC 9112 §6.1: a 1xx or 204 carries neither length nor coding, whatever primary says. */
test.each([
  ['a length of zero', 'Content-Length: 0'],
  ['a length', 'Content-Length: 5'],
  ['a coding', 'Transfer-Encoding: chunked'],
])(
  'a 204 with %s reaches the client without it, and the next answer is the next',
  async (_what, line) => {
    const { client, primary } = await startFixture({
      primary: {
        onRequest: (request, socket) =>
          socket.write(
            request.startLine.includes('/204')
              ? `HTTP/1.1 204 No Content\r\nX: y\r\n${line}\r\n\r\n`
              : ok('next'),
          ),
      },
    })
    const one = client()
    for (let i = 0; i < 2; i++) {
      const answer = await one.request('GET /204 HTTP/1.1', 'Host: a').answer()
      expect(answer.startLine).toBe('HTTP/1.1 204 No Content')
      expect(rawHeader(answer, 'x')).toBe('y')
      expect(rawHeader(answer, 'content-length')).toBeUndefined()
      expect(rawHeader(answer, 'transfer-encoding')).toBeUndefined()
      expect((await one.request('GET / HTTP/1.1', 'Host: a').answer()).body.toString()).toBe('next')
    }
    expect(primary.requests.length).toBe(4)
  },
)

test('a 204 with a body reaches the client without it, and primary’s connection is not used again', async () => {
  const { client, primary } = await startFixture({
    primary: 'HTTP/1.1 204 No Content\r\nContent-Length: 4\r\n\r\nevil',
  })
  const one = client()
  for (let i = 0; i < 2; i++) {
    const answer = await one.request('GET / HTTP/1.1', 'Host: a').answer()
    expect(answer.startLine).toBe('HTTP/1.1 204 No Content')
  }
  expect(one.text).not.toContain('evil')
  expect(primary.opened()).toBe(2)
})

test('a 304 and an answer to HEAD keep their coding line out and their length in', async () => {
  const { client } = await startFixture({
    primary: {
      onRequest: (request, socket) =>
        socket.write(
          request.startLine.startsWith('HEAD')
            ? 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nX: y\r\n\r\n'
            : 'HTTP/1.1 304 Same\r\nContent-Length: 9\r\nX: y\r\n\r\n',
        ),
    },
  })
  const one = client()
  for (let i = 0; i < 2; i++) {
    const head = await one.request('HEAD / HTTP/1.1', 'Host: a').answer({ head: true })
    expect(rawHeader(head, 'transfer-encoding')).toBeUndefined()
    const same = await one.request('GET / HTTP/1.1', 'Host: a').answer()
    expect(same.startLine).toBe('HTTP/1.1 304 Same')
    expect(rawHeader(same, 'content-length')).toBe('9')
  }
})

test('an informational answer loses length, and what its Connection names', async () => {
  const { client } = await startFixture({
    primary:
      'HTTP/1.1 103 Early Hints\r\nConnection: X-Hop\r\nX-Hop: 1\r\nLink: </a>\r\nContent-Length: 3\r\n\r\n' +
      ok('done'),
  })
  const one = client().request('GET / HTTP/1.1', 'Host: a')
  const hints = await one.answer()
  expect(hints.headers).toEqual(['Link', '</a>'])
  expect((await one.answer()).body.toString()).toBe('done')
})
