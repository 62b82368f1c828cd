/** The two equations of the counters, as a check of one reading. */

import type { Counters } from '../../src/core/counters.ts'

/** What does not add up, in words; empty when both equations hold. */
export function imbalanceOf(counters: Counters): string {
  const { seen, pending, mirrored, unmirrored, inFlight, match, divergent, incomparable, lost } =
    counters
  const parts = [
    seen === pending + mirrored + total(unmirrored)
      ? ''
      : `seen ${seen} is not pending ${pending} + mirrored ${mirrored} + unmirrored ${total(unmirrored)}`,
    mirrored === inFlight + match + divergent + total(incomparable) + total(lost)
      ? ''
      : `mirrored ${mirrored} is not inFlight ${inFlight} + match ${match} + divergent ${divergent}` +
        ` + incomparable ${total(incomparable)} + lost ${total(lost)}`,
  ]
  return parts.filter(Boolean).join('; ')
}

/** All counts of a map of reasons together. */
export function total(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0)
}
