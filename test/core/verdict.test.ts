import { expect, test } from 'vitest'

import { judgeRun } from '../../src/core/verdict.ts'
import type { RunEvidence } from '../../src/core/verdict-evidence.ts'
import { DEFAULT_LIMITS, type VerdictLimits } from '../../src/core/verdict-limits.ts'
import type { RuleName, RuleReading, Verdict } from '../../src/core/verdict-reading.ts'
import {
  controlOf,
  divergenceOf,
  endpointOf,
  evidenceOf,
  latencyOf,
  missingOf,
} from './build-evidence.ts'

function judge(more: Partial<RunEvidence>, limits: Partial<VerdictLimits> = {}): Verdict {
  return judgeRun(evidenceOf(more), { ...DEFAULT_LIMITS, ...limits })
}

function rule(verdict: Verdict, name: RuleName): RuleReading {
  const reading = verdict.reasons.find((one) => one.rule === name)
  if (reading === undefined) throw new Error(`no rule ${name}`)
  return reading
}

const NO_FAILURES = evidenceOf().failures

test('a run without a difference passes with its bound in words', () => {
  const verdict = judge({ samples: 8123, endpoints: [endpointOf('GET /', 8123)] })
  expect(verdict).toMatchObject({
    verdict: 'pass',
    reason:
      'at most 0.047 % of requests differ (95 % confidence, 8,123 requests); 1 of 1 endpoint covered',
    run: 'checkout-2.3',
    rulesVersion: 'r1',
    samples: 8123,
    divergent: 0,
    divergenceRate: 0,
    confidence: 0.95,
    uncompared: 0,
    needed: 0,
    regressions: [],
  })
  expect(verdict.divergenceRateUpper).toBeCloseTo(0.000466, 6)
  expect(verdict.latency).toBeUndefined()
})

test('the reasons name every rule once', () => {
  expect(judge({}).reasons.map((reading) => reading.rule)).toEqual([
    'breaking',
    'errors',
    'control',
    'divergence',
    'outages',
    'latency',
    'requests',
    'breaker',
    'uncompared',
    'endpoints',
    'traffic',
  ])
})

test('a run in which nothing was compared says so', () => {
  const verdict = judge({ samples: 0, endpoints: [] })
  expect(verdict).toMatchObject({
    verdict: 'inconclusive',
    reason: 'no request has been compared yet',
    divergenceRateUpper: 1,
    needed: 3787,
    arithmetic: { oneLook: 2995, anyTime: 3787, inAll: 3787 },
  })
  expect(verdict.divergenceRate).toBeUndefined()
})

test('too little evidence says how much it shows and how much is needed', () => {
  const verdict = judge({ samples: 1200 })
  expect(verdict).toMatchObject({
    verdict: 'inconclusive',
    reason:
      '0 of 1,200 requests differ, which shows at most 0.32 % (95 % confidence); 0.1 % is allowed',
    needed: 2587,
  })
  expect(verdict.whatWouldChangeIt).toContain('2,587 more requests without another difference')
})

test('divergences raise what is needed', () => {
  const verdict = judge({ samples: 5000, divergent: 1, divergences: [divergenceOf(1)] })
  expect(verdict).toMatchObject({
    verdict: 'inconclusive',
    needed: 1655,
    arithmetic: { oneLook: 2995, anyTime: 3787, inAll: 6655 },
  })
  expect(verdict.reason).toMatch(/^1 of 5,000 requests differs, which shows at most 0\.14 %/)
  expect(judge({ samples: 6655, divergent: 1, divergences: [divergenceOf(1)] })).toMatchObject({
    verdict: 'pass',
    divergent: 1,
  })
})

test('a pass tells how many differing requests would end it', () => {
  expect(judge({}).whatWouldChangeIt).toEqual([
    '3 more differing requests would end the pass',
    'a breaking difference on a deterministic field in 2 exchanges fails it',
  ])
  expect(judge({ divergent: 3, divergences: [divergenceOf(3)] }).verdict).toBe('inconclusive')
})

test('a rate above the limit fails with what it shows', () => {
  const verdict = judge({ divergent: 120, divergences: [divergenceOf(120)] })
  expect(verdict).toMatchObject({
    verdict: 'fail',
    reason: '120 of 10,000 requests differ, which shows a rate above 0.78 %; 0.1 % is allowed',
    needed: 0,
  })
  expect(rule(verdict, 'divergence')).toMatchObject({
    status: 'fail',
    limit: 0.001,
    measured: 0.012,
    evidence: ['d1'],
  })
})

