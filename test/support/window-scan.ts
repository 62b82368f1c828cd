/** Windows of time as the store adds them up, against a scan of the exchanges. */

import { expect } from 'vitest'
import type { StoreReader } from '../../src/core/ports.ts'
import { FIXTURE_START } from './exchange-fixtures.ts'
import { collect } from './store-fixture.ts'

const MINUTE_MS = 60_000
const HOUR_MINUTES = 60
/** Windows that are longer are cut at whole hours. */
const EXACT_MINUTES = 2 * 24 * HOUR_MINUTES
/** As far back as every window is exact, whatever was pruned. */
const KEPT_MINUTES = 3 * 24 * HOUR_MINUTES

/** Checks windows that begin so many minutes after the fixtures' start and are so many minutes long. */
export async function expectWindowsScanned(
  reader: StoreReader,
  windows: readonly (readonly [from: number, length: number])[],
): Promise<void> {
  const all = await collect(reader.iterateExchanges({}))
  const newest = Math.max(...all.map(({ time }) => minuteOf(time)))
  for (const [from, length] of windows) {
    const isExact = length <= EXACT_MINUTES && from >= newest - KEPT_MINUTES
    const unit = isExact ? 1 : HOUR_MINUTES
    const since = Math.floor(from / unit) * unit
    const until = Math.ceil((from + length) / unit) * unit
    const scanned = new Map<string, number>()
    // By the name that an endpoint has now.
    for (const { time, endpoint } of all) {
      const minute = minuteOf(time)
      if (minute >= since && minute < until) scanned.set(endpoint, (scanned.get(endpoint) ?? 0) + 1)
    }
    const { items } = await reader.listEndpoints(
      { since: FIXTURE_START + since * MINUTE_MS, until: FIXTURE_START + until * MINUTE_MS },
      { limit: 100 },
    )
    expect(items.map(({ endpoint, exchanges }) => [endpoint, exchanges])).toEqual(
      [...scanned].sort(([a], [b]) => (a < b ? -1 : 1)),
    )
  }
}

function minuteOf(time: string): number {
  return Math.floor((Date.parse(time) - FIXTURE_START) / MINUTE_MS)
}
