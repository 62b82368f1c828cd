/**
 * The few special functions that the verdict's statistics stand on, in logarithms because the numbers run
 * from 1e-300 to 1e300 within one run. No library among the dependencies has them, and together they are a
 * page. Formulas: NIST Digital Library of Mathematical Functions (DLMF), the sections named below.
 */

const HALF_LOG_TWO_PI = 0.5 * Math.log(2 * Math.PI)

/** From here on the first six terms of Stirling's series are exact to the last digit of a double. */
const STIRLING_FROM = 10

/** DLMF 5.11.1: B₂ₖ / (2k(2k-1)), the coefficients of Stirling's series. */
const STIRLING = [1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360360]

/** ln Γ(x) for x > 0. */
export function logGamma(x: number): number {
  let shift = 1
  let at = x
  // Γ(x) = Γ(x+1)/x (DLMF 5.5.1) until the series holds.
  for (; at < STIRLING_FROM; at++) shift *= at
  return (at - 0.5) * Math.log(at) - at + HALF_LOG_TWO_PI + stirlingRest(at) - Math.log(shift)
}

/** ln B(a, b) for a, b > 0; keeps its digits where one argument is a million times the other. */
export function logBeta(a: number, b: number): number {
  const small = Math.min(a, b)
  const large = Math.max(a, b)
  if (large < STIRLING_FROM) return logGamma(small) + logGamma(large) - logGamma(small + large)
  // lnΓ(large) - lnΓ(small+large) with Stirling's main terms subtracted on paper, not in floating point.
  const rest = stirlingRest(large) - stirlingRest(small + large)
  const share = small / (small + large)
  if (small < STIRLING_FROM) {
    return (
      logGamma(small) +
      rest +
      small -
      small * Math.log(small + large) +
      (large - 0.5) * Math.log1p(-share)
    )
  }
  return (
    HALF_LOG_TWO_PI -
    0.5 * Math.log(large) +
    rest +
    stirlingRest(small) +
    (small - 0.5) * Math.log(share) +
    large * Math.log1p(-share)
  )
}

/**
 * ln of the regularized incomplete beta function I_x(a, b) for a, b > 0: how probable a Beta(a, b) variable
 * is below `x`. `y` is 1 - x, given apart because it may be known better than the subtraction tells.
 */
export function logIncompleteBeta(x: number, a: number, b: number, y: number = 1 - x): number {
  if (x <= 0) return -Infinity
  if (y <= 0) return 0
  const front = a * Math.log(x) + b * Math.log(y) - logBeta(a, b)
  // The fraction converges fast on this side of the mean only; I_x(a,b) = 1 - I_y(b,a) (DLMF 8.17.4).
  if (x < (a + 1) / (a + b + 2)) return front + Math.log(betaFraction(x, a, b) / a)
  return Math.log1p(-Math.exp(Math.min(0, front + Math.log(betaFraction(y, b, a) / b))))
}

/** Below the smallest normal double: stands for a zero that must be divided by (Lentz). */
const TINY = 1e-300

/** A billion trials need 30,000 steps. */
const MAX_STEPS = 1_000_000

/** The continued fraction of DLMF 8.17.22, by Lentz's method as Thompson and Barnett changed it (1986). */
function betaFraction(x: number, a: number, b: number): number {
  let c = 1
  let d = 1 / nonZero(1 - ((a + b) * x) / (a + 1))
  let value = d
  for (let step = 1; step <= MAX_STEPS; step++) {
    const twice = a + 2 * step
    const even = (step * (b - step) * x) / ((twice - 1) * twice)
    d = 1 / nonZero(1 + even * d)
    c = nonZero(1 + even / c)
    value *= c * d
    const odd = (-(a + step) * (a + b + step) * x) / (twice * (twice + 1))
    d = 1 / nonZero(1 + odd * d)
    c = nonZero(1 + odd / c)
    const change = c * d
    value *= change
    if (Math.abs(change - 1) < 1e-15) break
  }
  return value
}

function nonZero(value: number): number {
  return Math.abs(value) < TINY ? TINY : value
}

/** What Stirling's main terms leave of ln Γ(x), for large x. */
function stirlingRest(x: number): number {
  const inverse = 1 / x
  const square = inverse * inverse
  return STIRLING.reduceRight((sum, coefficient) => sum * square + coefficient, 0) * inverse
}
