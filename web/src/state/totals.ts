import { useQuery, type UseQueryResult } from '@tanstack/react-query'
import { useCallback } from 'react'
import type { Page } from '../../../src/core/lists.ts'
import type { RunRow } from '../../../src/core/run-report.ts'
import { runsQuery } from '../api/queries.ts'

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

/** The totals of the runs of this name, of all without one. */
export function useTotals(run: string | undefined): UseQueryResult<Totals> {
  const select = useCallback(
    ({ items }: Page<RunRow>) =>
      totalsOf(items.filter(({ name }) => run === undefined || name === run)),
    [run],
  )
  return useQuery({ ...runsQuery, select })
}

function totalsOf(runs: readonly RunRow[]): Totals {
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
