import { expect, test } from 'vitest'
import { rawHeaderValues } from '../support/raw-message.ts'
import { ok, startFixture } from '../support/proxy-fixture.ts'

test('upstreams are told in Via which way a request came, after what others said', async () => {
  const { client, primary, shadow, queue } = await startFixture({ primary: ok('ok') })
  await client().request('GET / HTTP/1.1', 'Host: a', 'Via: 1.1 edge').answer()
  await client().request('GET / HTTP/1.0', 'Host: a').answer()
  await queue.exchange()
  expect(primary.requests.map((request) => rawHeaderValues(request, 'via'))).toEqual([
    ['1.1 edge', '1.1 shadowdiff-test'],
    ['1.0 shadowdiff-test'],
  ])
  expect(rawHeaderValues(shadow.requests[0] ?? { headers: [] }, 'via').length).toBe(2)
})

test('a request that already passed this proxy is refused with 508', async () => {
  const { client, primary } = await startFixture({ primary: ok('ok') })
  for (const via of ['1.1 shadowdiff-test', '1.0 x, 1.1 shadowdiff-test (comment), 1.1 y']) {
    const answer = await client().request('GET / HTTP/1.1', 'Host: a', `Via: ${via}`).answer()
    expect(answer.startLine).toBe('HTTP/1.1 508 Loop Detected')
  }
  await client().request('GET / HTTP/1.1', 'Host: a', 'Via: 1.1 shadowdiff-test-2').answer()
  expect(primary.requests.length).toBe(1)
})

test('with via off nothing is added and no loop is seen', async () => {
  const { client, primary } = await startFixture({ primary: ok('ok'), settings: { via: false } })
  await client().request('GET / HTTP/1.1', 'Host: a', 'Via: 1.1 shadowdiff-test').answer()
  const [first] = primary.requests
  expect(first && rawHeaderValues(first, 'via')).toEqual(['1.1 shadowdiff-test'])
})
