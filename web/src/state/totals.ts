import { useRuns } from '../api/queries.ts'
import type { RunRow } from '../../../src/core/report.ts'

/** What was recorded of one run, or of all. */
export interface Totals {
  readonly exchanges: number
  /** Match and divergent: what `no differences` needs to be said after. */
  readonly compared: number
  readonly match: number
  readonly divergent: number
  readonly incomparable: number
  readonly unmirrored: number
}

/** The totals of the runs of this name, of all without one; undefined until they are known. */
export function useTotals(run: string | undefined): Totals | undefined {
  const runs = useRuns().data?.items.filter(({ name }) => run === undefined || name === run)
  if (runs === undefined) return undefined
  const sum = (pick: (row: RunRow) => number) => runs.reduce((total, row) => total + pick(row), 0)
  const match = sum((row) => row.match)
  const divergent = sum((row) => row.divergent)
  return {
    exchanges: sum((row) => row.exchanges),
    compared: match + divergent,
    match,
    divergent,
    incomparable: sum((row) => row.incomparable),
    unmirrored: sum((row) => row.unmirrored),
  }
}
