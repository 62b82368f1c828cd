/** What the table of divergences draws: endpoints with their divergences, or a long list as it comes. */

import type { DivergenceRow } from '../../../../src/core/divergence-report.ts'
import { groupByEndpoint, sortDivergences, type Order } from './divergence-order.ts'

/** A row of the table. */
export type DivergenceItem =
  | { readonly kind: 'group'; readonly endpoint: string; readonly rows: readonly DivergenceRow[] }
  | { readonly kind: 'row'; readonly row: DivergenceRow; readonly showsEndpoint: boolean }

/** Rows under their endpoints; in a list that goes on, a group could grow above what is being read. */
export function divergenceItems(
  rows: readonly DivergenceRow[],
  order: Order,
  goesOn: boolean,
): readonly DivergenceItem[] {
  if (goesOn) {
    const sorted = order === 'severity' ? rows : sortDivergences(rows, order)
    return sorted.map((row) => ({ kind: 'row', row, showsEndpoint: true }))
  }
  return groupByEndpoint(rows, order).flatMap((group) => [
    { kind: 'group' as const, ...group },
    ...group.rows.map((row) => ({ kind: 'row' as const, row, showsEndpoint: false })),
  ])
}
