/** One exchange each ten minutes, for tests of how time is cut. */

import type { ExchangeWriter, StoreReader } from '../../src/core/ports.ts'
import { FIXTURE_START, judgedOf } from './exchange-fixtures.ts'

/** Milliseconds. */
export const MINUTE_MS = 60_000
/** Milliseconds. */
export const HOUR_MS = 60 * MINUTE_MS
/** Milliseconds. */
export const DAY_MS = 24 * HOUR_MS

/** Saves one exchange each ten minutes of so many days. */
export async function saveSteadyDays(writer: ExchangeWriter, days: number): Promise<void> {
  await writer.save(
    Array.from({ length: days * 144 }, (_, n) =>
      judgedOf({ startedAt: FIXTURE_START + n * 10 * MINUTE_MS }),
    ),
  )
}

/** Exchanges of the only endpoint between two times, both in milliseconds after the first exchange. */
export async function countBetween(reader: StoreReader, from: number, to: number): Promise<number> {
  const filter = { since: FIXTURE_START + from, until: FIXTURE_START + to }
  const { items } = await reader.listEndpoints(filter, { limit: 1 })
  return items[0]?.exchanges ?? 0
}
