import { expect, test } from 'vitest'
import { goalTable } from '../../bench/goals.ts'
import { p99Ratio, worstMood } from '../../bench/isolation.ts'
import { growthOf } from '../../bench/memory.ts'
import { MOODS, type Mood } from '../../bench/moody-shadow.ts'
import { added } from '../../bench/paced.ts'
import { quantile, type Paced } from '../../bench/paced-load.ts'

const paced = (p50Ms: number, p99Ms: number, failed = 0): Paced => ({
  sent: 1000,
  failed,
  unanswered: failed,
  p50Ms,
  p99Ms,
})

const moods = (over: Partial<Record<Mood, readonly Paced[]>>) =>
  new Map(MOODS.map((mood) => [mood, over[mood] ?? [paced(1, 2), paced(1, 4)]]))

test('added latency is the difference to direct of the same round', () => {
  const rounds = new Map([
    ['direct', [paced(1, 1), paced(5, 9), paced(1, 1)]],
    ['nginx proxy_pass', [paced(2, 4), paced(6, 12), paced(9, 99)]],
  ])
  expect(added(rounds, 'nginx proxy_pass', ({ p50Ms }) => p50Ms)).toBe(1)
  expect(added(rounds, 'nginx proxy_pass', ({ p99Ms }) => p99Ms)).toBe(3)
})

test('a sick shadow is held against the healthy one of the same round, and the worst mood counts', () => {
  const rounds = moods({ slow: [paced(1, 3), paced(1, 6)] })
  expect(p99Ratio(rounds, 'slow')).toBe(1.5)
  expect(worstMood(rounds)).toEqual({ mood: 'slow', ratio: 1.5 })
})

test('a request that failed under a sick shadow is never within the floor', () => {
  const rounds = moods({ flooding: [paced(1, 1), paced(1, 1, 1)] })
  expect(worstMood(rounds)).toEqual({ mood: 'flooding', ratio: Infinity })
  expect(goalTable({ moods: rounds })).toMatch(/flooding.*\*\*no\*\*/)
})

test('memory that goes on growing is not called flat', () => {
  const idle = { proxy: 50, all: 300 }
  const use = (...all: number[]) => ({
    idle,
    samples: all.map((each) => ({ proxy: 60, all: each })),
  })
  expect(growthOf(use(310, 350, 351, 349))).toEqual({ more: 51, drift: 1 })
  expect(goalTable({ memory: use(310, 350, 351, 349) })).toMatch(/\+ 51 MB, flat \|\s+yes \|\s+yes/)
  expect(goalTable({ memory: use(310, 350, 400, 450) })).toContain('growing by 100 MB')
})

test('a quantile is a value that was measured', () => {
  const sorted = Float64Array.from({ length: 100 }, (_, n) => n + 1)
  expect(quantile(sorted, 0.5)).toBe(51)
  expect(quantile(sorted, 0.99)).toBe(100)
  expect(quantile(Float64Array.of(7), 0.99)).toBe(7)
})
