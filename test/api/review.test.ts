import { expect, test } from 'vitest'
import type { DivergenceRow } from '../../src/core/divergence-report.ts'
import type { Page } from '../../src/core/lists.ts'
import { consoleSettings } from '../support/console.ts'
import { openReview } from '../support/review-console.ts'
import { shopReview } from '../support/shop-review.ts'

const NOW = Date.UTC(2026, 0, 6)
const LATER = '2099-02-01T00:00:00.000Z'

async function openTriage() {
  const review = await openReview(shopReview(), { clock: { now: () => NOW } })
  const { app } = review
  const list = async (query = '') =>
    (await app.inject(`/api/v1/divergences${query}`)).json<Page<DivergenceRow>>().items
  const [price, generatedAt] = (await list()).toSorted((a, b) => (a.location < b.location ? 1 : -1))
  if (price === undefined || generatedAt === undefined) throw new Error('two divergences')
  return { ...review, list, price, generatedAt }
}

test('a divergence is expected with a note, an end and a rate, and the audit list says who said so', async () => {
  const { app, price, reader } = await openTriage()
  const payload = { state: 'expected', note: 'new tax', until: LATER, rate: 0.5 }
  const url = `/api/v1/divergences/${price.id}`
  const answer = await app.inject({ method: 'PATCH', url, payload })
  expect(answer.statusCode).toBe(200)
  expect(answer.json()).toMatchObject({
    id: price.id,
    state: 'expected',
    note: 'new tax',
    until: LATER,
  })
  const { items } = await reader.listAudit({ limit: 1 })
  expect(items[0]).toMatchObject({ actor: 'local', role: 'operator', action: 'triage' })
  const audit = await app.inject('/api/v1/audit?limit=1')
  expect(audit.json<Page<object>>().items[0]).toEqual(items[0])
})

test('several are triaged at once, or none when one of them is not there', async () => {
  const { app, list, price, generatedAt } = await openTriage()
  const triage = (ids: readonly string[]) =>
    app.inject({
      ...{ method: 'POST', url: '/api/v1/divergences/triage' },
      payload: { ids, state: 'fixed' },
    })
  expect((await triage([price.id, 'nobody'])).statusCode).toBe(404)
  expect((await list()).map(({ state }) => state)).toEqual(['open', 'open'])
  const answer = await triage([price.id, generatedAt.id, price.id])
  expect(answer.json()).toEqual({ changed: 2 })
  expect((await list()).map(({ state }) => state)).toEqual(['fixed', 'fixed'])
})

test.each([
  [{ state: 'maybe' }, 'state: expected one of open, expected, fixed'],
  [{}, 'state: expected one of open, expected, fixed'],
  [{ state: 'open', until: LATER }, 'until: only an expected divergence opens again by itself'],
  [{ state: 'fixed', rate: 0.1 }, 'rate: only an expected divergence opens again by itself'],
  [{ state: 'expected', until: '2026-01-01T00:00:00Z' }, 'until: expected a time to come'],
  [{ state: 'expected', until: 'soon' }, 'until: expected an RFC 3339 time'],
  [{ state: 'expected', rate: 1.5 }, 'rate: expected a number from 0 to 1, found 1.5'],
  [{ state: 'open', who: 'me' }, 'who: expected one of the parameters state, note, until, rate'],
])('a triage of %j is refused: %s', async (payload, message) => {
  const { app, price } = await openTriage()
  const url = `/api/v1/divergences/${price.id}`
  const answer = await app.inject({ method: 'PATCH', url, payload })
  expect(answer.statusCode).toBe(400)
  expect(answer.json<{ detail: string }>().detail).toContain(message)
})

test('a divergence that is not there cannot be triaged', async () => {
  const { app } = await openTriage()
  const payload = { state: 'open' }
  const answer = await app.inject({ method: 'PATCH', url: '/api/v1/divergences/x', payload })
  expect(answer.statusCode).toBe(404)
})

