import { DDSketch } from '@datadog/sketches-js'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { addToBins } from '../../src/core/bin-codec.ts'
import { latencyBin, LatencySketch } from '../../src/core/latency-sketch.ts'

const encoded = (durations: readonly number[]) =>
  addToBins(Buffer.alloc(0), durations.map(latencyBin))

const sketchOf = (...parts: readonly (readonly number[])[]) => {
  const sketch = new LatencySketch()
  for (const part of parts) sketch.merge(encoded(part))
  return sketch
}

const durations = fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { maxLength: 200 })

test('the quantiles are those of the library', () => {
  fc.assert(
    fc.property(durations, (values) => {
      const library = new DDSketch({ relativeAccuracy: 0.01 })
      for (const value of values) library.accept(Math.max(value, 0.001))
      const at = (quantile: number) => Number(library.getValueAtQuantile(quantile).toPrecision(4))
      const sketch = sketchOf(values)
      expect(sketch.count).toBe(values.length)
      expect(sketch.view()).toEqual(
        values.length === 0 ? undefined : { p50: at(0.5), p95: at(0.95), p99: at(0.99) },
      )
    }),
  )
})

test('adding sketches up is adding their durations up', () => {
  fc.assert(
    fc.property(durations, durations, (a, b) => {
      expect(sketchOf(a, b).view()).toEqual(sketchOf([...a, ...b]).view())
    }),
  )
})

test('quantiles are right within one percent', () => {
  const view = sketchOf(Array.from({ length: 10_000 }, (_, n) => n + 1)).view()
  expect(Math.abs((view?.p50 ?? 0) / 5000 - 1)).toBeLessThan(0.0105)
  expect(Math.abs((view?.p95 ?? 0) / 9500 - 1)).toBeLessThan(0.0105)
  expect(Math.abs((view?.p99 ?? 0) / 9900 - 1)).toBeLessThan(0.0105)
})

test('durations of every size have a bin', () => {
  const view = sketchOf([0, 1e-9, 1e12, Infinity]).view()
  expect(view?.p50).toBeCloseTo(0.001, 4)
  expect((view?.p99 ?? 0) / 1e9).toBeCloseTo(1, 1)
})

test('an empty sketch has no quantiles', () => {
  expect(new LatencySketch().view()).toBeUndefined()
})
