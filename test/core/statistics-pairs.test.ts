import fc from 'fast-check'
import { expect, test } from 'vitest'

import { startRandom } from '../../bench/verdict-random.ts'
import { logEvidenceExcess } from '../../src/core/statistics-pairs.ts'
import { logEvidenceAbove } from '../../src/core/statistics-rates.ts'

test.each([
  [0, 0],
  [6, 0],
  [8, 0],
  [12, 1],
  [20, 5],
  [0, 5],
  [300, 200],
  [10_300, 10_000],
  [103_000, 100_000],
])('%d to %d without a limit is the closed form of the coin', (b, c) => {
  expect(logEvidenceExcess(b, c)).toBeCloseTo(logEvidenceAbove(b, b + c, 0.5), 1)
})

test('eight to nothing is evidence of a hundred to one, seven is not', () => {
  expect(Math.exp(logEvidenceExcess(8, 0))).toBeGreaterThan(100)
  expect(Math.exp(logEvidenceExcess(7, 0))).toBeLessThan(100)
})

test('occasions without anything matter only where an excess is allowed', () => {
  expect(logEvidenceExcess(8, 0, 10_000)).toBeCloseTo(logEvidenceExcess(8, 0), 10)
  expect(logEvidenceExcess(8, 0, 10_000, 0.001)).toBeLessThan(0)
  expect(logEvidenceExcess(8, 0, 100, 0.001)).toBeGreaterThan(4)
})

test('evidence grows with the first side, shrinks with the second and with the limit', () => {
  const side = fc.integer({ min: 0, max: 5000 })
  fc.assert(
    fc.property(side, side, fc.constantFrom(0, 0.001, 0.05), (b, c, limit) => {
      const evidence = logEvidenceExcess(b, c, 20_000, limit)
      expect(logEvidenceExcess(b + 1, c, 20_000, limit)).toBeGreaterThan(evidence)
      expect(logEvidenceExcess(b, c + 1, 20_000, limit)).toBeLessThan(evidence)
      expect(logEvidenceExcess(b, c, 20_000, limit + 0.01)).toBeLessThan(evidence)
    }),
  )
})

test.each([
  [0, 0.02, 0.02],
  [0, 0.3, 0.3],
  [0.001, 0.021, 0.02],
  [0.05, 0.15, 0.1],
])(
  'read after every request, equal sides and the allowed %d are refuted no more often than promised',
  (limit, first, second) => {
    const RUNS = 300
    let refuted = 0
    for (let run = 0; run < RUNS; run++) {
      const random = startRandom(9, run)
      let b = 0
      let c = 0
      let isRefuted = false
      for (let n = 1; n <= 2000; n += 1) {
        const draw = random.next()
        if (draw < first) b++
        else if (draw < first + second) c++
        isRefuted ||= n % 5 === 0 && logEvidenceExcess(b, c, n, limit) >= -Math.log(0.1)
      }
      if (isRefuted) refuted++
    }
    // 10 % and three standard errors.
    expect(refuted / RUNS).toBeLessThan(0.152)
  },
)
