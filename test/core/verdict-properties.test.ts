import fc from 'fast-check'
import { expect, test } from 'vitest'

import { judgeRun } from '../../src/core/verdict.ts'
import type { DivergenceEvidence, RunEvidence } from '../../src/core/verdict-evidence.ts'
import { DEFAULT_LIMITS, type VerdictLimits } from '../../src/core/verdict-limits.ts'
import { divergenceOf, endpointOf, evidenceOf, latencyOf } from './build-evidence.ts'

const count = fc.oneof(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 50_000 }))
const pairs = fc.record({ shadowOnly: count, primaryOnly: count })
const reasons = fc.dictionary(
  fc.constantFrom('backlog', 'breaker-open', 'not-sampled', 'truncated', 'queue-full', 'new'),
  count,
)

const divergence: fc.Arbitrary<DivergenceEvidence> = fc
  .record({
    id: fc.string(),
    endpoint: fc.constantFrom('GET /a', 'GET /b'),
    kind: fc.constantFrom('value', 'missing', 'type', 'failure'),
    location: fc.constantFrom('status', 'body:/x', 'header:etag'),
    severity: fc.constantFrom('breaking', 'changed', 'added'),
    class: fc.constantFrom('divergence', 'noise', 'expected'),
    state: fc.constantFrom('open', 'expected', 'fixed'),
    exchanges: count,
    control: fc.option(
      fc.record({ measured: count, differed: count, shadowOnly: count, controlOnly: count }),
      { nil: undefined },
    ),
  } as const)
  .map(({ control, ...rest }) => ({ ...rest, ...(control !== undefined && { control }) }))

const evidence: fc.Arbitrary<RunEvidence> = fc
  .record({
    samples: count,
    share: fc.double({ min: 0, max: 1, noNaN: true }),
    measured: count,
    incomparable: reasons,
    unmirrored: reasons,
    lost: reasons,
    failures: fc.record({
      errors: pairs,
      outages: pairs,
      unavailable: pairs,
      unanswered: count,
    }),
    divergences: fc.array(divergence, { maxLength: 6 }),
    ratio: fc.option(fc.double({ min: 0.01, max: 100, noNaN: true })),
    breaker: fc.dictionary(fc.string(), fc.constantFrom('open', 'closed', 'half-open')),
    idleMs: count,
    ended: fc.boolean(),
  })
  .map(({ share, ratio, idleMs, ended, ...rest }) => {
    const divergent = Math.floor(rest.samples * share ** 4)
    return evidenceOf({
      ...rest,
      divergent,
      failing: Math.floor(divergent / 2),
      endpoints: [endpointOf('GET /a', rest.samples, { divergent })],
      ...(ratio !== null && { latency: latencyOf(rest.samples, ratio) }),
      traffic: { durationMs: 1000 * rest.samples, idleMs, ended },
    })
  })

const limits: fc.Arbitrary<VerdictLimits> = fc.record({
  minRequests: fc.integer({ min: 0, max: 5000 }),
  maxDivergence: fc.constantFrom(0, 0.001, 0.01, 1),
  maxUncompared: fc.constantFrom(0, 0.01, 1),
  maxLatencyRatio: fc.constantFrom(1, 1.25, 3),
  confidence: fc.constantFrom(0.5, 0.95, 0.999),
  endpoints: fc.record({
    minRequests: fc.integer({ min: 0, max: 200 }),
    required: fc.subarray(['GET /a', 'GET /z']),
  }),
})

test('whatever the evidence, there is a verdict with a reason, and numbers that JSON can carry', () => {
  fc.assert(
    fc.property(evidence, limits, (known, held) => {
      const verdict = judgeRun(known, held)
      expect(verdict.reason).not.toBe('')
      expect(verdict.reason).not.toMatch(/NaN|undefined|Infinity/)
      expect(verdict.whatWouldChangeIt.join()).not.toMatch(/NaN|undefined|Infinity/)
      expect(JSON.parse(JSON.stringify(verdict))).toEqual(verdict)
      if (verdict.verdict === 'inconclusive') expect(verdict.whatWouldChangeIt).not.toEqual([])
    }),
    { numRuns: 500 },
  )
})

test('nothing passes below the minimum, above the limit, or while much went uncompared', () => {
  fc.assert(
    fc.property(evidence, limits, (known, held) => {
      const verdict = judgeRun(known, held)
      if (verdict.verdict !== 'pass') return
      expect(known.samples).toBeGreaterThanOrEqual(held.minRequests)
      expect(verdict.uncomparedRate).toBeLessThanOrEqual(held.maxUncompared)
      expect(verdict.regressions).toEqual([])
      expect(Object.values(known.breaker)).not.toContain('open')
      if (held.maxDivergence > 0) {
        expect(verdict.divergenceRateUpper).toBeLessThanOrEqual(held.maxDivergence)
      } else expect(known.divergent).toBe(0)
    }),
    { numRuns: 500 },
  )
})

function plain(samples: number, divergent: number): RunEvidence {
  const divergences = divergent > 0 ? [divergenceOf(divergent)] : []
  return evidenceOf({ samples, divergent, divergences })
}

const sizes = fc.tuple(fc.integer({ min: 1, max: 60_000 }), fc.integer({ min: 0, max: 60 }))

test('equal answers never make a verdict worse, differing ones never better', () => {
  const order = ['fail', 'inconclusive', 'pass']
  const worth = (samples: number, divergent: number) =>
    order.indexOf(judgeRun(plain(samples, divergent), DEFAULT_LIMITS).verdict)
  fc.assert(
    fc.property(sizes, fc.integer({ min: 1, max: 5000 }), ([samples, divergent], more) => {
      const now = worth(samples + divergent, divergent)
      expect(worth(samples + divergent + more, divergent)).toBeGreaterThanOrEqual(now)
      expect(worth(samples + divergent + more, divergent + more)).toBeLessThanOrEqual(now)
    }),
  )
})

test('as many equal answers as are needed let it pass, and one fewer do not', () => {
  fc.assert(
    fc.property(sizes, ([samples, divergent]) => {
      const total = samples + divergent
      const { verdict, needed = 0 } = judgeRun(plain(total, divergent), DEFAULT_LIMITS)
      if (verdict !== 'inconclusive') return
      const later = (more: number) =>
        judgeRun(plain(total + more, divergent), DEFAULT_LIMITS).verdict
      expect(later(needed)).toBe('pass')
      expect(later(needed - 1)).toBe('inconclusive')
    }),
  )
})

test('the order of divergences and endpoints does not matter', () => {
  fc.assert(
    fc.property(evidence, limits, (known, held) => {
      const turned = { ...known, divergences: known.divergences.toReversed() }
      expect(judgeRun(turned, held).verdict).toBe(judgeRun(known, held).verdict)
    }),
  )
})

test('divergences that bear one id are each weighed by their own numbers', () => {
  const control = { measured: 50, differed: 0, controlOnly: 0 }
  const often = { ...divergenceOf(20), id: 'd', control: { ...control, shadowOnly: 20 } }
  const rare = { ...divergenceOf(1), id: 'd', control: { ...control, shadowOnly: 0 } }
  const judge = (divergences: DivergenceEvidence[]) =>
    judgeRun(
      evidenceOf({ samples: 1000, divergent: 21, measured: 50, divergences }),
      DEFAULT_LIMITS,
    )
  const found = judge([often, rare])
  expect(found.regressions.map(({ exchanges }) => exchanges)).toEqual([20])
  expect(judge([rare, often]).regressions).toEqual(found.regressions)
})
