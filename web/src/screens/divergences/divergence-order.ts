import type { DivergenceRow } from '../../../../src/core/divergence-report.ts'
import { severityOrder } from '../../format/kinds.ts'

/** How the list can be sorted; the first one is what it is without a choice. */
export const orders = [
  { value: 'severity', text: 'Worst first' },
  { value: 'count', text: 'Most requests first' },
  { value: 'share', text: 'Highest share first' },
  { value: 'last', text: 'Last seen first' },
  { value: 'first', text: 'Newest first' },
] as const

/** A way to sort. */
export type Order = (typeof orders)[number]['value']

/** The order a URL asks for. */
export function orderOf(value: string | null): Order {
  return orders.find((order) => order.value === value)?.value ?? 'severity'
}

/** An endpoint with its divergences. */
export interface EndpointGroup {
  readonly endpoint: string
  readonly rows: readonly DivergenceRow[]
}

/** Divergences in this order, whatever their endpoints. */
export function sortDivergences(
  rows: readonly DivergenceRow[],
  order: Order,
): readonly DivergenceRow[] {
  return [...rows].sort(comparers[order])
}

/** Sorted divergences by endpoint; an endpoint stands where its first divergence would. */
export function groupByEndpoint(
  rows: readonly DivergenceRow[],
  order: Order,
): readonly EndpointGroup[] {
  const groups = new Map<string, DivergenceRow[]>()
  for (const row of sortDivergences(rows, order)) {
    const group = groups.get(row.endpoint)
    if (group === undefined) groups.set(row.endpoint, [row])
    else group.push(row)
  }
  return [...groups].map(([endpoint, members]) => ({ endpoint, rows: members }))
}

const share = (row: DivergenceRow) => row.exchanges / Math.max(1, row.endpointExchanges)
const byCount = (a: DivergenceRow, b: DivergenceRow) => b.exchanges - a.exchanges
const rank = (row: DivergenceRow) => severityOrder.indexOf(row.severity)

const comparers: Readonly<Record<Order, (a: DivergenceRow, b: DivergenceRow) => number>> = {
  severity: (a, b) => rank(a) - rank(b) || byCount(a, b),
  count: byCount,
  share: (a, b) => share(b) - share(a) || byCount(a, b),
  last: (a, b) => b.lastSeen.localeCompare(a.lastSeen) || byCount(a, b),
  first: (a, b) => b.firstSeen.localeCompare(a.firstSeen) || byCount(a, b),
}
