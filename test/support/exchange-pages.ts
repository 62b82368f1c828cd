/** Lists of exchanges, read as people page through them. */

import { expect } from 'vitest'
import type { ExchangeRow } from '../../src/core/exchange-report.ts'
import type { Filter } from '../../src/core/lists.ts'
import type { StoreReader } from '../../src/core/ports.ts'

/** Every row of a list, page by page; each page holds at most so many. */
export async function allPages(
  reader: StoreReader,
  filter: Filter,
  limit: number,
): Promise<ExchangeRow[]> {
  const rows: ExchangeRow[] = []
  let cursor: string | undefined
  do {
    const page = await reader.listExchanges(filter, { cursor, limit })
    expect(page.items.length).toBeLessThanOrEqual(limit)
    rows.push(...page.items)
    cursor = page.next
  } while (cursor !== undefined)
  return rows
}

/** Their request ids, in order. */
export const idsOf = (rows: readonly { readonly requestId: string }[]) =>
  rows.map(({ requestId }) => requestId)