test('exchanges are forgotten by filter, and never all of them by accident', async () => {
  const { app } = await openReview(shopReview())
  const forget = (query: string) =>
    app.inject({ method: 'DELETE', url: `/api/v1/exchanges${query}` })
  const none = await forget('')
  expect(none.statusCode).toBe(400)
  expect(none.json<{ detail: string }>().detail).toMatch(
    /^expected at least one of the filters run, /,
  )
  expect((await forget('?metod=GET')).statusCode).toBe(400)
  expect((await forget('?q=%2Fitems%2F17')).json()).toEqual({ forgotten: 1 })
  const left = await app.inject('/api/v1/exchanges')
  expect(left.json<Page<object>>().items).toHaveLength(5)
})

test('a run is started and ended, and the one before it ends then', async () => {
  const { app } = await openReview(shopReview())
  const payload = { name: 'checkout-2.4', primaryVersion: '2.2', shadowVersion: '2.4' }
  const started = await app.inject({ method: 'POST', url: '/api/v1/runs', payload })
  expect(started.statusCode).toBe(201)
  const { id } = started.json<{ id: number }>()
  const end = { method: 'PATCH', url: `/api/v1/runs/${id}`, payload: { end: true } } as const
  expect((await app.inject(end)).json()).toMatchObject({
    id,
    endedAt: expect.any(String) as string,
  })
  const { items } = (await app.inject('/api/v1/runs')).json<
    Page<{ name: string; endedAt?: string }>
  >()
  expect(items.map(({ name, endedAt }) => [name, endedAt !== undefined])).toEqual([
    ['checkout-2.4', true],
    ['checkout-2.3', true],
  ])
  const missing = { ...end, url: '/api/v1/runs/999' }
  expect((await app.inject(missing)).statusCode).toBe(404)
  expect((await app.inject({ ...end, payload: { end: false } })).statusCode).toBe(400)
})

test('two runs are compared: what appeared, is gone, persists, was not asked for again', async () => {
  const { app } = await openReview(shopReview())
  const payload = { name: 'checkout-2.4', primaryVersion: '2.2', shadowVersion: '2.4' }
  await app.inject({ method: 'POST', url: '/api/v1/runs', payload })
  const compare = (query: string) => app.inject(`/api/v1/runs/compare?${query}`)
  const answer = await compare('before=checkout-2.3&after=checkout-2.4')
  expect(answer.json()).toMatchObject({
    before: { name: 'checkout-2.3' },
    after: { name: 'checkout-2.4' },
    appeared: [],
    gone: [],
    persisting: [],
  })
  expect(answer.json<{ untested: object[] }>().untested).toHaveLength(2)
  const detail = async (query: string) =>
    (await compare(query)).json<{ status: number; detail: string }>()
  expect(await detail('before=x&after=checkout-2.4')).toMatchObject({
    status: 404,
    detail: 'before: no run is called "x"',
  })
  expect(await detail('before=checkout-2.3&after=y')).toMatchObject({
    status: 404,
    detail: 'after: no run is called "y"',
  })
  expect(await detail('before=checkout-2.3')).toMatchObject({ status: 400 })
})

test('mirroring is paused, lowered and taken back, for all routes or one', async () => {
  const { app, reader } = await openReview()
  const change = (payload: object) =>
    app.inject({ method: 'PATCH', url: '/api/v1/mirror', payload })
  const effective = async () =>
    (await app.inject('/api/v1/mirror')).json<{ routes: { effective: number }[] }>().routes[0]
      ?.effective
  expect(await effective()).toBe(12.5)
  expect((await change({ percent: 5 })).json()).toMatchObject({
    routes: [{ route: 'default', configured: 12.5, effective: 5, paused: false, by: 'local' }],
  })
  await change({ paused: true, route: 'default' })
  expect(await effective()).toBe(0)
  await change({ paused: null, route: 'default' })
  expect(await effective()).toBe(5)
  await change({ percent: null })
  expect(await effective()).toBe(12.5)
  expect((await reader.listAudit({ limit: 10 })).items.map(({ action }) => action)).toEqual([
    'mirror',
    'mirror',
    'mirror',
    'mirror',
  ])
})

