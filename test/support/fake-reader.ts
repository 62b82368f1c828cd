/**
 * A store's reader made of functions, for what a real store cannot be made to do in a test: to fail,
 * to be endless, to count what is read of it. Every function gives nothing unless it is replaced.
 */

import type { StoreReader } from '../../src/core/ports.ts'
import type { DifferenceRow, DivergenceRow } from '../../src/core/divergence-report.ts'
import type { ExchangeRow } from '../../src/core/exchange-report.ts'

/** An empty store, except for what is given. */
export function fakeReader(over: Partial<StoreReader> = {}): StoreReader {
  return {
    listExchanges: async () => ({ items: [] }),
    findExchange: async () => undefined,
    listDivergences: async () => ({ items: [] }),
    countDivergences: async () => ({ divergence: 0, noise: 0, expected: 0 }),
    findDivergence: async () => undefined,
    newestDivergence: async () => undefined,
    listEndpoints: async () => ({ items: [] }),
    listRuns: async () => ({ items: [] }),
    traffic: async () => ({ resolutionMs: 60_000, points: [] }),
    iterateExchanges: nothing,
    iterateDivergences: nothing,
    iterateDifferences: nothing,
    consoleRules: async () => [],
    ruleHits: async () => [],
    comparedSince: async () => 0,
    listAudit: async () => ({ items: [] }),
    findJob: async () => undefined,
    listJobs: async () => ({ items: [] }),
    mirrorOverrides: async () => [],
    compareRuns: async () => undefined,
    findRun: async () => undefined,
    runEvidence: async () => undefined,
    recordedExchanges: nothing,
    findJudged: async () => undefined,
    version: async () => 1,
    close: async () => undefined,
    ...over,
  }
}

async function* nothing() {
  // An empty store.
}

/** An exchange's row. */
export function exchangeRow(over: Partial<ExchangeRow> = {}): ExchangeRow {
  return {
    id: '0197a1b2-0000-7000-8000-000000000001',
    requestId: '571c0fd6-98d4-4c93-af79-6a2fe2945847',
    time: '2026-01-05T12:00:00.000Z',
    run: 'checkout-2.3',
    source: 'live',
    route: 'default',
    method: 'GET',
    path: '/items/17',
    endpoint: 'GET /items/{id}',
    outcome: 'divergent',
    primaryStatus: 200,
    shadowStatus: 200,
    primaryMs: 12.5,
    shadowMs: 20,
    shadowWaitMs: 0.25,
    differences: 1,
    ...over,
  }
}

/** A divergence's row. */
export function divergenceRow(over: Partial<DivergenceRow> = {}): DivergenceRow {
  return {
    id: 'd1',
    endpoint: 'GET /items/{id}',
    kind: 'value',
    location: 'body:/price',
    severity: 'changed',
    class: 'divergence',
    count: 2,
    exchanges: 2,
    firstSeen: '2026-01-05T12:00:00.000Z',
    lastSeen: '2026-01-05T12:00:01.000Z',
    state: 'open',
    primaryValue: '10',
    shadowValue: '"10"',
    endpointExchanges: 7,
    ...over,
  }
}

/** A difference with its exchange. */
export function differenceOfRow(
  difference: Partial<DifferenceRow['difference']> = {},
  exchange: Partial<ExchangeRow> = {},
): DifferenceRow {
  const location = difference.location ?? 'body:/price'
  return {
    exchange: exchangeRow(exchange),
    difference: {
      kind: 'value',
      location,
      pattern: location,
      severity: 'changed',
      primary: '10',
      shadow: '11',
      ...difference,
    },
    class: 'divergence',
    divergence: 'd1',
  }
}
