/**
 * What counts say about a rate, valid at every reading.
 *
 * Bet on every rate q below the limit L at once, weighted by a Beta(½, ½) prior cut off at L (Jeffreys'):
 * the capital after k hits in n trials is
 *
 *     E = ∫_{q<L} (q/L)^k ((1-q)/(1-L))^(n-k) dπ(q),
 *
 * a ratio of incomplete beta functions. While the rate is L or more each factor has an expectation of at most
 * 1, so E is a nonnegative supermartingale from 1, and by Ville's inequality the probability that it ever
 * reaches 1/α is at most α: however often somebody looks, and wherever they stop. Rates above a limit are the
 * mirror image. Nothing is assumed of the order in which rates come: when the rate wanders, what is refuted
 * is that its average so far is L or more (the product of the expectations is largest when they are equal).
 *
 * H. Robbins, Ann. Math. Statist. 41 (1970) 1397: the method of mixtures. S. R. Howard, A. Ramdas, J. McAuliffe,
 * J. Sekhon, Ann. Statist. 49 (2021) 1055: confidence sequences, beta-binomial mixture, one-sided by truncation.
 * P. Wills, E. Knill, K. Coakley, Y. Zhang, J. Res. NIST 125 (2020) 125003: inversion into bounds.
 */

import { logBeta, logIncompleteBeta } from './statistics-special.ts'

/** ln of the evidence that a rate is below `limit`: at ln(1/α) or more, "the rate is `limit` or more" is refuted. */
export function logEvidenceBelow(hits: number, trials: number, limit: number): number {
  return logEvidence(hits, trials - hits, limit, 1 - limit)
}

/** ln of the evidence that a rate is above `limit`. */
export function logEvidenceAbove(hits: number, trials: number, limit: number): number {
  return logEvidence(trials - hits, hits, 1 - limit, limit)
}

/** The smallest limit that the rate is shown to be below; 1 when nothing is shown. */
export function upperRate(hits: number, trials: number, alpha: number): number {
  if (hits === trials) return 1
  const rate = hits / trials
  const evidence = (distance: number) => logEvidenceBelow(hits, trials, rate + distance)
  return rate + distanceOf(evidence, 1 - rate, trials, alpha)
}

/** The largest limit that the rate is shown to be above; 0 when nothing is shown. */
export function lowerRate(hits: number, trials: number, alpha: number): number {
  if (hits === 0) return 0
  const rate = hits / trials
  const evidence = (distance: number) => logEvidenceAbove(hits, trials, rate - distance)
  return rate - distanceOf(evidence, rate, trials, alpha)
}

/** How many trials in all show a rate below `limit`, when there are these hits and no more. */
export function trialsNeeded(hits: number, limit: number, alpha: number): number {
  if (limit <= 0) return Infinity
  if (limit >= 1) return hits
  const isShown = (trials: number) => logEvidenceBelow(hits, trials, limit) >= -Math.log(alpha)
  let tooFew = hits - 1
  let enough = Math.max(16, hits)
  for (; !isShown(enough); enough *= 2) tooFew = enough
  return smallest(tooFew, enough, isShown)
}

/** How many hits in these trials show a rate above `limit`; one more than the trials when no number does. */
export function hitsNeeded(trials: number, limit: number, alpha: number): number {
  return smallest(Math.floor(trials * limit), trials + 1, (hits) => {
    return hits > trials || logEvidenceAbove(hits, trials, limit) >= -Math.log(alpha)
  })
}

/** How many hits in these trials still show a rate below `limit`; -1 when none at all does not. */
export function hitsAllowed(trials: number, limit: number, alpha: number): number {
  const isTooMany = (hits: number) => logEvidenceBelow(hits, trials, limit) < -Math.log(alpha)
  return smallest(-1, Math.floor(trials * limit) + 1, isTooMany) - 1
}

/**
 * How many trials without a hit a test that looks once needs to show a rate below `limit`: ln α / ln(1 - L),
 * about 3/L at 95 %. The difference to {@link trialsNeeded} is the price of looking at any time.
 */
export function fixedTrialsNeeded(limit: number, alpha: number): number {
  if (limit <= 0) return Infinity
  return limit >= 1 ? 0 : Math.ceil(Math.log(alpha) / Math.log1p(-limit))
}

function logEvidence(hits: number, misses: number, limit: number, rest: number): number {
  if (hits + misses === 0) return 0
  if (limit <= 0) return -Infinity
  if (rest <= 0) return misses > 0 ? Infinity : -Infinity
  const prior = Math.log(Math.asin(Math.sqrt(limit)) / (Math.PI / 2))
  return (
    logBeta(hits + 0.5, misses + 0.5) -
    LOG_PI +
    logIncompleteBeta(limit, hits + 0.5, misses + 0.5, rest) -
    prior -
    hits * Math.log(limit) -
    misses * Math.log(rest)
  )
}

/** ln B(½, ½). */
const LOG_PI = Math.log(Math.PI)

/**
 * How far from hits/trials a limit must be to be refuted. There is one crossing, so bracketing finds it: with
 * L ≥ (hits + ½)/trials the evidence grows with L (its derivative has the sign of (nL - k)/(L(1-L)) less the prior's
 * hazard, and arcsin s ≥ s bounds that), and with less it is at most 2. What is returned lies on the refuted side.
 */
function distanceOf(
  evidence: (distance: number) => number,
  most: number,
  trials: number,
  alpha: number,
): number {
  const excess = (distance: number) =>
    distance >= most ? Infinity : evidence(distance) + Math.log(alpha)
  let low = 0
  let atLow = Math.log(alpha)
  let high = Math.min(most, (2 - 2 * Math.log(alpha)) / trials)
  let atHigh = excess(high)
  while (atHigh < 0) {
    low = high
    atLow = atHigh
    high = Math.min(most, 2 * high)
    atHigh = excess(high)
  }
  // Regula falsi in its Illinois form (M. Dowell, P. Jarratt, 1971), halved where it cannot divide.
  let kept = 0
  for (let step = 0; step < 100 && high - low > 1e-6 * high; step++) {
    const middle =
      atHigh === Infinity ? (low + high) / 2 : high - (atHigh * (high - low)) / (atHigh - atLow)
    const atMiddle = excess(middle)
    if (atMiddle >= 0) {
      if (kept === 1) atLow /= 2
      high = middle
      atHigh = atMiddle
      kept = 1
    } else {
      if (kept === -1) atHigh /= 2
      low = middle
      atLow = atMiddle
      kept = -1
    }
  }
  return high
}

/** The first integer in (low, high] that satisfies a condition which, once true, stays true. */
function smallest(low: number, high: number, isEnough: (value: number) => boolean): number {
  let below = low
  let enough = high
  while (enough - below > 1) {
    const middle = Math.floor((below + enough) / 2)
    if (isEnough(middle)) enough = middle
    else below = middle
  }
  return enough
}
