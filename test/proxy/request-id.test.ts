import { expect, test } from 'vitest'
import { rawHeader, rawHeaderValues } from '../support/raw-message.ts'
import { ok, startFixture } from '../support/proxy-fixture.ts'

const UUID_V4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/
const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

test('an absent x-request-id is made, and both upstreams, the client and the exchange get it', async () => {
  const { client, primary, shadow, queue } = await startFixture({ primary: ok('ok') })
  const answer = await client().request('GET / HTTP/1.1', 'Host: a').answer()
  const exchange = await queue.exchange()
  const id = rawHeader(answer, 'x-request-id') ?? ''
  expect(id).toMatch(UUID_V4)
  expect(exchange.requestId).toBe(id)
  expect(exchange.id).toMatch(UUID_V7)
  for (const { requests } of [primary, shadow]) {
    expect(requests.map((request) => rawHeaderValues(request, 'x-request-id'))).toEqual([[id]])
  }
})

test.each(['x', 'a'.repeat(128), '!"#~', '571c0fd6-98d4-4c93-af79-6a2fe2945847'])(
  'the valid id %s stays, where and as it was written',
  async (id) => {
    const { client, primary, shadow, queue } = await startFixture({ primary: ok('ok') })
    await client().request('GET / HTTP/1.1', `X-ReQuest-Id: ${id}`, 'Host: a').answer()
    await queue.exchange(id)
    for (const { requests } of [primary, shadow]) {
      expect(requests[0]?.headers.slice(0, 2)).toEqual(['X-ReQuest-Id', id])
    }
  },
)

test.each([
  ['an empty id', ['x-request-id:']],
  ['a long id', [`x-request-id: ${'a'.repeat(129)}`]],
  ['an id with a space', ['x-request-id: a b']],
  ['an id with bytes above 0x7F', ['x-request-id: \xe9']],
  ['two ids', ['x-request-id: a', 'x-request-id: b']],
])('%s is replaced by a fresh one', async (_what, lines) => {
  const { client, primary } = await startFixture({ primary: ok('ok') })
  await client()
    .request('GET / HTTP/1.1', 'Host: a', ...lines)
    .answer()
  const ids = primary.requests.map((request) => rawHeaderValues(request, 'x-request-id'))
  expect(ids).toEqual([[expect.stringMatching(UUID_V4)]])
})

test('an x-request-id in primary’s answer is left alone and not doubled', async () => {
  const { client } = await startFixture({ primary: ok('ok', 'X-Request-Id: theirs') })
  const answer = await client().request('GET / HTTP/1.1', 'Host: a', 'x-request-id: mine').answer()
  expect(rawHeaderValues(answer, 'x-request-id')).toEqual(['theirs'])
})
