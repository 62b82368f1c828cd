/** One simulated rollout: requests, what both versions and control answer, and the totals a store would keep. */

import {
  OUTAGE_WINDOW_MS,
  type DivergenceEvidence,
  type EndpointEvidence,
  type RunEvidence,
} from '../src/core/verdict-evidence.ts'
import { ratioBin } from '../src/core/statistics-ratios.ts'
import { startRandom, type Random } from './verdict-random.ts'
import type { Field, Outages, Scenario } from './verdict-scenarios.ts'

const PER_SECOND = 50
const BREAKER = { failures: 5, openSeconds: 30 }
/** An outage that happens once begins within the requests that every rollout reaches. */
const OUTAGE_BEGINS_BEFORE_SECONDS = 150

interface FieldCounts {
  exchanges: number
  measured: number
  differed: number
  shadowOnly: number
  controlOnly: number
  /** What a repeat of every request would show: the classic rules send one. */
  repeats: number
  burstLeft: number
}

interface FieldSet {
  readonly endpoint: number
  readonly fields: readonly number[]
  exchanges: number
}

/** What a rule without pairs counts: differences from primary of the copy and of the repeat. */
export interface RawCounts {
  readonly raw: number
  readonly noise: number
  /** Exchanges in which both were counted. */
  readonly total: number
}

