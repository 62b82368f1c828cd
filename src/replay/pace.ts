/** When each request of a replay is due. */

/** How fast: as fast as answers come, so many times the recording's pace, or so many a second. */
export type Pace =
  | { readonly kind: 'unpaced' }
  | { readonly kind: 'recorded'; readonly times: number }
  | { readonly kind: 'rate'; readonly perSecond: number }

/** Milliseconds after the replay's start at which the `index`-th request, recorded `sinceFirstMs` after the first, is due. */
export function dueMs(pace: Pace, index: number, sinceFirstMs: number): number {
  switch (pace.kind) {
    case 'unpaced':
      return 0
    case 'recorded':
      return Math.max(0, sinceFirstMs) / pace.times
    case 'rate':
      return (index * 1000) / pace.perSecond
  }
}
