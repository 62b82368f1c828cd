import { expect, test } from 'vitest'
import { AppError } from '../../src/core/errors.ts'
import type { RunRow, VerdictView } from '../../src/core/run-report.ts'
import type { ConsoleUser, Settings } from '../../src/core/settings.ts'
import { DEFAULT_LIMITS } from '../../src/core/verdict-limits.ts'
import type { RunEvidence } from '../../src/core/verdict-evidence.ts'
import { divergenceOf, evidenceOf } from '../core/build-evidence.ts'
import { consoleSettings, openConsole, READING } from '../support/console.ts'
import { fakeReader } from '../support/fake-reader.ts'
import { openReview } from '../support/review-console.ts'
import { shopReview } from '../support/shop-review.ts'

const RUN: RunRow = {
  ...{ id: 7, name: 'checkout-2.3', primaryVersion: '2.2', shadowVersion: '2.3' },
  startedAt: '2026-01-05T12:00:00.000Z',
  ...{ exchanges: 10, match: 10, divergent: 0, incomparable: 0, unmirrored: 0 },
}

/** A console whose run has this evidence; `breaker` is what the service says. */
async function openJudged(
  evidence: Partial<RunEvidence>,
  over: {
    breaker?: 'open' | 'closed'
    run?: Partial<RunRow>
    settings?: Settings
    down?: boolean
  } = {},
) {
  const newest = { ...RUN, ...over.run }
  const older = { ...RUN, id: 6, name: 'older', endedAt: RUN.startedAt }
  const reader = fakeReader({
    runEvidence: async (run) =>
      run === 'nobody' ? undefined : evidenceOf({ run: run ?? newest.name, ...evidence }),
    findRun: async (run) => (run === 'older' ? older : run === 'nobody' ? undefined : newest),
  })
  const app = await openConsole({
    reader: () => reader,
    probe: {
      read: async () => {
        if (over.down === true) throw new AppError('unavailable', 'The proxy does not answer')
        return { ...READING, breaker: { default: over.breaker ?? 'closed' } }
      },
    },
    ...(over.settings && { settings: over.settings }),
  })
  const judge = (query = '') => app.inject(`/api/v1/verdict${query}`)
  const ask = (hook: string, payload: object = {}, headers: Record<string, string> = {}) =>
    app.inject({ method: 'POST', url: `/api/v1/gate/flagger/${hook}`, payload, headers })
  return { app, judge, ask }
}

test('a run of a real store is judged, and says what more it needs', async () => {
  const { app } = await openReview(shopReview())
  const view = (await app.inject('/api/v1/verdict')).json<VerdictView>()
  expect(view).toMatchObject({
    run: 'checkout-2.3',
    samples: 6,
    divergent: 6,
    limits: DEFAULT_LIMITS,
  })
  expect(view.reasons.map(({ rule }) => rule)).toContain('divergence')
  const lenient = await app.inject('/api/v1/verdict?minRequests=1&maxDivergence=100%25')
  expect(lenient.json<VerdictView>().limits).toMatchObject({ minRequests: 1, maxDivergence: 1 })
})

test('enough without a difference passes; the query may ask for more', async () => {
  const { judge } = await openJudged({ samples: 100_000 })
  expect((await judge()).json()).toMatchObject({ verdict: 'pass', settled: true, needed: 0 })
  const strict = (await judge('?minRequests=200000')).json<VerdictView>()
  expect(strict).toMatchObject({ verdict: 'inconclusive', settled: false, needed: 100_000 })
})

test('at the rate of the run it is told how long the rest takes, unless nothing comes', async () => {
  const traffic = { durationMs: 50_000, idleMs: 0, ended: false }
  const { judge } = await openJudged({ samples: 500, traffic })
  const view = (await judge('?minRequests=1500&maxDivergence=1')).json<VerdictView>()
  expect(view).toMatchObject({ needed: 1000, etaMs: 100_000 })
  const quiet = await openJudged({ samples: 500, traffic: { ...traffic, idleMs: 3_600_000 } })
  expect((await quiet.judge('?minRequests=1500')).json()).not.toHaveProperty('etaMs')
})

test('an open breaker keeps the run that goes on from passing, not an older one', async () => {
  const { judge } = await openJudged({ samples: 100_000 }, { breaker: 'open' })
  expect((await judge()).json()).toMatchObject({ verdict: 'inconclusive' })
  expect((await judge('?run=7')).json()).toMatchObject({ verdict: 'inconclusive' })
  expect((await judge('?run=older')).json()).toMatchObject({ verdict: 'pass', run: 'older' })
})

test('while the service does not answer, the run that goes on has no verdict', async () => {
  const { judge } = await openJudged({ samples: 100_000 }, { down: true })
  expect((await judge()).statusCode).toBe(503)
  expect((await judge('?run=older')).statusCode).toBe(200)
})

test('the limits of the configuration hold', async () => {
  const verdict = { ...DEFAULT_LIMITS, minRequests: 5 }
  const { judge } = await openJudged({}, { settings: { ...consoleSettings(), verdict } })
  expect((await judge()).json<VerdictView>().limits).toEqual(verdict)
})

