/** Which exchanges that match become rows: of those that answer alike, a part may be enough to look at. */

import type { Exchange } from '../../core/exchange.ts'

/** All of them, none, or about so many of a hundred. */
export type MatchSampling = 'all' | 'none' | number

/** Whether this exchange is among them; the same one always is or is not. */
export function isSampled(matches: MatchSampling, exchange: Exchange): boolean {
  if (matches === 'all') return true
  if (matches === 'none') return false
  // The end of a UUIDv7 is random.
  return parseInt(exchange.id.slice(-8), 16) / 0x1_0000_0000 < matches / 100
}
