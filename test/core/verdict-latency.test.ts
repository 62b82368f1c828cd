import { expect, test } from 'vitest'
import { endpointOf, latencyOf } from './build-evidence.ts'
import { judge, rule } from './judge-evidence.ts'

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
