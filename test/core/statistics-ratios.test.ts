import { expect, test } from 'vitest'

import { startRandom } from '../../bench/verdict-random.ts'
import {
  countRatios,
  medianRatio,
  ratioBin,
  type RatioCounts,
} from '../../src/core/statistics-ratios.ts'

test.each([
  [10, 10, 0],
  [10, 10.04, 0],
  [10, 10.1, 1],
  [10, 20, 69],
  [20, 10, -69],
  [0, 0, 0],
  [1, 1e9, 1000],
  [1e9, 0, -1000],
])('%d ms beside %d ms is bin %d', (primary, shadow, bin) => {
  expect(ratioBin(primary, shadow)).toBe(bin)
})

function sample(count: number, ratioOf: (i: number) => number): RatioCounts {
  const counts = new Map<number, number>()
  for (let i = 0; i < count; i++) {
    const bin = ratioBin(100, 100 * ratioOf(i))
    counts.set(bin, (counts.get(bin) ?? 0) + 1)
  }
  return [...counts].sort(([a], [b]) => a - b)
}

test('the counts of all bins add up', () => {
  expect(
    countRatios([
      [-3, 2],
      [5, 5],
    ]),
  ).toBe(7)
})

test('without a pair there is no median', () => {
  expect(medianRatio([], 0.01, 0.05)).toBeUndefined()
})

test('few pairs show nothing', () => {
  expect(
    medianRatio(
      sample(4, () => 3),
      0.01,
      0.05,
    ),
  ).toMatchObject({ lower: 0, upper: Infinity })
})

test('the median lies in its interval, and outliers do not move it', () => {
  const plain = medianRatio(
    sample(2001, (i) => 1 + i / 1000),
    0.01,
    0.05,
  )
  const wild = medianRatio(
    sample(2001, (i) => (i > 1200 ? 1000 : 1 + i / 1000)),
    0.01,
    0.05,
  )
  expect(plain?.ratio).toBeCloseTo(2, 1)
  expect(plain?.lower).toBeGreaterThan(1.8)
  expect(plain?.upper).toBeLessThan(2.2)
  expect(wild).toEqual(plain)
})

test('equal durations are equal, not half a percent apart', () => {
  const same = medianRatio(
    sample(1000, () => 1),
    0.01,
    0.05,
  )
  expect(same?.ratio).toBe(1)
  expect(same?.lower).toBeCloseTo(0.995, 3)
  expect(same?.upper).toBeCloseTo(1.005, 3)
})

test('beyond the last bin nothing is claimed', () => {
  expect(
    medianRatio(
      sample(1000, () => 1e6),
      0.01,
      0.05,
    ),
  ).toMatchObject({ upper: Infinity })
})

test('read after every ten pairs, the interval misses the true median no more often than promised', () => {
  const RUNS = 200
  let missed = 0
  for (let run = 0; run < RUNS; run++) {
    const random = startRandom(10, run)
    const counts = new Map<number, number>()
    let isMissed = false
    for (let n = 1; n <= 1000; n++) {
      // A long tail above a median of 1.3: what a garbage collector does.
      const ratio = 1.3 * Math.exp(random.gauss() * (random.chance(0.5) ? 0.1 : 0.8))
      const bin = ratioBin(10, 10 * ratio)
      counts.set(bin, (counts.get(bin) ?? 0) + 1)
      if (n % 10 > 0) continue
      const median = medianRatio(
        [...counts].sort(([a], [b]) => a - b),
        0.05,
        0.05,
      )
      isMissed ||= median !== undefined && (median.lower > 1.3 || median.upper < 1.3)
    }
    if (isMissed) missed++
  }
  // 5 % on each side, and three standard errors of 200 runs.
  expect(missed / RUNS).toBeLessThan(0.1 + 0.064)
})
