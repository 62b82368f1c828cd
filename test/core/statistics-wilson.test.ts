import { expect, test } from 'vitest'
import { wilsonInterval } from '../../src/core/statistics-wilson.ts'

// R. G. Newcombe, Statistics in Medicine 17 (1998) 857, table I, method 3.
test.each([
  [81, 263, 0.2553, 0.3662],
  [15, 148, 0.0624, 0.1605],
  [0, 20, 0, 0.1611],
  [1, 29, 0.0061, 0.1718],
  [29, 29, 0.883, 1],
])('%d of %d is between the published ends', (hits, trials, lower, upper) => {
  const interval = wilsonInterval(hits, trials)
  expect(interval.lower).toBeCloseTo(lower, 4)
  expect(interval.upper).toBeCloseTo(upper, 4)
})
