/** The rollouts that the verdict is tried on: what is true of each, and which verdict would be wrong. */

import { DEFAULT_LIMITS, type VerdictLimits } from '../src/core/verdict-limits.ts'

/** A place in the answers that may differ. */
export interface Field {
  readonly kind: 'value' | 'missing'
  /** How often an answer deviates there by itself, whoever gives it. */
  readonly noise: number
  /** How often shadow's deviates because version 2 is wrong; several times in a row when `burst` says so. */
  readonly regression: number
  /** Answers in a row that one regression hits. */
  readonly burst?: number
  /** Only answers of this endpoint, by index. */
  readonly endpoint?: number
}

/** Times at which shadow cannot be reached, in seconds; `share` of the requests are hit. */
export interface Outages {
  readonly everySeconds: number
  readonly forSeconds: number
  readonly share: number
  /** Happens once, at a random time. */
  readonly once: boolean
}

/** One kind of rollout. */
export interface Scenario {
  readonly name: string
  /** The verdict that would be wrong; absent where either can be defended. */
  readonly mustNot?: 'pass' | 'fail'
  /** Share of the requests by endpoint. */
  readonly endpoints: readonly number[]
  readonly fields: readonly Field[]
  /** How often an answer is a 500, by side and endpoint. */
  readonly primaryErrors: (endpoint: number) => number
  readonly shadowErrors: (endpoint: number) => number
  readonly outages?: Outages
  /** ln of shadow's duration over primary's: its median, and how it scatters. */
  readonly latency?: { readonly shift: number; readonly spread: number }
  /** Share of the requests that are sent to control too; 0: nobody knows what varies by itself. */
  readonly control: number
  readonly limits: VerdictLimits
}

const LIMIT = '0.1 %'

function scenario(
  name: string,
  mustNot: Scenario['mustNot'],
  more: Partial<Scenario> = {},
): Scenario {
  return {
    name,
    ...(mustNot !== undefined && { mustNot }),
    endpoints: [1],
    fields: [],
    primaryErrors: () => 0,
    shadowErrors: () => 0,
    control: 0,
    limits: DEFAULT_LIMITS,
    ...more,
  }
}

function value(regression: number, more: Partial<Field> = {}): Field {
  return { kind: 'value', noise: 0, regression, ...more }
}

function noisy(noise: number, more: Partial<Field> = {}): Field {
  return { kind: 'value', noise, regression: 0, ...more }
}

/** Shares that fall with the rank, as traffic's do (Zipf's law). */
const SKEWED = Array.from({ length: 20 }, (_, rank) => 1 / (rank + 1) ** 1.2)
const RARE = SKEWED.length - 1

function latency(percent: number, limit: number, mustNot: 'pass' | 'fail'): Scenario {
  return scenario(`latency +${percent} %, ratio ${limit} allowed`, mustNot, {
    latency: { shift: Math.log(1 + percent / 100), spread: 0.5 },
    limits: { ...DEFAULT_LIMITS, maxLatencyRatio: limit },
  })
}

