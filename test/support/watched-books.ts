/** Reads the counters again and again while something happens, and holds each reading against the equations. */

import { imbalanceOf } from './books-balance.ts'
import type { ConsoleApi } from './shadowdiff.ts'

/** What was read so far. */
export interface WatchedBooks {
  /** Readings that were answered; while the console is down there are none. */
  readonly readings: () => number
  /** Ends the watch; what did not add up, or went backwards, in words. */
  stop(): Promise<readonly string[]>
}

const EVERY_MS = 25

/** Begins to read, and goes on until it is stopped. */
export function watchBooks(api: ConsoleApi): WatchedBooks {
  const wrong: string[] = []
  let readings = 0
  let seen = 0
  const stopping = new AbortController()
  const watching = (async () => {
    while (!stopping.signal.aborted) {
      // A console that does not answer tells nothing wrong.
      const status = await api.status().catch(() => undefined)
      if (status !== undefined) {
        readings++
        const { counters } = status
        const imbalance = imbalanceOf(counters)
        if (imbalance !== '') wrong.push(imbalance)
        if (counters.seen < seen) wrong.push(`seen went from ${seen} to ${counters.seen}`)
        seen = counters.seen
      }
      await new Promise((resolve) => setTimeout(resolve, EVERY_MS))
    }
  })()
  return {
    readings: () => readings,
    stop: async () => {
      stopping.abort()
      await watching
      return wrong
    },
  }
}
