/** A log for what may go wrong many times a second: a full disk must not fill the log as well. */

import type { Clock } from './core/ports.ts'

/** One kind of line is written at most this often. */
const QUIET_MS = 10_000
/** Kinds that are remembered; more than these are no bursts. */
const MAX_KINDS = 100

/** Writes a line, and keeps others of its kind (the same but for numbers) back for a while, counting them. */
export function createBurstLog(
  write: (line: string) => void,
  clock: Clock,
): (line: string) => void {
  const kinds = new Map<string, { until: number; held: number }>()
  return (line) => {
    const kind = line.replace(/\d+/g, '#')
    const now = clock.now()
    const known = kinds.get(kind)
    if (known !== undefined && now < known.until) {
      known.held++
      return
    }
    if (known === undefined && kinds.size >= MAX_KINDS) kinds.clear()
    kinds.set(kind, { until: now + QUIET_MS, held: 0 })
    write(
      known === undefined || known.held === 0 ? line : `${line} (and ${known.held} more like it)`,
    )
  }
}
