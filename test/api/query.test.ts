import { expect, test } from 'vitest'
import type { Filter, PageRequest } from '../../src/core/lists.ts'
import { openConsole } from '../support/console.ts'
import { fakeReader } from '../support/fake-reader.ts'

test('every filter reaches the store, times as milliseconds', async () => {
  const asked: [Filter, PageRequest][] = []
  const reader = fakeReader({
    listExchanges: async (filter, page) => {
      asked.push([filter, page])
      return { items: [] }
    },
  })
  const app = await openConsole({ reader: () => reader })
  const query = {
    run: 'checkout-2.3',
    route: 'items',
    endpoint: 'GET /items/{id}',
    method: 'PROPFIND',
    outcome: 'divergent',
    kind: 'missing',
    severity: 'breaking',
    status: '404',
    requestId: 'a b+c/ü',
    q: '100%_\'"',
    divergence: 'd1',
    since: '2026-01-31T12:00:00+02:00',
    until: '2026-01-31T12:00:00.5Z',
    cursor: 'opaque',
    limit: '1000',
  }
  const answer = await app.inject({ url: '/api/v1/exchanges', query })
  expect(answer.json()).toEqual({ items: [] })
  const { since, until, cursor, limit, status, ...same } = query
  expect(asked).toEqual([
    [
      {
        ...same,
        status: Number(status),
        since: Date.UTC(2026, 0, 31, 10),
        until: Date.UTC(2026, 0, 31, 12, 0, 0, 500),
      },
      { cursor, limit: Number(limit) },
    ],
  ])
  expect([since, until]).toHaveLength(2)
})

test('a page has fifty rows unless another limit is asked for', async () => {
  const limits: number[] = []
  const reader = fakeReader({
    listRuns: async ({ limit }) => {
      limits.push(limit)
      return { items: [] }
    },
  })
  const app = await openConsole({ reader: () => reader })
  await app.inject('/api/v1/runs')
  await app.inject('/api/v1/runs?limit=7')
  expect(limits).toEqual([50, 7])
})