test.each([
  ['?run=nobody', 404, 'No run is called "nobody"'],
  [
    '?maxDivergence=2',
    400,
    'maxDivergence: expected a share from 0 to 1 such as 0.001, or 0.1%, found "2"',
  ],
  ['?maxDivergence=101%25', 400, 'maxDivergence: expected'],
  ['?maxDivergence=-1', 400, 'maxDivergence: expected'],
  ['?minRequests=many', 400, 'minRequests: expected an integer'],
  ['?maxLatencyRatio=0', 400, 'maxLatencyRatio: expected a number above 0, found 0'],
  ['?maxUncompared=1', 400, 'maxUncompared: expected one of the parameters run,'],
])('%s is refused', async (query, status, detail) => {
  const { judge } = await openJudged({})
  const answer = await judge(query)
  expect(answer.statusCode).toBe(status)
  expect(answer.json<{ detail: string }>().detail).toContain(detail)
})

const PASSING = { samples: 100_000 }
const FAILING = { samples: 100_000, divergent: 50_000, divergences: [divergenceOf(50_000)] }
const NEITHER = { samples: 3 }

test.each([
  ['rollout', PASSING, 200],
  ['rollout', NEITHER, 200],
  ['rollout', FAILING, 409],
  ['confirm', PASSING, 200],
  ['confirm', NEITHER, 409],
  ['confirm', FAILING, 409],
  ['rollback', PASSING, 409],
  ['rollback', NEITHER, 409],
  ['rollback', FAILING, 200],
])(
  'Flagger’s %s over %j is answered %i, with the reason as text',
  async (hook, evidence, status) => {
    const { ask } = await openJudged(evidence)
    const payload = { name: 'shop', namespace: 'prod', phase: 'Progressing', metadata: { x: 'y' } }
    const answer = await ask(hook, payload)
    expect(answer.statusCode).toBe(status)
    expect(answer.headers['content-type']).toBe('text/plain; charset=utf-8')
    expect(answer.body).toMatch(/^(pass|fail|inconclusive): .+\n$/)
  },
)

test('Flagger names the run in its payload, and a hook that is none is refused', async () => {
  const { ask } = await openJudged(PASSING)
  expect((await ask('confirm', { metadata: { run: 'older' } })).statusCode).toBe(200)
  expect((await ask('confirm', { metadata: { run: 'nobody' } })).statusCode).toBe(404)
  expect((await ask('promote')).statusCode).toBe(400)
})

test('Flagger’s token may be in the payload, and a wrong one is a guess', async () => {
  const users: readonly ConsoleUser[] = [{ name: 'ci', role: 'gate', token: 'gate-token' }]
  const { ask } = await openJudged(PASSING, { settings: consoleSettings('0.0.0.0', users) })
  expect((await ask('confirm')).statusCode).toBe(401)
  expect((await ask('confirm', { metadata: { token: 'gate-token' } })).statusCode).toBe(200)
  const bearer = { authorization: 'Bearer gate-token' }
  expect((await ask('confirm', {}, bearer)).statusCode).toBe(200)
  for (let guess = 0; guess < 10; guess += 1) {
    expect((await ask('confirm', { metadata: { token: `wrong-${guess}` } })).statusCode).toBe(401)
  }
  expect((await ask('confirm', { metadata: { token: 'gate-token' } })).statusCode).toBe(429)
})

test('the verdict and its numbers are metrics, under the run’s name', async () => {
  const { app } = await openJudged({ samples: 100_000, divergent: 3 })
  const { body } = await app.inject('/metrics')
  expect(body).toContain('shadowdiff_verdict_known 1\n')
  expect(body).toContain('shadowdiff_verdict{run="checkout-2.3",verdict="pass"} 1\n')
  expect(body).toContain('shadowdiff_verdict{run="checkout-2.3",verdict="fail"} 0\n')
  expect(body).toContain('shadowdiff_verdict_samples{run="checkout-2.3"} 100000\n')
  expect(body).toMatch(/shadowdiff_divergence_rate_upper\{run="checkout-2.3"\} 0\.000\d+\n/)
})

test('who asks the same within a second is given the same verdict, until something is written', async () => {
  let judged = 0
  let version = 1
  let now = 1_000
  const reader = fakeReader({
    version: async () => version,
    runEvidence: async () => {
      judged += 1
      return evidenceOf({ run: RUN.name })
    },
    findRun: async () => RUN,
  })
  const app = await openConsole({ reader: () => reader, clock: { now: () => now } })
  const ask = async (query = '') => {
    expect((await app.inject(`/api/v1/verdict${query}`)).statusCode).toBe(200)
    return judged
  }
  await Promise.all([ask(), ask(), ask()])
  expect(await ask()).toBe(1)
  version = 2
  expect(await ask()).toBe(2)
  now += 1_000
  expect(await ask()).toBe(3)
  expect(await ask('?minRequests=5')).toBe(4)
})
