import { expect, test } from 'vitest'
import { endpointOf, evidenceOf } from './build-evidence.ts'
import { judge, rule } from './judge-evidence.ts'

const NO_FAILURES = evidenceOf().failures

test.each([
  [
    'errors on both sides',
    { shadowOnly: 30, primaryOnly: 25 },
    'pass',
    'no more than chance allows',
  ],
  ['errors of primary alone', { shadowOnly: 0, primaryOnly: 40 }, 'pass', 'primary alone 40 times'],
  ['a few errors of shadow', { shadowOnly: 5, primaryOnly: 0 }, 'pass', 'shadow alone'],
  [
    'many errors of shadow',
    { shadowOnly: 40, primaryOnly: 2 },
    'fail',
    'shadow alone answered with an error 40 times, primary alone 2 times',
  ],
] as const)('%s', (_, errors, status, words) => {
  const reading = rule(judge({ failures: { ...NO_FAILURES, errors } }), 'errors')
  expect(reading.status).toBe(status)
  expect(reading.words).toContain(words)
})

test('an endpoint that fails is not hidden by another at which primary is flaky', () => {
  const verdict = judge({
    failures: { ...NO_FAILURES, errors: { shadowOnly: 60, primaryOnly: 60 } },
    endpoints: [
      endpointOf('GET /flaky', 9000, { errors: { shadowOnly: 30, primaryOnly: 60 } }),
      endpointOf('POST /orders', 1000, { errors: { shadowOnly: 30, primaryOnly: 0 } }),
    ],
  })
  expect(verdict.verdict).toBe('fail')
  expect(verdict.reason).toBe(
    'POST /orders: shadow alone answered with an error 30 times, primary alone 0 times',
  )
  expect(rule(verdict, 'errors').evidence).toEqual(['POST /orders'])
})

test('a restart is no regression: many failed requests in one window', () => {
  const verdict = judge({
    divergent: 400,
    failing: 400,
    failures: {
      ...NO_FAILURES,
      outages: { shadowOnly: 1, primaryOnly: 0 },
      unavailable: { shadowOnly: 400, primaryOnly: 0 },
      unanswered: 400,
    },
  })
  expect(verdict.verdict).toBe('inconclusive')
  expect(rule(verdict, 'outages')).toMatchObject({
    status: 'pass',
    words:
      'shadow was unavailable to 400 requests that primary answered, in 1 window of 30 seconds (primary alone in 0), no more than restarts explain',
  })
  expect(rule(verdict, 'uncompared').words).toContain('no answer 400')
})

test('a shadow that keeps failing fails', () => {
  const failures = {
    ...NO_FAILURES,
    outages: { shadowOnly: 8, primaryOnly: 0 },
    unavailable: { shadowOnly: 12, primaryOnly: 0 },
    unanswered: 12,
  }
  expect(judge({ divergent: 12, failing: 12, failures })).toMatchObject({ verdict: 'fail' })
  const shared = { ...failures, outages: { shadowOnly: 8, primaryOnly: 7 } }
  expect(rule(judge({ failures: shared }), 'outages').status).toBe('pass')
})
