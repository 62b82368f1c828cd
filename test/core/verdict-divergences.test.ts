import { expect, test } from 'vitest'
import { controlOf, divergenceOf, endpointOf, missingOf } from './build-evidence.ts'
import { judge, rule } from './judge-evidence.ts'

test('a breaking difference in two exchanges fails at once, however few requests there are', () => {
  const verdict = judge({
    samples: 3,
    divergent: 2,
    divergences: [missingOf(2, { examples: ['e2', 'e1'] })],
  })
  expect(verdict).toMatchObject({
    verdict: 'fail',
    reason: 'GET /items/{id}: body:/price is missing in 2 exchanges; also failed: divergence',
    regressions: [
      {
        id: 'd1',
        endpoint: 'GET /items/{id}',
        location: 'body:/price',
        rule: 'breaking',
        exchanges: 2,
        examples: ['e2', 'e1'],
      },
    ],
  })
  expect(verdict.whatWouldChangeIt[0]).toBe('marking divergence d1 as expected')
})

test('a breaking difference in one exchange is told and waits', () => {
  const verdict = judge({ divergent: 1, divergences: [missingOf(1)] })
  expect(verdict.verdict).toBe('pass')
  expect(rule(verdict, 'breaking')).toMatchObject({
    status: 'pass',
    words: 'GET /items/{id}: body:/price is missing in 1 exchange only',
    change: 'one more exchange that shows divergence d1 fails it',
    evidence: ['d1'],
  })
})

test('a breaking difference shown only while primary failed is no regression', () => {
  expect(judge({ divergences: [missingOf(0)] }).verdict).toBe('pass')
})

test('several breaking differences are listed, the most frequent first', () => {
  const verdict = judge({
    divergent: 9,
    divergences: [missingOf(2, { id: 'a' }), missingOf(7, { id: 'b', location: 'status' })],
  })
  expect(verdict.regressions.map(({ id }) => id)).toEqual(['b', 'a'])
  expect(verdict.reason).toMatch(
    /^GET \/items\/\{id\}: status is missing in 7 exchanges; and 1 more/,
  )
  expect(verdict.whatWouldChangeIt[0]).toBe('marking all 2 breaking divergences as expected')
})

test('where control has measured too little, a breaking difference blocks and does not fail', () => {
  const verdict = judge({
    divergent: 2,
    measured: 40,
    divergences: [missingOf(2, { control: controlOf(40, 2, 0) })],
  })
  expect(verdict.verdict).toBe('inconclusive')
  expect(rule(verdict, 'breaking')).toMatchObject({
    status: 'undecided',
    words:
      'GET /items/{id}: body:/price is missing in 2 exchanges, but control has measured the endpoint only 40 times',
    change: '60 more measurements of GET /items/{id} by control',
  })
})

test('where control measured often and saw no change, two exchanges are enough', () => {
  const divergences = [missingOf(2, { control: controlOf(100, 2, 0) })]
  expect(judge({ divergent: 2, measured: 100, divergences }).verdict).toBe('fail')
})

test('a break in every exchange need not wait for control', () => {
  const verdict = judge({
    samples: 20,
    divergent: 20,
    measured: 20,
    divergences: [missingOf(20, { control: controlOf(20, 20, 0) })],
  })
  expect(verdict.regressions).toMatchObject([
    {
      rule: 'control',
      words:
        'GET /items/{id}: body:/price is missing in shadow alone 20 times, in control alone 0 times (20 measured exchanges)',
    },
  ])
})

test.each([
  ['as often in shadow as in control', 300, 290, 'pass'],
  ['a little more often, which may be chance', 340, 240, 'undecided'],
  ['far more often in shadow', 500, 300, 'fail'],
  ['far more often in control', 300, 500, 'pass'],
] as const)('a noisy value that differs %s: %d to %d', (_, shadowOnly, controlOnly, status) => {
  const noisy = divergenceOf(4000, {
    class: 'noise',
    control: controlOf(10_000, shadowOnly, controlOnly),
  })
  expect(rule(judge({ measured: 10_000, divergences: [noisy] }), 'control').status).toBe(status)
})

test('the more places control measures, the more evidence each needs', () => {
  const one = missingOf(30, { class: 'noise', control: controlOf(10_000, 30, 8) })
  const others = Array.from({ length: 40 }, (_, i) =>
    divergenceOf(100, { id: `n${i}`, class: 'noise', control: controlOf(10_000, 50, 50) }),
  )
  expect(rule(judge({ measured: 10_000, divergences: [one] }), 'control').status).toBe('fail')
  expect(rule(judge({ measured: 10_000, divergences: [one, ...others] }), 'control').status).toBe(
    'undecided',
  )
})

test('a value may vary a little more in shadow than in control, a member may not', () => {
  const control = controlOf(100_000, 40, 3)
  const measured = 100_000
  const value = divergenceOf(40, { class: 'noise', control })
  const member = missingOf(40, { class: 'noise', control })
  expect(rule(judge({ measured, divergences: [value] }), 'control').status).toBe('pass')
  expect(rule(judge({ measured, divergences: [member] }), 'control').status).toBe('fail')
})

test('values whose noise has not shown yet do not fail by their rate', () => {
  const fresh = Array.from({ length: 5 }, (_, i) =>
    divergenceOf(2, { id: `n${i}`, control: controlOf(100, 2, 0) }),
  )
  const verdict = judge({ samples: 100, divergent: 10, measured: 100, divergences: fresh })
  expect(verdict.verdict).toBe('inconclusive')
  expect(judge({ samples: 100, divergent: 10, divergences: [divergenceOf(10)] }).verdict).toBe(
    'fail',
  )
})

test('what control cannot measure fails by its rate beside what it can', () => {
  const verdict = judge({
    divergent: 160,
    measured: 5000,
    divergences: [
      divergenceOf(100, { id: 'measured', control: controlOf(5000, 3, 2), class: 'noise' }),
      divergenceOf(160, { id: 'unmeasured', endpoint: 'POST /orders' }),
    ],
  })
  expect(rule(verdict, 'divergence').status).toBe('fail')
})

test('a thousand regressions are counted, a hundred listed', () => {
  const divergences = Array.from({ length: 1000 }, (_, i) => missingOf(i + 2, { id: `d${i}` }))
  const verdict = judge({ divergent: 5000, divergences })
  expect(verdict.regressions).toHaveLength(100)
  expect(verdict.reason).toContain('and 999 more breaking divergences')
  expect(rule(verdict, 'breaking').evidence).toHaveLength(20)
})

test('differences of control that nobody counted are told, whatever the verdict', () => {
  const endpoints = [
    endpointOf('GET /a', 4000, { uncountedControl: 1 }),
    endpointOf('GET /maps/{id}', 6000, { uncountedControl: 1200 }),
    endpointOf('GET /c', 10),
  ]
  const told =
    'at GET /maps/{id} and 1 more endpoint control differs in more places than are kept: ' +
    '1,201 differences of control not counted'
  const verdict = judge({ endpoints })
  expect(verdict.verdict).toBe('pass')
  expect(rule(verdict, 'control').words).toBe(`control saw no difference; ${told}`)
  expect(verdict.endpoints.map(({ uncountedControl }) => uncountedControl)).toEqual([
    1,
    1200,
    undefined,
  ])
  const alone = judge({ endpoints: endpoints.slice(0, 1) })
  expect(rule(alone, 'control').words).toContain('at GET /a control differs')
  expect(rule(alone, 'control').words).toContain('1 difference of control not counted')
})
