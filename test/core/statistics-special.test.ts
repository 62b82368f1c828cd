import { expect, test } from 'vitest'

import { logBeta, logGamma, logIncompleteBeta } from '../../src/core/statistics-special.ts'

// Abramowitz and Stegun, tables 6.1 and 6.4; factorials; the rest from mpmath with 40 digits.
test.each([
  [0.1, 2.2527126517342],
  [0.5, Math.log(Math.sqrt(Math.PI))],
  [1, 0],
  [1.5, Math.log(0.886226925452758)],
  [2, 0],
  [3.7, 1.42807232666538],
  [10, Math.log(362880)],
  [50, 144.565743946344],
  [10_000, 82099.7174964423],
  [1e9, 19723265827.50371],
])('ln Γ(%d) is %d', (x, expected) => {
  expect(Math.abs(logGamma(x) - expected)).toBeLessThan(1e-14 * Math.max(1, Math.abs(expected)))
})

test.each([
  [0.5, 0.5, Math.log(Math.PI)],
  [1, 7, -Math.log(7)],
  [5, 9, -Math.log(6435)],
  [9.9, 10.1, -13.7351775443463],
  [100, 200, -192.1341922749789],
  [0.5, 1e6, -6.335390211057437],
  [12.5, 1e8, -211.524162506218],
  [3.5, 1e9, -71.3304568313403],
])('ln B(%d, %d) is %d, either way round', (a, b, expected) => {
  expect(logBeta(a, b)).toBeCloseTo(expected, 12)
  expect(logBeta(b, a)).toBe(logBeta(a, b))
})

// P(Bin(n, p) >= k) = I_p(k, n-k+1): binomial tables.
test.each([
  [10, 0.5, 8, 0.0546875],
  [20, 0.5, 15, 0.02069473266601562],
  [5, 0.1, 1, 0.40951],
  [10, 0.25, 5, 0.07812690734863281],
  [100, 0.01, 3, 0.07937320225218675],
])('of %d trials at %d, %d hits or more have the tabled probability %d', (n, p, k, expected) => {
  expect(Math.exp(logIncompleteBeta(p, k, n - k + 1))).toBeCloseTo(expected, 12)
})

// Exact limits as they are published for 95 % (Clopper and Pearson): each leaves 2.5 % on its side.
test.each([
  [0, 10, 0.3085],
  [1, 10, 0.44502],
  [10, 100, 0.17622],
  [5, 20, 0.49105],
])('%d of %d have the exact upper limit %d', (k, n, upper) => {
  expect(1 - Math.exp(logIncompleteBeta(upper, k + 1, n - k))).toBeCloseTo(0.025, 4)
})

test.each([
  [0.001, 0.5, 3000.5, -0.0143804124977869],
  [0.001, 10.5, 9990.5, -0.736534058067962],
  [0.0005, 30.5, 9990.5, -32.091675992654],
  [0.5, 500_000.5, 501_000.5, -0.172897517498691],
  [0.9, 0.5, 0.5, -0.229202827581115],
])('ln I(%d; %d, %d) is %d', (x, a, b, expected) => {
  expect(logIncompleteBeta(x, a, b)).toBeCloseTo(expected, 10)
})

test('the incomplete beta function runs from nothing to everything', () => {
  expect(logIncompleteBeta(0, 2, 3)).toBe(-Infinity)
  expect(logIncompleteBeta(1, 2, 3)).toBe(0)
  expect(logIncompleteBeta(1e-300, 2, 3)).toBeLessThan(-1000)
})

test('a billion trials are no problem', () => {
  const half = logIncompleteBeta(0.5, 5e8, 5e8)
  expect(half).toBeCloseTo(Math.log(0.5), 6)
})