test.each([
  [{}, 400, 'expected paused or percent, found neither'],
  [{ percent: 101 }, 400, 'percent: expected a number from 0 to 100, or null, found 101'],
  [{ percent: 'all' }, 400, 'percent: expected a number from 0 to 100, or null, found "all"'],
  [
    { paused: true, route: 'nowhere' },
    404,
    'no mirrored route is called "nowhere"; there are: default',
  ],
  // It is forwarded, never mirrored.
  [{ paused: true, route: 'plain' }, 404, 'no mirrored route is called "plain"'],
])('a change of the mirroring to %j is refused', async (payload, status, message) => {
  const { app } = await openReview()
  const answer = await app.inject({ method: 'PATCH', url: '/api/v1/mirror', payload })
  expect(answer.statusCode).toBe(status)
  expect(answer.json<{ detail: string }>().detail).toContain(message)
})

test('what cannot be reloaded says so', async () => {
  const { app } = await openReview()
  const answer = await app.inject({ method: 'POST', url: '/api/v1/reload' })
  expect(answer.statusCode).toBe(400)
  expect(answer.json()).toMatchObject({ type: 'urn:shadowdiff:problem:unsupported' })
})

test('the audit list is paged, and a bad cursor is refused', async () => {
  const { app } = await openReview()
  for (const percent of [1, 2, 3]) {
    await app.inject({ method: 'PATCH', url: '/api/v1/mirror', payload: { percent } })
  }
  const first = (await app.inject('/api/v1/audit?limit=2')).json<Page<{ detail: string }>>()
  const rest = (await app.inject(`/api/v1/audit?limit=2&cursor=${first.next ?? ''}`)).json<
    Page<{ detail: string }>
  >()
  expect([...first.items, ...rest.items].map(({ detail }) => detail).join()).toMatch(/3.*2.*1/)
  expect(rest.next).toBeUndefined()
  expect((await app.inject('/api/v1/audit?cursor=x')).statusCode).toBe(400)
})

test('stored exchanges are judged again as a job that can be watched', async () => {
  const { app } = await openReview(shopReview())
  const rule = { id: 'gen', ignore: 'body:/generatedAt' }
  await app.inject({ method: 'POST', url: '/api/v1/rules', payload: rule })
  const started = await app.inject({ method: 'POST', url: '/api/v1/recompare' })
  expect(started.statusCode).toBe(202)
  const { id } = started.json<{ id: number }>()
  expect(started.headers.location).toBe(`jobs/${id}`)
  const job = async () => (await app.inject(`/api/v1/jobs/${id}`)).json<{ state: string }>()
  await expect.poll(async () => (await job()).state).toBe('done')
  expect(await job()).toMatchObject({
    kind: 'recompare',
    done: 6,
    total: 6,
    changed: 6,
    actor: 'local',
  })
  const jobs = (await app.inject('/api/v1/jobs')).json<Page<{ id: number }>>()
  expect(jobs.items.map((each) => each.id)).toEqual([id])
  const matches = await app.inject('/api/v1/exchanges?outcome=match')
  expect(matches.json<Page<object>>().items).toHaveLength(4)
  const cancel = { method: 'POST', url: `/api/v1/jobs/${id}/cancel` } as const
  expect((await app.inject(cancel)).statusCode).toBe(409)
  expect((await app.inject('/api/v1/jobs/99')).statusCode).toBe(404)
  expect((await app.inject('/api/v1/jobs/x')).statusCode).toBe(400)
})

test('a viewer sees who did what and changes nothing', async () => {
  const users = [{ name: 'bob', role: 'viewer' as const, token: 'bobs-token' }]
  const { app } = await openReview([], { settings: consoleSettings('0.0.0.0', users) })
  const headers = { authorization: 'Bearer bobs-token' }
  expect((await app.inject({ url: '/api/v1/audit', headers })).statusCode).toBe(200)
  const answer = await app.inject({ method: 'POST', url: '/api/v1/recompare', headers })
  expect(answer.statusCode).toBe(403)
  expect(answer.json()).toMatchObject({
    detail: 'Only operators may do this; the role of this token is viewer',
  })
})
