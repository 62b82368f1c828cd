import { expect, test } from 'vitest'
import { ok, startFixture } from '../support/proxy-fixture.ts'

const names = (headers: readonly string[] = []) =>
  headers.filter((_text, i) => i % 2 === 0).map((name) => name.toLowerCase())

test('hop-by-hop headers of the request reach neither upstream', async () => {
  const { client, primary, shadow, queue } = await startFixture({ primary: ok('ok') })
  await client()
    .request(
      'GET / HTTP/1.1',
      'Host: a',
      'Connection: keep-alive, X-Mine,x-other',
      'Keep-Alive: timeout=5',
      'Proxy-Connection: keep-alive',
      'Proxy-Authorization: Basic eA==',
      'X-Mine: 1',
      'X-OTHER: 2',
      'X-Kept: 3',
      'HTTP2-Settings: AAMAAABkAAQAAP__',
    )
    .answer()
  await queue.exchange()
  const own = ['x-request-id', 'via', 'connection', 'x-shadow']
  for (const upstream of [primary, shadow]) {
    expect(names(upstream.requests[0]?.headers).filter((name) => !own.includes(name))).toEqual([
      'host',
      'x-kept',
    ])
  }
})

test('a client cannot have end-to-end headers removed by listing them in Connection', async () => {
  const { client, primary } = await startFixture({
    primary: ok('ok'),
    settings: { forwarded: 'append' },
  })
  const listed =
    'close, host, x-request-id, content-length, cookie, authorization, via, x-forwarded-for'
  await client()
    .request(
      'POST / HTTP/1.1',
      'Host: a',
      `Connection: ${listed}`,
      'x-request-id: id-1',
      'Cookie: a=1',
      'Authorization: Basic eA==',
      'X-Forwarded-For: 10.0.0.1',
      'Content-Length: 2',
      '',
      'hi',
    )
    .answer()
  expect(names(primary.requests[0]?.headers)).toEqual(
    expect.arrayContaining(['host', 'x-request-id', 'content-length', 'cookie', 'authorization']),
  )
  expect(primary.requests[0]?.headers).toEqual(
    expect.arrayContaining([
      'X-Forwarded-For',
      '10.0.0.1, 127.0.0.1',
      'Via',
      '1.1 shadowdiff-test',
    ]),
  )
})

test('hop-by-hop headers of the answer do not reach the client', async () => {
  const { client } = await startFixture({
    primary: ok(
      'ok',
      'Connection: x-internal, Keep-Alive',
      'X-Internal: 1',
      'Keep-Alive: timeout=99',
      'Proxy-Connection: keep-alive',
      'Proxy-Authenticate: Basic',
      'Upgrade: h2c',
      'X-Kept: 1',
    ),
  })
  const answer = await client().request('GET / HTTP/1.1', 'Host: a').answer()
  expect(names(answer.headers)).toEqual(['x-kept', 'content-length', 'x-request-id'])
})

test('primary closing its connection does not close the client’s', async () => {
  const { client } = await startFixture({ primary: ok('ok', 'Connection: close') })
  const one = client()
  await one.request('GET / HTTP/1.1', 'Host: a').answer()
  expect((await one.request('GET / HTTP/1.1', 'Host: a').answer()).body.toString()).toBe('ok')
})

test('an h2c upgrade is ignored: the request is served as the HTTP/1.1 it is', async () => {
  const { client, primary, proxy } = await startFixture({ primary: ok('ok') })
  const one = client()
  await one
    .request(
      'POST / HTTP/1.1',
      'Host: a',
      'Connection: Upgrade, HTTP2-Settings',
      'Upgrade: h2c',
      'HTTP2-Settings: AAMAAABkAAQAAP__',
      'Content-Length: 4',
      '',
      'body',
    )
    .answer()
  expect(names(primary.requests[0]?.headers).filter((name) => /upgrade|http2/.test(name))).toEqual(
    [],
  )
  expect(primary.requests[0]?.body.toString()).toMatch(/^body/)
  expect(proxy.counters().seen).toBe(1)
  expect(proxy.counters().unmirrored).toEqual({})
})
