/**
 * What pairs say about an excess, valid at every reading. Of n occasions, one side alone did something in b, the
 * other side alone in c; H0: on average the first exceeds the second by at most `limit` of the occasions.
 *
 * Bet a part λ of the capital on the first side at every occasion: the capital grows by 1 + λ(y - limit) with y = 1, -1
 * or 0, whose expectation under H0 is at most 1, also when rates wander. Many λ at once, mixed with fixed weights,
 * give again a nonnegative supermartingale from 1; Ville's inequality bounds how often it ever reaches 1/α.
 * With limit 0 only discordant pairs count: the anytime form of the sign test and of McNemar's test.
 *
 * I. Waudby-Smith, A. Ramdas, J. R. Stat. Soc. B 86 (2024) 1: means of bounded variables by betting. The weights are
 * Jeffreys' prior, as in statistics-rates.ts: of θ = (1 + λ)/2 a Beta(½, ½) above ½, which is λ = sin u with u
 * uniform. With limit 0 the sum approaches its closed form, `logEvidenceAbove(b, b + c, 0.5)`.
 */

interface Bet {
  /** Part of the capital, 0 to 1. */
  readonly part: number
  readonly logWeight: number
}

const BETS = makeBets()

/** ln of the evidence that `first` exceeds `second` by more than `limit` of `occasions`. */
export function logEvidenceExcess(
  first: number,
  second: number,
  occasions: number = first + second,
  limit = 0,
): number {
  const idle = Math.max(0, occasions - first - second)
  // No larger part, so that a loss never turns into debt.
  const whole = 1 / (1 + limit)
  let sum = 0
  let largest = -Infinity
  for (const { part, logWeight } of BETS) {
    const bet = part * whole
    const capital =
      logWeight +
      first * Math.log1p(bet * (1 - limit)) +
      second * Math.log1p(-bet * (1 + limit)) +
      idle * Math.log1p(-bet * limit)
    if (capital > largest) {
      sum = sum * Math.exp(largest - capital) + 1
      largest = capital
    } else sum += Math.exp(capital - largest)
  }
  return largest + Math.log(sum)
}

/** Even steps of u for large excesses, steps of a fifth for small ones, each weighed by its width. */
function makeBets(): Bet[] {
  const EVEN = 24
  const SMALLEST = 1e-4
  const edges = Array.from({ length: EVEN + 1 }, (_, i) => (Math.PI / 2) * (1 - (0.75 * i) / EVEN))
  for (let u = edges.at(-1) ?? 0; u > SMALLEST; u *= 0.8) edges.push(u * 0.8)
  return edges.slice(1).map((low, i) => {
    const high = edges[i] ?? low
    return {
      part: Math.sin((low + high) / 2),
      logWeight: Math.log((high - low) / (Math.PI / 2)),
    }
  })
}
