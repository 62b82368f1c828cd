import fc from 'fast-check'
import { expect, test } from 'vitest'

import { startRandom } from '../../bench/verdict-random.ts'
import {
  fixedTrialsNeeded,
  hitsAllowed,
  hitsNeeded,
  logEvidenceAbove,
  logEvidenceBelow,
  lowerRate,
  trialsNeeded,
  upperRate,
} from '../../src/core/statistics-rates.ts'

/** The mixture by its definition: θ = sin²φ makes Beta(½, ½) uniform in φ. */
function integrate(hits: number, trials: number, limit: number): number {
  const end = Math.asin(Math.sqrt(limit))
  const steps = 200_000
  let sum = 0
  for (let step = 0; step < steps; step++) {
    const q = Math.sin(((step + 0.5) / steps) * end) ** 2
    sum +=
      Math.exp(hits * Math.log(q / limit) + (trials - hits) * Math.log((1 - q) / (1 - limit))) /
      steps
  }
  return sum
}

test.each([
  [0, 1, 0.5],
  [0, 3787, 0.001],
  [2, 100, 0.1],
  [40, 1000, 0.03],
  [7, 7, 0.9],
])('the evidence of %d in %d below %d is the mixture of all bets below', (k, n, limit) => {
  expect(Math.exp(logEvidenceBelow(k, n, limit))).toBeCloseTo(integrate(k, n, limit), 6)
})

test('evidence above a limit is evidence below its mirror image', () => {
  expect(logEvidenceAbove(30, 100, 0.2)).toBeCloseTo(logEvidenceBelow(70, 100, 0.8), 12)
})

// ln 0.05 / ln 0.999, the "rule of three"; 59 and 299 are the textbook numbers for 5 % and 1 %.
test.each([
  [0.001, 0.05, 2995],
  [0.01, 0.05, 299],
  [0.05, 0.05, 59],
  [0.001, 0.01, 4603],
])('a single look needs the textbook number of clean trials: %d at %d', (limit, alpha, needed) => {
  expect(fixedTrialsNeeded(limit, alpha)).toBe(needed)
})

test('looking at any time costs 26 % more clean requests than looking once: 0.1 % at 95 %', () => {
  expect(trialsNeeded(0, 0.001, 0.05)).toBe(3787)
  expect(trialsNeeded(1, 0.001, 0.05)).toBe(6655)
  expect(trialsNeeded(10, 0.001, 0.05)).toBe(22385)
})

test('no number of trials shows a rate below nothing', () => {
  expect(trialsNeeded(0, 0, 0.05)).toBe(Infinity)
  expect(fixedTrialsNeeded(0, 0.05)).toBe(Infinity)
  expect(logEvidenceBelow(0, 1e6, 0)).toBe(-Infinity)
})

test('every rate is below everything', () => {
  expect(trialsNeeded(3, 1, 0.05)).toBe(3)
  expect(fixedTrialsNeeded(1, 0.05)).toBe(0)
  expect(upperRate(3, 3, 0.05)).toBe(1)
})

test('nothing seen shows nothing', () => {
  expect(upperRate(0, 0, 0.05)).toBe(1)
  expect(lowerRate(0, 0, 0.05)).toBe(0)
  expect(logEvidenceBelow(0, 0, 0.5)).toBe(0)
})

const counts = fc
  .tuple(fc.integer({ min: 1, max: 200_000 }), fc.double({ min: 0, max: 1, noNaN: true }))
  .map(([trials, share]) => ({ trials, hits: Math.round(trials * share ** 4) }))

test('a bound is where the evidence crosses its threshold', () => {
  fc.assert(
    fc.property(counts, fc.constantFrom(0.05, 0.01, 0.3), ({ hits, trials }, alpha) => {
      const upper = upperRate(hits, trials, alpha)
      const lower = lowerRate(hits, trials, alpha)
      expect(lower).toBeLessThanOrEqual(hits / trials)
      expect(upper).toBeGreaterThanOrEqual(hits / trials)
      if (upper < 1) {
        expect(logEvidenceBelow(hits, trials, upper)).toBeGreaterThan(-Math.log(alpha) - 1e-6)
        expect(logEvidenceBelow(hits, trials, upper * (1 - 1e-4))).toBeLessThan(-Math.log(alpha))
      }
    }),
  )
})

