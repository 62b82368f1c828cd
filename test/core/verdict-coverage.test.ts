import { expect, test } from 'vitest'
import { divergenceOf, endpointOf } from './build-evidence.ts'
import { judge, rule } from './judge-evidence.ts'

test.each([
  ['breaker-open', { unmirrored: { 'breaker-open': 200 } }],
  ['backlog', { unmirrored: { backlog: 200 } }],
  ['recorder-down', { lost: { 'recorder-down': 200 } }],
  ['truncated', { incomparable: { truncated: 200 } }],
  ['a reason that is not known', { incomparable: { 'a reason that is not known': 200 } }],
])('requests that were missed by %s block a pass', (reason, more) => {
  const verdict = judge(more)
  expect(verdict).toMatchObject({
    verdict: 'inconclusive',
    reason: `200 of the requests that should have been compared were not (1.96 %: ${reason} 200); 1 % is allowed`,
    uncompared: 200,
    needed: 9800,
  })
})

test.each([
  'not-sampled',
  'method',
  'upgrade',
  'client-aborted',
  'paused',
  'bad-request',
  'no-shadow',
])('requests that were left out by decision do not: %s', (reason) => {
  expect(judge({ unmirrored: { [reason]: 50_000 } })).toMatchObject({
    verdict: 'pass',
    uncompared: 0,
  })
})

test('primary failures are nobody else’s', () => {
  const incomparable = { 'primary-failed': 900, 'both-failed': 100 }
  expect(judge({ incomparable })).toMatchObject({ verdict: 'pass', uncompared: 0 })
})

test('a few missed requests are within the limit and told', () => {
  const verdict = judge({ unmirrored: { backlog: 50 }, lost: { shutdown: 20 } })
  expect(verdict.verdict).toBe('pass')
  expect(rule(verdict, 'uncompared').words).toContain('(0.695 %: backlog 50 and shutdown 20)')
})

test.each(['open', 'half-open'] as const)('a breaker that is %s blocks a pass', (state) => {
  const verdict = judge({ breaker: { items: state, main: 'closed' } })
  expect(verdict).toMatchObject({
    verdict: 'inconclusive',
    reason: 'the breaker of items is open: shadow does not answer there',
  })
  expect(verdict.needed).toBeUndefined()
})

test('the minimum of requests holds whatever the bound says', () => {
  const verdict = judge({ samples: 400 }, { maxDivergence: 0.05 })
  expect(verdict).toMatchObject({
    verdict: 'inconclusive',
    reason: '400 requests compared; 1,000 are the minimum',
    needed: 600,
  })
})

test('a required endpoint must be covered, others are listed', () => {
  const endpoints = [
    endpointOf('GET /', 9960),
    endpointOf('POST /orders', 30),
    endpointOf('GET /rare', 10),
  ]
  const required = { endpoints: { minRequests: 100, required: ['POST /orders'] } }
  const verdict = judge({ endpoints }, required)
  expect(verdict).toMatchObject({
    verdict: 'inconclusive',
    reason: '1 of 3 endpoints covered; 100 requests each are required of POST /orders with 30',
    // 70 more at the share so far, which is 0.3 %.
    needed: 23_334,
  })
  expect(verdict.endpoints.map(({ covered, required: is }) => [covered, is])).toEqual([
    [true, false],
    [false, true],
    [false, false],
  ])
  expect(judge({ endpoints })).toMatchObject({ verdict: 'pass' })
})

test('a required endpoint that was never asked for is missing by an unknown number', () => {
  const verdict = judge({}, { endpoints: { minRequests: 100, required: ['POST /orders'] } })
  expect(verdict.verdict).toBe('inconclusive')
  expect(verdict.reason).toContain('POST /orders with 0')
  expect(verdict.needed).toBeUndefined()
})

test('every endpoint has its own interval', () => {
  const [endpoint] = judge({
    divergent: 4,
    divergences: [divergenceOf(4)],
    endpoints: [endpointOf('GET /items/{id}', 1000, { divergent: 4 })],
  }).endpoints
  expect(endpoint).toMatchObject({ divergent: 4, divergenceRate: 0.004, covered: true })
  expect(endpoint?.divergenceRateLower).toBeGreaterThan(0)
  expect(endpoint?.divergenceRateLower).toBeLessThan(0.004)
  expect(endpoint?.divergenceRateUpper).toBeGreaterThan(0.004)
})

test('traffic that dried up is named when requests are missing', () => {
  const dry = { durationMs: 60_000, idleMs: 420_000, ended: false }
  expect(judge({ samples: 1200, traffic: dry }).reason).toMatch(
    /; no request has come for 7 minutes$/,
  )
  expect(judge({ traffic: dry }).verdict).toBe('pass')
  const slow = { durationMs: 86_400_000, idleMs: 420_000, ended: false }
  expect(rule(judge({ samples: 1200, traffic: slow }), 'traffic')).toMatchObject({
    status: 'pass',
    words: 'about 52 hours more at the pace so far',
  })
})

test('a run that has ended passes on what it has, or lacks it for ever', () => {
  const ended = { durationMs: 60_000, idleMs: 9e9, ended: true }
  expect(judge({ traffic: ended, breaker: {} }).verdict).toBe('pass')
  expect(judge({ samples: 1200, traffic: ended }).reason).toMatch(/; the run has ended$/)
})

test('a run whose lost requests nobody counted does not pass, however well it looks', () => {
  const verdict = judge({ uncounted: true })
  expect(verdict.verdict).toBe('inconclusive')
  expect(rule(verdict, 'uncompared').words).toContain('is not known')
  const lossy = judge({ uncounted: true, unmirrored: { backlog: 5000 } })
  expect(rule(lossy, 'uncompared').words).toContain('backlog 5,000')
})