test.each([
  ['noise', divergenceOf(500, { class: 'noise' })],
  ['expected by a rule', divergenceOf(500, { class: 'expected' })],
  ['expected by a person', missingOf(500, { state: 'expected' })],
])('a divergence that is %s counts nowhere', (_, divergence) => {
  const verdict = judge({ divergences: [divergence] })
  expect(verdict.verdict).toBe('pass')
  expect(verdict.regressions).toEqual([])
})

test('a limit of nothing passes clean runs and prints what they show', () => {
  const none = { maxDivergence: 0 }
  expect(judge({ samples: 2000 }, none)).toMatchObject({ verdict: 'pass' })
  expect(judge({ samples: 2000 }, none).reason).toContain('at most 0.19 % of requests differ')
  expect(judge({ samples: 2000 }, none).arithmetic).toBeUndefined()
  expect(judge({ divergent: 1, divergences: [divergenceOf(1)] }, none).verdict).toBe('fail')
})

test('a limit of everything passes', () => {
  expect(
    judge({ divergent: 9000, divergences: [divergenceOf(9000)] }, { maxDivergence: 1 }),
  ).toMatchObject({ verdict: 'pass' })
})

test('a breaking difference in two exchanges fails at once, however few requests there are', () => {
  const verdict = judge({
    samples: 3,
    divergent: 2,
    divergences: [missingOf(2, { examples: ['e2', 'e1'] })],
  })
  expect(verdict).toMatchObject({
    verdict: 'fail',
    reason: 'GET /items/{id}: body:/price is missing in 2 exchanges; also failed: divergence',
    regressions: [
      {
        id: 'd1',
        endpoint: 'GET /items/{id}',
        location: 'body:/price',
        rule: 'breaking',
        exchanges: 2,
        examples: ['e2', 'e1'],
      },
    ],
  })
  expect(verdict.whatWouldChangeIt[0]).toBe('marking divergence d1 as expected')
})

test('a breaking difference in one exchange is told and waits', () => {
  const verdict = judge({ divergent: 1, divergences: [missingOf(1)] })
  expect(verdict.verdict).toBe('pass')
  expect(rule(verdict, 'breaking')).toMatchObject({
    status: 'pass',
    words: 'GET /items/{id}: body:/price is missing in 1 exchange only',
    change: 'one more exchange that shows divergence d1 fails it',
    evidence: ['d1'],
  })
})

test('a breaking difference shown only while primary failed is no regression', () => {
  expect(judge({ divergences: [missingOf(0)] }).verdict).toBe('pass')
})

test('several breaking differences are listed, the most frequent first', () => {
  const verdict = judge({
    divergent: 9,
    divergences: [missingOf(2, { id: 'a' }), missingOf(7, { id: 'b', location: 'status' })],
  })
  expect(verdict.regressions.map(({ id }) => id)).toEqual(['b', 'a'])
  expect(verdict.reason).toMatch(
    /^GET \/items\/\{id\}: status is missing in 7 exchanges; and 1 more/,
  )
  expect(verdict.whatWouldChangeIt[0]).toBe('marking all 2 breaking divergences as expected')
})

test('where control has measured too little, a breaking difference blocks and does not fail', () => {
  const verdict = judge({
    divergent: 2,
    measured: 40,
    divergences: [missingOf(2, { control: controlOf(40, 2, 0) })],
  })
  expect(verdict.verdict).toBe('inconclusive')
  expect(rule(verdict, 'breaking')).toMatchObject({
    status: 'undecided',
    words:
      'GET /items/{id}: body:/price is missing in 2 exchanges, but control has measured the endpoint only 40 times',
    change: '60 more measurements of GET /items/{id} by control',
  })
})

test('where control measured often and saw no change, two exchanges are enough', () => {
  const divergences = [missingOf(2, { control: controlOf(100, 2, 0) })]
  expect(judge({ divergent: 2, measured: 100, divergences }).verdict).toBe('fail')
})

test('a break in every exchange need not wait for control', () => {
  const verdict = judge({
    samples: 20,
    divergent: 20,
    measured: 20,
    divergences: [missingOf(20, { control: controlOf(20, 20, 0) })],
  })
  expect(verdict.regressions).toMatchObject([
    {
      rule: 'control',
      words:
        'GET /items/{id}: body:/price is missing in shadow alone 20 times, in control alone 0 times (20 measured exchanges)',
    },
  ])
})

