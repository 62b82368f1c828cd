import { expect, test } from 'vitest'
import { divergenceOf, endpointOf, latencyOf, missingOf } from './build-evidence.ts'
import { judge, rule } from './judge-evidence.ts'

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

test('before the first request it is told how many will do, not only the minimum', () => {
  const { needed, whatWouldChangeIt } = judge({ samples: 0 })
  expect(needed).toBe(3787)
  expect(whatWouldChangeIt[0]).toBe('3,787 requests without a difference')
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

test('a verdict survives JSON', () => {
  const verdict = judge({ latency: latencyOf(3, 1), divergent: 1, divergences: [missingOf(1)] })
  expect(JSON.parse(JSON.stringify(verdict))).toEqual(verdict)
})

test('requests that no mark takes out are told beside those that differ', () => {
  const verdict = judge({ samples: 10_000, divergent: 120, alwaysCounted: 80 })
  expect(verdict.alwaysCounted).toBe(80)
  expect(rule(verdict, 'divergence').words).toMatch(
    /^120 of 10,000 requests differ \(80 of them whatever is marked as expected: in too many combinations, or forgotten since\), which shows/,
  )
})
