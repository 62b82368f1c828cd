/**
 * The books of the proxy. Two equations hold at every reading:
 * `seen = pending + mirrored + Σ unmirrored` and
 * `mirrored = inFlight + match + divergent + Σ incomparable + Σ lost`.
 */

import type { LostReason, UnmirroredReason } from './exchange.ts'
import type { IncomparableReason, Judgement } from './judgement.ts'

/** One reading of the counters, since the start of the proxy process. */
export interface Counters {
  /** Requests whose head arrived. */
  readonly seen: number
  /** Requests of which it is not known yet whether a copy will leave. */
  readonly pending: number
  /** Requests whose copy was attempted. */
  readonly mirrored: number
  readonly unmirrored: Readonly<Partial<Record<UnmirroredReason, number>>>
  /** Mirrored requests whose row cannot be read yet. */
  readonly inFlight: number
  readonly match: number
  readonly divergent: number
  readonly incomparable: Readonly<Partial<Record<IncomparableReason, number>>>
  readonly lost: Readonly<Partial<Record<LostReason, number>>>
  /** Repeats to primary's version; absent when no route has a control. */
  readonly control?: ControlCounters
}

/** The books of the control legs: `sent` splits into `ok`, `failed` and those under way. */
export interface ControlCounters {
  readonly sent: number
  readonly ok: number
  readonly failed: number
  /** Mirrored requests that were not repeated, by reason. */
  readonly skipped: Readonly<Partial<Record<ControlSkipReason, number>>>
}

/** Why a mirrored request was not repeated. */
export type ControlSkipReason = 'not-sampled' | 'unsafe-method' | 'busy' | 'shutdown'

/** The outcome of one recorded exchange as the recorder reports it back to the proxy. */
export type RecordedOutcome = Pick<Judgement, 'outcome' | 'reason'>

/** Adds up readings, one per proxy process. */
export function sumCounters(readings: readonly Counters[]): Counters {
  const sum = (pick: (reading: Counters) => number) => sumOf(readings.map(pick))
  const controls = readings.flatMap(({ control }) => (control === undefined ? [] : [control]))
  return {
    seen: sum((r) => r.seen),
    pending: sum((r) => r.pending),
    mirrored: sum((r) => r.mirrored),
    unmirrored: sumByReason(readings.map((r) => r.unmirrored)),
    inFlight: sum((r) => r.inFlight),
    match: sum((r) => r.match),
    divergent: sum((r) => r.divergent),
    incomparable: sumByReason(readings.map((r) => r.incomparable)),
    lost: sumByReason(readings.map((r) => r.lost)),
    ...(controls.length > 0 && {
      control: {
        sent: sumOf(controls.map((r) => r.sent)),
        ok: sumOf(controls.map((r) => r.ok)),
        failed: sumOf(controls.map((r) => r.failed)),
        skipped: sumByReason(controls.map((r) => r.skipped)),
      },
    }),
  }
}

function sumOf(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0)
}

function sumByReason<K extends string>(
  columns: readonly Readonly<Partial<Record<K, number>>>[],
): Partial<Record<K, number>> {
  const totals: Partial<Record<K, number>> = {}
  for (const column of columns) {
    for (const [reason, count] of Object.entries(column) as [K, number][]) {
      totals[reason] = (totals[reason] ?? 0) + count
    }
  }
  return totals
}