test.each([
  ['as often in shadow as in control', 300, 290, 'pass'],
  ['a little more often, which may be chance', 340, 240, 'undecided'],
  ['far more often in shadow', 500, 300, 'fail'],
  ['far more often in control', 300, 500, 'pass'],
] as const)('a noisy value that differs %s: %d to %d', (_, shadowOnly, controlOnly, status) => {
  const noisy = divergenceOf(4000, {
    class: 'noise',
    control: controlOf(10_000, shadowOnly, controlOnly),
  })
  expect(rule(judge({ measured: 10_000, divergences: [noisy] }), 'control').status).toBe(status)
})

test('the more places control measures, the more evidence each needs', () => {
  const one = missingOf(30, { class: 'noise', control: controlOf(10_000, 30, 8) })
  const others = Array.from({ length: 40 }, (_, i) =>
    divergenceOf(100, { id: `n${i}`, class: 'noise', control: controlOf(10_000, 50, 50) }),
  )
  expect(rule(judge({ measured: 10_000, divergences: [one] }), 'control').status).toBe('fail')
  expect(rule(judge({ measured: 10_000, divergences: [one, ...others] }), 'control').status).toBe(
    'undecided',
  )
})

test('a value may vary a little more in shadow than in control, a member may not', () => {
  const control = controlOf(100_000, 40, 3)
  const measured = 100_000
  const value = divergenceOf(40, { class: 'noise', control })
  const member = missingOf(40, { class: 'noise', control })
  expect(rule(judge({ measured, divergences: [value] }), 'control').status).toBe('pass')
  expect(rule(judge({ measured, divergences: [member] }), 'control').status).toBe('fail')
})

test('values whose noise has not shown yet do not fail by their rate', () => {
  const fresh = Array.from({ length: 5 }, (_, i) =>
    divergenceOf(2, { id: `n${i}`, control: controlOf(100, 2, 0) }),
  )
  const verdict = judge({ samples: 100, divergent: 10, measured: 100, divergences: fresh })
  expect(verdict.verdict).toBe('inconclusive')
  expect(judge({ samples: 100, divergent: 10, divergences: [divergenceOf(10)] }).verdict).toBe(
    'fail',
  )
})

test('what control cannot measure fails by its rate beside what it can', () => {
  const verdict = judge({
    divergent: 160,
    measured: 5000,
    divergences: [
      divergenceOf(100, { id: 'measured', control: controlOf(5000, 3, 2), class: 'noise' }),
      divergenceOf(160, { id: 'unmeasured', endpoint: 'POST /orders' }),
    ],
  })
  expect(rule(verdict, 'divergence').status).toBe('fail')
})

test.each([
  [
    'errors on both sides',
    { shadowOnly: 30, primaryOnly: 25 },
    'pass',
    'no more than chance allows',
  ],
  ['errors of primary alone', { shadowOnly: 0, primaryOnly: 40 }, 'pass', 'primary alone 40 times'],
  ['a few errors of shadow', { shadowOnly: 5, primaryOnly: 0 }, 'pass', 'shadow alone'],
  [
    'many errors of shadow',
    { shadowOnly: 40, primaryOnly: 2 },
    'fail',
    'shadow alone answered with an error 40 times, primary alone 2 times',
  ],
] as const)('%s', (_, errors, status, words) => {
  const reading = rule(judge({ failures: { ...NO_FAILURES, errors } }), 'errors')
  expect(reading.status).toBe(status)
  expect(reading.words).toContain(words)
})

test('an endpoint that fails is not hidden by another at which primary is flaky', () => {
  const verdict = judge({
    failures: { ...NO_FAILURES, errors: { shadowOnly: 60, primaryOnly: 60 } },
    endpoints: [
      endpointOf('GET /flaky', 9000, { errors: { shadowOnly: 30, primaryOnly: 60 } }),
      endpointOf('POST /orders', 1000, { errors: { shadowOnly: 30, primaryOnly: 0 } }),
    ],
  })
  expect(verdict.verdict).toBe('fail')
  expect(verdict.reason).toBe(
    'POST /orders: shadow alone answered with an error 30 times, primary alone 0 times',
  )
  expect(rule(verdict, 'errors').evidence).toEqual(['POST /orders'])
})