/** Every kind of rollout, in the order of the table. */
export const SCENARIOS: readonly Scenario[] = [
  scenario('no change', 'fail'),
  scenario('values differ in 0.01 %', 'fail', { fields: [value(0.0001)] }),
  scenario('values differ in 0.05 %', 'fail', { fields: [value(0.0005)] }),
  scenario(`values differ in ${LIMIT}, the limit: may not fail`, 'fail', {
    fields: [value(0.001)],
  }),
  scenario(`values differ in just above ${LIMIT}: may not pass`, 'pass', {
    fields: [value(0.00101)],
  }),
  scenario('values differ in 0.2 %', 'pass', { fields: [value(0.002)] }),
  scenario('values differ in 0.5 %', 'pass', { fields: [value(0.005)] }),
  scenario('values differ in 1 %', 'pass', { fields: [value(0.01)] }),
  scenario('values differ in 5 %', 'pass', { fields: [value(0.05)] }),
  scenario('values differ in 0.05 %, control', 'fail', { fields: [value(0.0005)], control: 1 }),
  scenario('values differ in 1 %, control', 'pass', { fields: [value(0.01)], control: 1 }),
  scenario('values differ in 5 %, control', 'pass', { fields: [value(0.05)], control: 1 }),
  scenario('bursts of 10, 0.05 % on average', 'fail', { fields: [value(0.00005, { burst: 10 })] }),
  scenario('bursts of 10, 0.5 % on average', 'pass', { fields: [value(0.0005, { burst: 10 })] }),
  scenario('a member missing in 0.01 %', undefined, {
    fields: [value(0.0001, { kind: 'missing' })],
  }),
  scenario('a member missing in 0.2 %', 'pass', { fields: [value(0.002, { kind: 'missing' })] }),
  scenario('a member missing in 5 %', 'pass', { fields: [value(0.05, { kind: 'missing' })] }),
  ...[0.001, 0.01, 0.1, 0.5, 1].map((noise) =>
    scenario(`no change, a value noisy in ${noise * 100} %`, 'fail', {
      fields: [noisy(noise)],
      control: 1,
    }),
  ),
  scenario('no change, 30 values noisy in 1 %', 'fail', {
    fields: Array.from({ length: 30 }, () => noisy(0.01)),
    control: 1,
  }),
  scenario('no change, a value noisy in 10 %, control 5 %', 'fail', {
    fields: [noisy(0.1)],
    control: 0.05,
  }),
  scenario('no change, a member comes and goes in 0.1 %', 'fail', {
    fields: [noisy(0.001, { kind: 'missing' })],
    control: 1,
  }),
  scenario('no change, a member comes and goes in 10 %', 'fail', {
    fields: [noisy(0.1, { kind: 'missing' })],
    control: 1,
  }),
  scenario('a value noisy in 10 %, wrong in 5 % more', 'pass', {
    fields: [noisy(0.1, { regression: 0.05 })],
    control: 1,
  }),
  scenario('a member that comes and goes in 10 %, missing in 5 % more', 'pass', {
    fields: [noisy(0.1, { kind: 'missing', regression: 0.05 })],
    control: 1,
  }),
  scenario('500s on both sides in 0.2 %', 'fail', {
    primaryErrors: () => 0.002,
    shadowErrors: () => 0.002,
  }),
  scenario('500s from shadow in 1 %', 'pass', { shadowErrors: () => 0.01 }),
  scenario('shadow restarts once, away for 20 s', 'fail', {
    outages: { everySeconds: Infinity, forSeconds: 20, share: 1, once: true },
  }),
  scenario('a third of shadow away for 45 s', 'fail', {
    outages: { everySeconds: Infinity, forSeconds: 45, share: 1 / 3, once: true },
  }),
  scenario('shadow crashes every minute, away for 40 s', 'pass', {
    outages: { everySeconds: 60, forSeconds: 40, share: 1, once: false },
  }),
  latency(0, 1.05, 'fail'),
  latency(2, 1.05, 'fail'),
  latency(10, 1.05, 'pass'),
  latency(50, 1.05, 'pass'),
  latency(0, 1.25, 'fail'),
  latency(10, 1.25, 'fail'),
  latency(50, 1.25, 'pass'),
  scenario('20 endpoints, skewed, no change', 'fail', { endpoints: SKEWED }),
  scenario('20 endpoints, a member missing in half of the rarest', 'pass', {
    endpoints: SKEWED,
    fields: [value(0.5, { kind: 'missing', endpoint: RARE })],
  }),
  scenario('20 endpoints, the rarest crashes, primary is flaky elsewhere', 'pass', {
    endpoints: SKEWED,
    primaryErrors: (endpoint) => (endpoint === 0 ? 0.01 : 0),
    shadowErrors: (endpoint) => (endpoint === RARE ? 1 : endpoint === 0 ? 0.01 : 0),
  }),
]