/** A rollout that can be read at any time. */
export class Rollout {
  readonly #scenario: Scenario
  readonly #random: Random
  readonly #fields: readonly FieldCounts[]
  readonly #outageStart: number
  readonly #cumulative: readonly number[]
  readonly #endpoints: {
    samples: number
    failing: number
    shadowErrors: number
    primaryErrors: number
  }[]
  /** Differing exchanges by endpoint and the set of fields that differ, since noise is learned later. */
  readonly #sets = new Map<string, FieldSet>()
  readonly #ratios = new Map<number, number>()
  readonly #windows = new Map<number, number>()
  readonly #breaker = { failures: 0, openUntil: 0, isOpen: false }
  #requests = 0
  #measured = 0
  #samples = 0
  #failing = 0
  #primaryFailed = 0
  #breakerOpen = 0
  #unanswered = 0
  #controlErrors = 0
  #shadowErrors = 0
  #primaryErrors = 0

  constructor(scenario: Scenario, seed: number, stream: number) {
    this.#scenario = scenario
    this.#random = startRandom(seed, stream)
    this.#fields = scenario.fields.map(() => ({
      exchanges: 0,
      measured: 0,
      differed: 0,
      shadowOnly: 0,
      controlOnly: 0,
      repeats: 0,
      burstLeft: 0,
    }))
    const total = scenario.endpoints.reduce((sum, share) => sum + share, 0)
    let sum = 0
    this.#cumulative = scenario.endpoints.map((share) => (sum += share / total))
    this.#endpoints = scenario.endpoints.map(() => ({
      samples: 0,
      failing: 0,
      shadowErrors: 0,
      primaryErrors: 0,
    }))
    this.#outageStart = this.#random.next() * OUTAGE_BEGINS_BEFORE_SECONDS
  }

  /** Requests that came, compared or not. */
  get requests(): number {
    return this.#requests
  }

  /** Lets requests come. */
  advance(requests: number): void {
    for (let i = 0; i < requests; i++) this.#request()
  }

  /** What a store knows now. */
  evidence(): RunEvidence {
    const scenario = this.#scenario
    const seconds = this.#requests / PER_SECOND
    const isNoise = this.#fields.map(({ differed }) => differed > 0)
    const divergent = this.#endpoints.map(({ failing }) => failing)
    for (const { endpoint, fields, exchanges } of this.#sets.values()) {
      if (fields.some((index) => isNoise[index] === false)) {
        divergent[endpoint] = (divergent[endpoint] ?? 0) + exchanges
      }
    }
    const complete = [...this.#windows].filter(
      ([window]) => (window + 1) * OUTAGE_WINDOW_MS <= seconds * 1000,
    )
    const latency = { p50: 1, p95: 1, p99: 1 }
    return {
      run: scenario.name,
      rulesVersion: '',
      samples: this.#samples,
      divergent: divergent.reduce((sum, one) => sum + one, 0),
      measured: this.#measured,
      failing: this.#failing,
      incomparable: { 'primary-failed': this.#primaryFailed },
      unmirrored: { 'breaker-open': this.#breakerOpen },
      lost: {},
      failures: {
        errors: { shadowOnly: this.#shadowErrors, primaryOnly: this.#primaryErrors },
        outages: { shadowOnly: complete.length, primaryOnly: 0 },
        unavailable: { shadowOnly: this.#unanswered, primaryOnly: 0 },
        unanswered: this.#unanswered,
      },
      divergences: this.#divergences(isNoise),
      endpoints: this.#endpoints.map(
        ({ samples, shadowErrors, primaryErrors }, index): EndpointEvidence => ({
          endpoint: `GET /${index}`,
          samples,
          divergent: divergent[index] ?? 0,
          errors: { shadowOnly: shadowErrors, primaryOnly: primaryErrors },
        }),
      ),
      ...(scenario.latency !== undefined && {
        latency: {
          ratios: [...this.#ratios].sort(([a], [b]) => a - b),
          primary: latency,
          shadow: latency,
        },
      }),
      breaker: { main: this.#breaker.isOpen ? 'open' : 'closed' },
      traffic: { durationMs: seconds * 1000, idleMs: 0, ended: false },
    }
  }

  /** Differences of every field, and of the status, as counters without pairs have them. */
  raw(): RawCounts[] {
    const fields = this.#fields.map(({ exchanges, repeats }) => ({
      raw: exchanges,
      noise: repeats,
      total: this.#samples,
    }))
    const failed = this.#primaryErrors
    return [
      ...fields,
      {
        raw: this.#shadowErrors + this.#unanswered + failed,
        noise: this.#controlErrors + failed,
        total: this.#samples + failed,
      },
    ]
  }

  #divergences(isNoise: readonly boolean[]): DivergenceEvidence[] {
    return this.#fields.flatMap(
      ({ exchanges, measured, differed, shadowOnly, controlOnly }, index) => {
        if (exchanges + differed === 0) return []
        const { kind, endpoint = 0 } = this.#scenario.fields[index] ?? { kind: 'value' }
        return {
          id: `field-${index}`,
          endpoint: `GET /${endpoint}`,
          kind,
          location: `body:/field-${index}`,
          severity: kind === 'missing' ? 'breaking' : 'changed',
          class: isNoise[index] === true ? 'noise' : 'divergence',
          state: 'open',
          exchanges,
          control: { measured, differed, shadowOnly, controlOnly },
        }
      },
    )
  }

  #request(): void {
    const { primaryErrors, shadowErrors, latency, control } = this.#scenario
    const random = this.#random
    const second = this.#requests / PER_SECOND
    this.#requests++
    const draw = this.#cumulative.length === 1 ? 0 : random.next()
    const endpoint = this.#cumulative.findIndex((upTo) => draw < upTo)
    const counts = this.#endpoints[endpoint] ?? this.#endpoints[0]
    if (counts === undefined) return
    const isPrimaryBad = random.chance(primaryErrors(endpoint))
    const isControlBad = random.chance(primaryErrors(endpoint))
    if (isControlBad && !isPrimaryBad) this.#controlErrors++
    if (!this.#mayMirror(second)) {
      this.#breakerOpen++
      return
    }
    if (this.#isAway(second)) {
      this.#note(false, second)
      this.#samples++
      counts.samples++
      counts.failing++
      this.#failing++
      this.#unanswered++
      const window = Math.floor((second * 1000) / OUTAGE_WINDOW_MS)
      this.#windows.set(window, (this.#windows.get(window) ?? 0) + 1)
      return
    }
    this.#note(true, second)
    const isShadowBad = random.chance(shadowErrors(endpoint))
    if (isPrimaryBad && !isShadowBad) {
      counts.primaryErrors++
      this.#primaryErrors++
      return
    }
    this.#samples++
    counts.samples++
    if (isShadowBad) {
      if (isPrimaryBad) return
      counts.shadowErrors++
      this.#shadowErrors++
      counts.failing++
      this.#failing++
      return
    }
    if (latency !== undefined) {
      const ratio = Math.exp(latency.shift + latency.spread * random.gauss())
      const bin = ratioBin(100, 100 * ratio)
      this.#ratios.set(bin, (this.#ratios.get(bin) ?? 0) + 1)
    }
    const isMeasured = random.chance(control)
    if (isMeasured) this.#measured++
    this.#compare(endpoint, isMeasured)
  }

  #compare(endpoint: number, isMeasured: boolean): void {
    const differing: number[] = []
    for (const [index, field] of this.#scenario.fields.entries()) {
      const counts = this.#fields[index]
      if (counts === undefined || (field.endpoint ?? endpoint) !== endpoint) continue
      const { shadow, control } = this.#answer(field, counts)
      if (shadow) {
        differing.push(index)
        counts.exchanges++
      }
      if (control) counts.repeats++
      if (!isMeasured) continue
      counts.measured++
      if (control) counts.differed++
      if (shadow && !control) counts.shadowOnly++
      if (control && !shadow) counts.controlOnly++
    }
    if (differing.length === 0) return
    const key = [endpoint, ...differing].join()
    const set = this.#sets.get(key)
    if (set !== undefined) set.exchanges++
    else this.#sets.set(key, { endpoint, fields: differing, exchanges: 1 })
  }

  /** Which of the two copies differ from primary: a deviating value is like no other, a missing member like any. */
  #answer(field: Field, counts: FieldCounts): { shadow: boolean; control: boolean } {
    const random = this.#random
    const primary = random.chance(field.noise)
    const repeat = random.chance(field.noise)
    if (counts.burstLeft > 0) counts.burstLeft--
    else if (random.chance(field.regression)) counts.burstLeft = field.burst ?? 1
    const copy = random.chance(field.noise) || counts.burstLeft > 0
    if (counts.burstLeft === 1) counts.burstLeft = 0
    return field.kind === 'value'
      ? { shadow: primary || copy, control: primary || repeat }
      : { shadow: primary !== copy, control: primary !== repeat }
  }

  #isAway(second: number): boolean {
    const { outages } = this.#scenario
    return (
      outages !== undefined && this.#isHit(outages, second) && this.#random.chance(outages.share)
    )
  }

  #isHit({ once, everySeconds, forSeconds }: Outages, second: number): boolean {
    const since = once
      ? second - this.#outageStart
      : (second % everySeconds) - (everySeconds - forSeconds)
    return since >= 0 && since < forSeconds
  }

  #mayMirror(second: number): boolean {
    return !this.#breaker.isOpen || second >= this.#breaker.openUntil
  }

  #note(isAnswered: boolean, second: number): void {
    const breaker = this.#breaker
    breaker.failures = isAnswered ? 0 : breaker.failures + 1
    breaker.isOpen = breaker.failures >= BREAKER.failures
    if (breaker.isOpen) breaker.openUntil = second + BREAKER.openSeconds
  }
}
