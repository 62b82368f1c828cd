import { expect, test } from 'vitest'
import type { DivergenceDetail, DivergenceRow } from '../../src/core/divergence-report.ts'
import type { Page } from '../../src/core/lists.ts'
import type { EndpointRow, RunRow } from '../../src/core/run-report.ts'
import { consoleSettings, openConsole } from '../support/console.ts'
import { differenceOf, FIXTURE_START, judgedOf, uuidv7 } from '../support/exchange-fixtures.ts'
import { openRecorded } from '../support/recorded-store.ts'
import { openReview } from '../support/review-console.ts'

const at = (second: number) => ({
  startedAt: FIXTURE_START + second * 1000,
  id: uuidv7(FIXTURE_START + second * 1000),
})

async function openThree() {
  const store = await openRecorded([
    judgedOf(at(0), { differences: [differenceOf({ location: 'body:/items/0/price' })] }),
    judgedOf(at(1), {
      differences: [
        differenceOf({ location: 'body:/items/1/price', shadow: '"11"' }),
        differenceOf({ location: 'status', severity: 'breaking', primary: '200', shadow: '500' }),
      ],
    }),
    judgedOf(at(60), { differences: [differenceOf({ kind: 'extra' })] }, 'GET /carts/{id}'),
    judgedOf(at(61)),
  ])
  const app = await openConsole({ reader: () => store.reader })
  const get = async <T>(path: string) => (await app.inject(`/api/v1/${path}`)).json<T>()
  return { app, store, get }
}

test('divergences group what differs in the same place, the worst first', async () => {
  const { get } = await openThree()
  const { items } = await get<Page<DivergenceRow>>('divergences')
  expect(items.map(({ endpoint, location, severity }) => [endpoint, location, severity])).toEqual([
    ['GET /items/{id}', 'status', 'breaking'],
    ['GET /items/{id}', 'body:/items/*/price', 'changed'],
    ['GET /carts/{id}', 'body:/price', 'changed'],
  ])
  expect(items[1]).toMatchObject({
    id: expect.any(String) as string,
    endpoint: 'GET /items/{id}',
    kind: 'value',
    location: 'body:/items/*/price',
    severity: 'changed',
    class: 'divergence',
    count: 2,
    exchanges: 2,
    firstSeen: '2026-01-05T12:00:00.000Z',
    lastSeen: '2026-01-05T12:00:01.000Z',
    state: 'open',
    primaryValue: '10',
    shadowValue: '"11"',
    endpointExchanges: 3,
  })
})

test.each([
  ['kind=extra', 1],
  ['severity=breaking', 1],
  ['endpoint=GET%20/items/%7Bid%7D', 2],
  ['method=GET', 3],
  ['method=POST', 0],
  ['q=price', 2],
  ['q=carts', 1],
  ['run=checkout-2.3', 3],
  ['run=another', 0],
  ['since=2026-01-05T12:00:30Z', 1],
  ['until=2026-01-05T12:00:30Z', 2],
])('divergences filtered by %s', async (query, count) => {
  const { get } = await openThree()
  expect((await get<Page<DivergenceRow>>(`divergences?${query}`)).items).toHaveLength(count)
})

test('divergences come page by page', async () => {
  const { get } = await openThree()
  const locations: string[] = []
  let query = 'limit=1'
  for (;;) {
    const { items, next } = await get<Page<DivergenceRow>>(`divergences?${query}`)
    locations.push(...items.map(({ location }) => location))
    if (next === undefined) break
    query = `limit=1&cursor=${next}`
  }
  expect(locations).toEqual(['status', 'body:/items/*/price', 'body:/price'])
})

test('one divergence shows its newest examples with their exact places', async () => {
  const { get } = await openThree()
  const { items } = await get<Page<DivergenceRow>>('divergences?q=items/*/price')
  const path = `divergences/${items[0]?.id ?? ''}`
  const { examples, ...row } = await get<DivergenceDetail>(path)
  expect(row).toEqual(items[0])
  expect(examples.map(({ location, shadowValue }) => [location, shadowValue])).toEqual([
    ['body:/items/1/price', '"11"'],
    ['body:/items/0/price', '11'],
  ])
  expect(examples[0]?.exchange).toMatchObject({ path: '/items/17', differences: 2 })
  expect((await get<DivergenceDetail>(`${path}?examples=1`)).examples).toHaveLength(1)
  expect((await get<DivergenceDetail>(`${path}?examples=0`)).examples).toEqual([])
})

test('a divergence that is not there is not found', async () => {
  const { app } = await openThree()
  const answer = await app.inject('/api/v1/divergences/nothing')
  expect(answer.statusCode).toBe(404)
  expect(answer.json()).toMatchObject({ detail: 'No divergence with the id "nothing" is stored' })
})

test('endpoints tell their counts, rates and latencies', async () => {
  const { get } = await openThree()
  const { items } = await get<Page<EndpointRow>>('endpoints')
  expect(items.map(({ endpoint }) => endpoint)).toEqual(['GET /carts/{id}', 'GET /items/{id}'])
  expect(items[1]).toMatchObject({
    exchanges: 3,
    match: 1,
    divergent: 2,
    incomparable: 0,
    unmirrored: 0,
    divergences: 2,
    lastSeen: '2026-01-05T12:01:01.000Z',
  })
  expect(items[1]?.divergenceRate).toBeCloseTo(2 / 3)
  expect(items[1]?.primaryLatency?.p50).toBeCloseTo(12.5, 0)
  expect((await get<Page<EndpointRow>>('endpoints?q=cart')).items).toHaveLength(1)
})

test('runs tell their versions and totals', async () => {
  const { get, store } = await openThree()
  await store.writer.openRun({ name: 'next', primaryVersion: '2.3', shadowVersion: '2.4' })
  const { items } = await get<Page<RunRow>>('runs')
  expect(items.map(({ name }) => name)).toEqual(['next', 'checkout-2.3'])
  expect(items[1]).toMatchObject({ primaryVersion: '2.2', exchanges: 4, divergent: 3, match: 1 })
})

test('lists of an empty store are empty, and end', async () => {
  const store = await openRecorded()
  const app = await openConsole({ reader: () => store.reader })
  for (const list of ['exchanges', 'divergences', 'endpoints']) {
    expect((await app.inject(`/api/v1/${list}`)).json()).toEqual({ items: [] })
  }
})

test('endpoints that the configuration names and nobody asked for are untested', async () => {
  const settings = {
    ...consoleSettings(),
    endpoints: { patterns: ['GET /items/{id}', 'POST /orders'] },
  }
  const { app } = await openReview([judgedOf()], { settings })
  expect((await app.inject('/api/v1/endpoints/untested')).json()).toEqual({
    items: ['POST /orders'],
  })
  const { app: plain } = await openReview([judgedOf()])
  expect((await plain.inject('/api/v1/endpoints/untested')).json()).toEqual({ items: [] })
})
