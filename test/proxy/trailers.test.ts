import { expect, test } from 'vitest'
import { addsUp, ok, startFixture } from '../support/proxy-fixture.ts'
import { until } from '../support/until.ts'

test('trailers of a request that Connection names, or that would change its meaning, reach no upstream', async () => {
  const { client, primary, shadow } = await startFixture({ primary: ok('ok') })
  await client()
    .request(
      'POST / HTTP/1.1',
      'Host: a',
      'Connection: X-Hop',
      'Transfer-Encoding: chunked',
      '',
      '1\r\nx\r\n0\r\nX-Hop: 1\r\nHost: b\r\nAuthorization: x\r\nX-Sum: 2\r\nx-sum: 3',
    )
    .answer()
  await until(() => shadow.requests.length === 1)
  for (const upstream of [primary, shadow]) {
    expect(upstream.requests[0]?.trailers).toEqual(['X-Sum', '2', 'x-sum', '3'])
  }
})

test('trailers of an answer that its Connection names do not reach the client', async () => {
  const { client } = await startFixture({
    primary:
      'HTTP/1.1 200 OK\r\nConnection: X-Hop\r\nTransfer-Encoding: chunked\r\n\r\n' +
      '1\r\nx\r\n0\r\nx-hop: 1\r\nX-Sum: 2\r\n\r\n',
  })
  const answer = await client().request('GET / HTTP/1.1', 'Host: a').answer()
  expect(answer.trailers).toEqual(['X-Sum', '2'])
})

test('chunk extensions without end are refused with 413, and primary is cancelled', async () => {
  const { client, primary, shadow, proxy } = await startFixture({ primary: ok('ok') })
  const one = client().request('POST / HTTP/1.1', 'Host: a', 'Transfer-Encoding: chunked')
  await until(() => primary.sockets.size === 1)
  one.send(`1;${'e'.repeat(30_000)}\r\nx\r\n`)
  expect((await one.answer()).startLine).toBe('HTTP/1.1 413 Content Too Large')
  await one.untilClosed()
  await until(() => primary.sockets.size === 0)
  expect(primary.requests.length + shadow.requests.length).toBe(0)
  expect(proxy.counters().unmirrored).toEqual({ 'bad-request': 1 })
  expect(addsUp(proxy.counters())).toBe(true)
})
