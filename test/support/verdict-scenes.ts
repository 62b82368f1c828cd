/** One verdict of each kind, judged by the program's own rules over made-up totals. */

import type { RunEvidence } from '../../src/core/verdict-evidence.ts'
import { DEFAULT_LIMITS } from '../../src/core/verdict-limits.ts'
import type { Verdict } from '../../src/core/verdict-reading.ts'
import { judgeRun } from '../../src/core/verdict.ts'
import { ratioBin } from '../../src/core/statistics-ratios.ts'
import { divergenceOf, endpointOf, evidenceOf, missingOf } from '../core/build-evidence.ts'

const limits = {
  ...DEFAULT_LIMITS,
  maxLatencyRatio: 1.25,
  endpoints: { minRequests: 100, required: ['POST /orders', 'DELETE /carts/{id}'] },
}

const names = [
  ['GET /products', 4_000],
  ['GET /products/{id}', 3_100],
  ['POST /orders', 900],
  ['GET /orders/{id}', 700],
  ['POST /carts', 400],
  ['GET /recommendations', 310],
  ['DELETE /carts/{id}', 140],
  ['GET /legal/terms', 88],
  ['GET /reviews', 31],
  ['PUT /users/{id}/address', 4],
] as const

const endpoints = names.map(([endpoint, samples], index) =>
  endpointOf(endpoint, samples, { latency: latency(samples, 1 + index * 0.03) }),
)
const samples = names.reduce((sum, [, count]) => sum + count, 0)

const base: Partial<RunEvidence> = {
  samples,
  endpoints,
  latency: latency(samples, 1.06),
  incomparable: { truncated: 12 },
  traffic: { durationMs: 1_200_000, idleMs: 400, ended: false },
}

/** Passes. */
export const passing = judge(base)

/** Fails on breaking differences, one at a hostile location. */
export const failing = judge({
  ...base,
  divergent: 61,
  divergences: [
    missingOf(52, {
      id: '00aa00aa00aa00aa',
      endpoint: 'GET /products/{id}',
      location: 'body:/price/currency',
      examples: ['019b8e0f-1e00-7c4a-9a61-6b0c7d2f4a01', '019b8e0f-1e00-7c4a-9a61-6b0c7d2f4a02'],
    }),
    missingOf(3, {
      id: '00bb00bb00bb00bb',
      endpoint: 'GET /reviews',
      location: 'body:/<script>alert(1)</script>\u202Eevil',
      examples: ['019b8e0f-1e00-7c4a-9a61-6b0c7d2f4a03'],
    }),
    divergenceOf(6, { id: '00cc00cc00cc00cc' }),
  ],
})

/** Inconclusive: too few requests, two required endpoints below their minimum. */
export const waiting = judge({
  ...base,
  samples: 1_900,
  divergent: 1,
  endpoints: endpoints.map((one) => ({ ...one, samples: Math.ceil(one.samples / 8) })),
  divergences: [divergenceOf(1, { id: '00cc00cc00cc00cc' })],
})

/** Inconclusive because too much was lost and a breaker is open. */
export const unhealthy = judge({
  ...base,
  lost: { 'queue-full': 2_000 },
  breaker: { default: 'open' },
})

/** Inconclusive for ever: the run has ended. */
export const ended = judge({
  ...base,
  samples: 300,
  traffic: { durationMs: 60_000, idleMs: 7_200_000, ended: true },
})

function judge(evidence: Partial<RunEvidence>): Verdict {
  return judgeRun(evidenceOf(evidence), limits)
}

function latency(count: number, ratio: number) {
  const around = [0.8, 0.95, 1, 1.05, 1.3]
  return {
    ratios: around
      .map((one) => [ratioBin(100, 100 * ratio * one), Math.ceil(count / 5)] as const)
      .toSorted(([a], [b]) => a - b),
    primary: { p50: 11.4, p95: 48, p99: 131 },
    shadow: { p50: 12.1, p95: 51, p99: 180 },
  }
}
