/**
 * An interval for a rate as lists show it, at a glance and in constant time: E. B. Wilson, J. Am. Stat. Assoc. 22
 * (1927) 209. It holds at one reading; verdicts, which are read again and again, use statistics-rates.ts.
 */

/** The 97.5 % quantile of the normal distribution. */
const Z = 1.959963984540054

/** The 95 % interval of a rate. */
export function wilsonInterval(
  hits: number,
  trials: number,
): { readonly lower: number; readonly upper: number } {
  const rate = hits / trials
  const scale = 1 + (Z * Z) / trials
  const middle = (rate + (Z * Z) / (2 * trials)) / scale
  const reach =
    (Z / scale) * Math.sqrt((rate * (1 - rate)) / trials + (Z * Z) / (4 * trials * trials))
  // Exact at the ends, where rounding would leave a trace.
  return {
    lower: hits === 0 ? 0 : middle - reach,
    upper: hits === trials ? 1 : middle + reach,
  }
}
