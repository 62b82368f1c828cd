import fc from 'fast-check'
import { expect, test } from 'vitest'
import { LatencySketch } from '../../src/core/latency-sketch.ts'

const sketchOf = (durations: readonly number[]) => {
  const sketch = new LatencySketch()
  for (const duration of durations) sketch.add(duration)
  return sketch
}

const durations = fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { maxLength: 200 })

test('a sketch survives being written and read', () => {
  fc.assert(
    fc.property(durations, (values) => {
      const sketch = sketchOf(values)
      const read = new LatencySketch()
      read.merge(sketch.encode())
      expect(read.count).toBe(values.length)
      expect(read.view()).toEqual(sketch.view())
      expect(read.encode()).toEqual(sketch.encode())
    }),
  )
})

test('adding sketches up is adding their durations up', () => {
  fc.assert(
    fc.property(durations, durations, (a, b) => {
      const sum = sketchOf(a)
      sum.merge(sketchOf(b).encode())
      expect(sum.view()).toEqual(sketchOf([...a, ...b]).view())
    }),
  )
})

test('quantiles are right within one percent', () => {
  const view = sketchOf(Array.from({ length: 10_000 }, (_, n) => n + 1)).view()
  expect(Math.abs((view?.p50 ?? 0) / 5000 - 1)).toBeLessThan(0.0105)
  expect(Math.abs((view?.p95 ?? 0) / 9500 - 1)).toBeLessThan(0.0105)
  expect(Math.abs((view?.p99 ?? 0) / 9900 - 1)).toBeLessThan(0.0105)
})

test('an empty sketch has no quantiles and no bytes', () => {
  expect(new LatencySketch().view()).toBeUndefined()
  expect(new LatencySketch().encode()).toHaveLength(0)
})

test('large counts are kept', () => {
  const sketch = sketchOf([3])
  for (let n = 0; n < 20; n++) sketch.merge(sketch.encode())
  expect(sketch.count).toBe(2 ** 20)
})
