/** What every store must do, whatever it is made of: tests that any implementation runs. */

import { testBooks } from './conformance/books.ts'
import { testDivergences } from './conformance/divergences.ts'
import { testEndpoints } from './conformance/endpoints.ts'
import { testEvidence } from './conformance/evidence.ts'
import { testExchangeDetails } from './conformance/exchange-details.ts'
import { testExchangeFilters } from './conformance/exchange-filters.ts'
import { testExchanges } from './conformance/exchanges.ts'
import { testOverrides } from './conformance/overrides.ts'
import { testRunComparison } from './conformance/run-compare.ts'
import { testTraffic } from './conformance/traffic.ts'
import { testWindows } from './conformance/windows.ts'
import type { OpenStore } from '../support/store-fixture.ts'

/** Registers the tests for one store; each opens an empty one, or one that holds what it is given. */
export function testStore(open: OpenStore): void {
  testBooks(open)
  testDivergences(open)
  testEndpoints(open)
  testEvidence(open)
  testExchangeDetails(open)
  testExchangeFilters(open)
  testExchanges(open)
  testOverrides(open)
  testRunComparison(open)
  testTraffic(open)
  testWindows(open)
}
