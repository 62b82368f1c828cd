/** Slows down whoever guesses tokens. Bounded: old addresses make room for new ones. */

import type { Clock } from '../core/ports.ts'

const MAX_WRONG_TOKENS = 10
const WINDOW_MS = 60_000
const MAX_ADDRESSES = 1024

interface Attempts {
  wrong: number
  readonly until: number
  last: Buffer
}

/** Counts wrong tokens by address. */
export function createAttempts(clock: Clock) {
  const byAddress = new Map<string, Attempts>()

  const current = (address: string): Attempts | undefined => {
    const attempts = byAddress.get(address)
    if (attempts === undefined || clock.now() < attempts.until) return attempts
    byAddress.delete(address)
    return undefined
  }

  return {
    /** Whole seconds for which this address may not try; 0 when it may. */
    lockedFor(address: string): number {
      const attempts = current(address)
      if (attempts === undefined || attempts.wrong < MAX_WRONG_TOKENS) return 0
      return Math.max(1, Math.ceil((attempts.until - clock.now()) / 1000))
    },

    /** Counts a wrong token, and says whether it did; the same one again is a forgotten tab, not another guess. */
    failed(address: string, digest: Buffer): boolean {
      const attempts = current(address)
      if (attempts === undefined) {
        const [oldest] = byAddress.keys()
        if (byAddress.size >= MAX_ADDRESSES && oldest !== undefined) byAddress.delete(oldest)
        byAddress.set(address, { wrong: 1, until: clock.now() + WINDOW_MS, last: digest })
        return true
      }
      if (attempts.last.equals(digest)) return false
      attempts.wrong += 1
      attempts.last = digest
      return true
    },
  }
}
