import { expect, test } from 'vitest'
import { copyHeaders } from '../../src/proxy/copy-head.ts'
import { headEdits } from '../../src/core/head-edits.ts'
import { ok, startFixture } from '../support/proxy-fixture.ts'
import { rawHeader } from '../support/raw-message.ts'

test('the shadow’s edits are in its copy alone', async () => {
  const { client, primary, shadow, queue } = await startFixture({
    primary: ok('v1'),
    shadowSettings: {
      headers: { set: [['Authorization', 'Bearer v2']], remove: ['x-internal'] },
      rewritePrefix: { from: '/api', to: '/v2' },
    },
  })
  await client()
    .request('GET /api/a?b HTTP/1.1', 'Host: a:80', 'authorization: Bearer v1', 'X-Internal: 1')
    .answer()
  const exchange = await queue.exchange()
  const [original, copy] = [primary.requests[0], shadow.requests[0]]
  expect(original?.startLine).toBe('GET /api/a?b HTTP/1.1')
  expect(rawHeader(original ?? { headers: [] }, 'authorization')).toBe('Bearer v1')
  expect(copy?.startLine).toBe('GET /v2/a?b HTTP/1.1')
  expect(rawHeader(copy ?? { headers: [] }, 'authorization')).toBe('Bearer v2')
  expect(rawHeader(copy ?? { headers: [] }, 'x-internal')).toBeUndefined()
  expect(rawHeader(copy ?? { headers: [] }, 'host')).toBe('a-shadow:80')
  expect(exchange.shadow?.sentHeaders).toContain('Bearer v2')
  expect(exchange.primary?.sentHeaders).toContain('Bearer v1')
})

test.each([
  ['as a slice', 1],
  ['line by line', -1],
])('an edit may name the Host, and the mark stays ours: %s', (_how, hostAt) => {
  const headers = ['Host', 'a', 'X-A', '1']
  const edits = headEdits({ headers: { set: [['Host', 'b']], remove: [] } })
  expect(copyHeaders({ headers, hostAt }, { mark: 'shadow', host: 'a-shadow', edits })).toEqual([
    'Host',
    'b',
    'X-A',
    '1',
    'x-shadow',
    'shadow',
  ])
  expect(headers).toEqual(['Host', 'a', 'X-A', '1'])
})

test.each([1, -1])('without a Host of its own a copy has the client’s (%i)', (hostAt) => {
  const headers = ['Host', 'a']
  expect(copyHeaders({ headers, hostAt }, { mark: 'control', edits: undefined })).toEqual([
    'Host',
    'a',
    'x-shadow',
    'control',
  ])
})