test('more hits raise both bounds, more misses lower them', () => {
  fc.assert(
    fc.property(counts, ({ hits, trials }) => {
      const slack = 1 + 1e-5
      expect(upperRate(hits + 1, trials + 1, 0.05) * slack).toBeGreaterThanOrEqual(
        upperRate(hits, trials, 0.05),
      )
      expect(upperRate(hits, trials + 1, 0.05)).toBeLessThanOrEqual(
        upperRate(hits, trials, 0.05) * slack,
      )
      expect(lowerRate(hits + 1, trials + 1, 0.05) + 1e-5).toBeGreaterThanOrEqual(
        lowerRate(hits, trials, 0.05),
      )
    }),
  )
})

test('numbers of hits and trials agree with the evidence', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 50_000 }),
      fc.double({ min: 0.0005, max: 0.9, noNaN: true }),
      (trials, limit) => {
        const threshold = -Math.log(0.05)
        const needed = hitsNeeded(trials, limit, 0.05)
        if (needed <= trials) {
          expect(logEvidenceAbove(needed, trials, limit)).toBeGreaterThanOrEqual(threshold)
        }
        expect(logEvidenceAbove(needed - 1, trials, limit)).toBeLessThan(threshold)
        const allowed = hitsAllowed(trials, limit, 0.05)
        expect(logEvidenceBelow(allowed + 1, trials, limit)).toBeLessThan(threshold)
        if (allowed >= 0) expect(trialsNeeded(allowed, limit, 0.05)).toBeLessThanOrEqual(trials)
        else expect(trialsNeeded(0, limit, 0.05)).toBeGreaterThan(trials)
      },
    ),
  )
})

test('read after every request, the bounds exclude the truth no more often than they say', () => {
  const RUNS = 400
  for (const rate of [0.5, 0.05, 0.005]) {
    let above = 0
    let below = 0
    for (let run = 0; run < RUNS; run++) {
      const random = startRandom(7, run)
      let hits = 0
      let isAbove = false
      let isBelow = false
      for (let trials = 1; trials <= 2000; trials++) {
        const isHit = random.chance(rate)
        // Evidence above grows at hits only, evidence below until the next one: other readings show less.
        if (isHit || trials === 2000) {
          isBelow ||= logEvidenceBelow(hits, trials - 1, rate) >= -Math.log(0.1)
          hits += isHit ? 1 : 0
          isAbove ||= logEvidenceAbove(hits, trials, rate) >= -Math.log(0.1)
        }
      }
      if (isAbove) above++
      if (isBelow) below++
    }
    // 10 % are promised; three standard errors of 400 runs are 4.5 %.
    expect(above / RUNS).toBeLessThan(0.145)
    expect(below / RUNS).toBeLessThan(0.145)
    // An empty promise would be kept as well.
    expect(above + below).toBeGreaterThan(RUNS / 50)
  }
})

test('a rate that wanders errs no more often, as long as its average keeps the limit', () => {
  const RUNS = 400
  let refuted = 0
  for (let run = 0; run < RUNS; run++) {
    const random = startRandom(8, run)
    let hits = 0
    let isRefuted = false
    for (let trials = 1; trials <= 3000; trials++) {
      // The average so far is never below 2 %: the higher rate comes first.
      const isHit = random.chance((trials - 1) % 200 < 100 ? 0.03 : 0.01)
      if (isHit) isRefuted ||= logEvidenceBelow(hits, trials - 1, 0.02) >= -Math.log(0.1)
      if (isHit) hits++
    }
    if (isRefuted) refuted++
  }
  expect(refuted / RUNS).toBeLessThan(0.145)
})

test('a billion requests are judged', () => {
  const upper = upperRate(1e5, 1e9, 0.05)
  const lower = lowerRate(1e5, 1e9, 0.05)
  expect(upper).toBeGreaterThan(1e-4)
  expect(upper).toBeLessThan(1.015e-4)
  expect(lower).toBeLessThan(1e-4)
  expect(lower).toBeGreaterThan(9.83e-5)
})
