import { expect, test } from 'vitest'
import { openConsole } from '../support/console.ts'

const filters =
  'run, route, endpoint, method, source, outcome, kind, severity, status, requestId, q, divergence, since, until'
const time = 'an RFC 3339 time like 2026-01-31T12:00:00Z (a + in a URL is written %2B)'

test.each([
  ['limit=0', 'limit: expected an integer from 1 to 1000, found 0'],
  ['limit=1001', 'limit: expected an integer from 1 to 1000, found 1001'],
  ['limit=ten', 'limit: expected an integer from 1 to 1000, found "ten"'],
  ['limit=', 'limit: expected an integer from 1 to 1000, found ""'],
  ['limit=2.5', 'limit: expected an integer from 1 to 1000, found "2.5"'],
  ['status=99', 'status: expected an integer from 100 to 999, found 99'],
  [
    'outcome=diverse',
    'outcome: expected one of match, divergent, incomparable, unmirrored, found "diverse"',
  ],
  ['severity=bad', 'severity: expected one of breaking, changed, added, found "bad"'],
  ['since=yesterday', `since: expected ${time}, found "yesterday"`],
  ['until=2026-01-31', `until: expected ${time}, found "2026-01-31"`],
  ['since=2026-01-31T12:00:00+01:00', `since: expected ${time}, found "2026-01-31T12:00:00 01:00"`],
  [
    'since=2026-06-30T23:59:60Z',
    'since: expected a time without leap second, found 2026-06-30T23:59:60Z',
  ],
  [
    'since=2026-02-01T00:00:00Z&until=2026-01-01T00:00:00Z',
    'until: expected a time after since (2026-02-01T00:00:00Z), found 2026-01-01T00:00:00Z',
  ],
  ['q=', 'q: expected 1 to 500 characters, found ""'],
  ['run=a&run=b', 'run: expected one value, found 2 of them'],
  [
    'outcom=match',
    `outcom: expected one of the parameters ${filters}, cursor, limit, found "outcom"`,
  ],
  [
    '__proto__=x',
    `__proto__: expected one of the parameters ${filters}, cursor, limit, found "__proto__"`,
  ],
])('?%s names the parameter, what was expected and what was found', async (query, detail) => {
  const app = await openConsole()
  const answer = await app.inject(`/api/v1/exchanges?${query}`)
  expect(answer.statusCode).toBe(400)
  expect(answer.json()).toMatchObject({ type: 'urn:shadowdiff:problem:invalid', detail })
})

test('all problems are told together', async () => {
  const app = await openConsole()
  const answer = await app.inject('/api/v1/divergences?limit=0&kind=odd&outcome=match')
  const { errors } = answer.json<{ errors: { parameter: string }[] }>()
  expect(errors.map(({ parameter }) => parameter).sort()).toEqual(['kind', 'limit', 'outcome'])
})

test('what was found is shortened', async () => {
  const app = await openConsole()
  const answer = await app.inject(`/api/v1/exchanges?outcome=${'x'.repeat(2000)}`)
  expect(answer.json<{ detail: string }>().detail.length).toBeLessThan(300)
})

test.each([
  '/api/v1/status?verbose=1',
  '/api/v1/runs?run=a',
  '/api/v1/endpoints?outcome=match',
  '/api/v1/exchanges/1?full=true',
  '/api/v1/export?limit=5',
  '/api/v1/events?since=1',
  '/api/v1/openapi.json?yaml',
])('%s is refused for a parameter that it does not know', async (url) => {
  const app = await openConsole()
  expect((await app.inject(url)).statusCode).toBe(400)
})

test('a request that names the type of a body and sends none is a request without body', async () => {
  const app = await openConsole()
  const send = (method: 'POST' | 'DELETE', url: string) =>
    app.inject({ method, url, headers: { 'content-type': 'application/json' } })
  // Nothing is wrong with the body: this console has nothing to read again, and no such job.
  expect((await send('POST', '/api/v1/reload')).json()).not.toMatchObject({
    type: 'urn:shadowdiff:problem:bad_request',
  })
  expect((await send('POST', '/api/v1/rules')).json()).toMatchObject({
    type: 'urn:shadowdiff:problem:invalid',
    status: 400,
  })
  expect((await send('POST', '/api/v1/exchanges/x/replay')).statusCode).not.toBe(500)
})
