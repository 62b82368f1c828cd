/** Every promise of `src/proxy/leg.ts`, as tests that any transport must pass. */

import type { CreateTransport } from '../../src/proxy/leg.ts'
import { testAborts } from './conformance/aborts.ts'
import { testAnswers } from './conformance/answers.ts'
import { testConnections } from './conformance/connections.ts'
import { testFailures } from './conformance/failures.ts'
import { testLimits } from './conformance/limits.ts'
import { testRepeats } from './conformance/repeats.ts'
import { testRequests } from './conformance/requests.ts'
import { type Lacks, legOpener } from './conformance/leg-fixture.ts'

/** Registers the tests for one transport; those that it `lacks` are skipped, and the reason is printed. */
export function testTransport(create: CreateTransport, lacks: Lacks = {}): void {
  const open = legOpener(create)
  testRequests(open)
  testAnswers(open, lacks)
  testFailures(open, create)
  testLimits(open)
  testAborts(open, lacks)
  testConnections(open, lacks)
  testRepeats(open, lacks)
}