test('a restart is no regression: many failed requests in one window', () => {
  const verdict = judge({
    divergent: 400,
    failing: 400,
    failures: {
      ...NO_FAILURES,
      outages: { shadowOnly: 1, primaryOnly: 0 },
      unavailable: { shadowOnly: 400, primaryOnly: 0 },
      unanswered: 400,
    },
  })
  expect(verdict.verdict).toBe('inconclusive')
  expect(rule(verdict, 'outages')).toMatchObject({
    status: 'pass',
    words:
      'shadow was unavailable to 400 requests that primary answered, in 1 window of 30 seconds (primary alone in 0), no more than restarts explain',
  })
  expect(rule(verdict, 'uncompared').words).toContain('no answer 400')
})

test('a shadow that keeps failing fails', () => {
  const failures = {
    ...NO_FAILURES,
    outages: { shadowOnly: 8, primaryOnly: 0 },
    unavailable: { shadowOnly: 12, primaryOnly: 0 },
    unanswered: 12,
  }
  expect(judge({ divergent: 12, failing: 12, failures })).toMatchObject({ verdict: 'fail' })
  const shared = { ...failures, outages: { shadowOnly: 8, primaryOnly: 7 } }
  expect(rule(judge({ failures: shared }), 'outages').status).toBe('pass')
})

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

test.each([
  ['not judged without a limit', undefined, [2, 2.1], 'not-judged', 'pass'],
  ['within the limit', 1.25, [0.9, 1, 1.1], 'pass', 'pass'],
  ['around the limit', 1.25, [1.15, 1.24, 1.25, 1.26, 1.4], 'undecided', 'inconclusive'],
  ['above the limit', 1.25, [1.3, 1.4, 1.5], 'fail', 'fail'],
] as const)('latency %s', (_, limit, ratios, status, expected) => {
  const verdict = judge(
    { latency: latencyOf(1000, ...ratios) },
    limit === undefined ? {} : { maxLatencyRatio: limit },
  )
  expect(rule(verdict, 'latency').status).toBe(status)
  expect(verdict.verdict).toBe(expected)
})

test('latency is told with its interval and the tails of both', () => {
  const verdict = judge({ latency: latencyOf(1000, 1.3, 1.4, 1.5) }, { maxLatencyRatio: 1.25 })
  expect(verdict.reason).toBe(
    'shadow takes 1.40 times as long as primary in the median (1.40 to 1.41, 3,000 pairs); 1.25 is allowed',
  )
  expect(verdict.latency).toMatchObject({
    pairs: 3000,
    primary: { p50: 10, p95: 20, p99: 30 },
    shadow: { p50: 10, p95: 20, p99: 30 },
  })
})

test('a latency limit without a timed pair is not met', () => {
  expect(judge({}, { maxLatencyRatio: 1.25 })).toMatchObject({
    verdict: 'inconclusive',
    reason: 'no exchange was timed on both sides',
  })
})

test('one slow endpoint fails a run that is fast in the median', () => {
  const verdict = judge(
    {
      latency: latencyOf(3000, 1, 1, 1.6),
      endpoints: [
        endpointOf('GET /', 6000, { latency: latencyOf(6000, 1) }),
        endpointOf('GET /search', 4000, { latency: latencyOf(4000, 1.6) }),
      ],
    },
    { maxLatencyRatio: 1.25 },
  )
  expect(verdict.reason).toMatch(/^GET \/search: shadow takes 1\.60 times as long/)
  expect(rule(verdict, 'latency').evidence).toEqual(['GET /search'])
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

test('a thousand regressions are counted, a hundred listed', () => {
  const divergences = Array.from({ length: 1000 }, (_, i) => missingOf(i + 2, { id: `d${i}` }))
  const verdict = judge({ divergent: 5000, divergences })
  expect(verdict.regressions).toHaveLength(100)
  expect(verdict.reason).toContain('and 999 more breaking divergences')
  expect(rule(verdict, 'breaking').evidence).toHaveLength(20)
})

test('a verdict survives JSON', () => {
  const verdict = judge({ latency: latencyOf(3, 1), divergent: 1, divergences: [missingOf(1)] })
  expect(JSON.parse(JSON.stringify(verdict))).toEqual(verdict)
})

test('a run whose lost requests nobody counted does not pass, however well it looks', () => {
  const verdict = judge({ uncounted: true })
  expect(verdict.verdict).toBe('inconclusive')
  expect(rule(verdict, 'uncompared').words).toContain('is not known')
  const lossy = judge({ uncounted: true, unmirrored: { backlog: 5000 } })
  expect(rule(lossy, 'uncompared').words).toContain('backlog 5,000')
})
