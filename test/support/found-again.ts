/** Whether a list of exchanges, read page by page, has each of them once. */

import { expect } from 'vitest'
import type { ExchangeReader } from '../../src/core/ports.ts'
import type { Filter } from '../../src/core/lists.ts'

/** Reads all pages of seven and expects so many exchanges, newest first, none of them twice. */
export async function expectFoundAgain(
  reader: ExchangeReader,
  filter: Filter,
  count: number,
): Promise<void> {
  const found: string[] = []
  let cursor: string | undefined
  do {
    const page = await reader.listExchanges(filter, { limit: 7, cursor })
    found.push(...page.items.map(({ time, id }) => `${time} ${id}`))
    cursor = page.next
  } while (cursor !== undefined)
  expect(found).toHaveLength(count)
  expect(found).toEqual([...new Set(found)].sort().reverse())
}
