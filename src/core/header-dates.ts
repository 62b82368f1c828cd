/** Dates in headers mean a distance from the moment of the answer, more often than a moment. */

import { parseHttpDate } from './header-values.ts'

/** Two answers of one moment may still be stamped this far apart. */
const TOLERANCE_MS = 2_000

/** Whether two HTTP dates are equally far from the two moments of answering; epoch milliseconds. */
export function isWithin(
  primary: string,
  shadow: string,
  primaryNow: number,
  shadowNow: number,
): boolean {
  const left = parseHttpDate(primary)
  const right = parseHttpDate(shadow)
  if (left === undefined || right === undefined) return false
  return Math.abs(left - primaryNow - (right - shadowNow)) <= TOLERANCE_MS
}

/** Whether a date is not older than the request, within the tolerance: it was made for this answer. */
export function isFresh(value: string, requestedAt: number): boolean {
  const time = parseHttpDate(value)
  return time !== undefined && time >= requestedAt - TOLERANCE_MS
}
