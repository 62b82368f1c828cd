import { expect, test } from 'vitest'

import { classify, noiseAlpha } from '../../src/core/noise.ts'
import type { ControlView } from '../../src/core/divergence-report.ts'
import { startRandom, type Random } from '../../bench/verdict-random.ts'
import { judgeRun } from '../../src/core/verdict.ts'
import { DEFAULT_LIMITS } from '../../src/core/verdict-limits.ts'
import { divergenceOf, evidenceOf } from './build-evidence.ts'

/** What control says after exchanges in which shadow and control differ independently, at these rates. */
class Stream {
  measured = 0
  differed = 0
  shadowOnly = 0
  controlOnly = 0
  readonly #random: Random

  constructor(seed: number) {
    this.#random = startRandom(7, seed)
  }

  advance(shadowRate: number, controlRate: number): ControlView {
    const shadow = this.#random.chance(shadowRate)
    const control = this.#random.chance(controlRate)
    this.measured++
    if (control) this.differed++
    if (shadow && !control) this.shadowOnly++
    if (control && !shadow) this.controlOnly++
    return this
  }
}

/** How many of 100 streams are of class `divergence` at any of 2,000 looks after control first differed. */
function everDivergence(shadowRate: number, controlRate: number): number {
  let ever = 0
  for (let seed = 1; seed <= 100; seed++) {
    const stream = new Stream(seed)
    for (let i = 0; i < 2_000; i++) {
      const control = stream.advance(shadowRate, controlRate)
      if (control.differed > 0 && classify('open', control) === 'divergence') {
        ever++
        break
      }
    }
  }
  return ever
}

test.each([0.01, 0.1, 0.5, 0.9, 1])(
  'what varies by itself in %d of the exchanges is noise at every reading',
  (rate) => {
    expect(everDivergence(rate, rate)).toBe(0)
  },
)

test.each([
  [0.2, 0.1],
  [1, 0.5],
  [0.1, 0.01],
])('what shadow shows in %d and control in %d is found', (shadow, control) => {
  expect(everDivergence(shadow, control)).toBeGreaterThanOrEqual(95)
})

test('a place that control never measured or never saw vary is held to equality', () => {
  const quiet = { measured: 5_000, differed: 0, shadowOnly: 1, controlOnly: 0 }
  expect(classify('open', undefined)).toBe('divergence')
  expect(classify('open', quiet)).toBe('divergence')
  expect(classify('fixed', quiet)).toBe('divergence')
})

test('what a person expects stays expected whatever control shows', () => {
  const noisy = { measured: 10, differed: 5, shadowOnly: 2, controlOnly: 2 }
  expect(classify('expected', noisy)).toBe('expected')
  expect(classify('expected', undefined)).toBe('expected')
})

test.each([0.5, 0.8, 0.95, 0.999])(
  'no noise is what a verdict of confidence %d calls a regression',
  (confidence) => {
    const limits = { ...DEFAULT_LIMITS, confidence }
    for (let shadowOnly = 0; shadowOnly <= 80; shadowOnly++) {
      const control = { measured: 1_000, differed: 9, shadowOnly, controlOnly: 4 }
      for (const severity of ['breaking', 'changed'] as const) {
        const known = classify('open', control, noiseAlpha(1, confidence))
        const one = divergenceOf(shadowOnly, { control, severity, class: known })
        const evidence = evidenceOf({ divergences: [one], measured: 1_000 })
        const { regressions } = judgeRun(evidence, limits)
        if (regressions.some(({ rule }) => rule === 'control')) expect(known).toBe('divergence')
      }
    }
  },
)
