import fc from 'fast-check'
import { expect, test } from 'vitest'
import { addToBins, decodeBins, encodeBins } from '../../src/core/bin-codec.ts'

const bins = fc.array(fc.integer({ min: -1000, max: 1000 }), { maxLength: 100 })

const countsOf = (values: readonly number[]) => {
  const counts = new Map<number, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  return [...counts].sort(([a], [b]) => a - b)
}

const read = (encoded: Uint8Array) => {
  const counts: [number, number][] = []
  decodeBins(encoded, (bin, count) => {
    counts.push([bin, count])
  })
  return counts
}

test('counts survive being written and read', () => {
  fc.assert(
    fc.property(bins, (values) => {
      expect(read(encodeBins(countsOf(values)))).toEqual(countsOf(values))
    }),
  )
})

test('adding to the bytes is adding to the counts', () => {
  fc.assert(
    fc.property(bins, bins, (before, added) => {
      const sum = addToBins(encodeBins(countsOf(before)), added)
      expect(sum).toEqual(encodeBins(countsOf([...before, ...added])))
    }),
  )
})

test('large counts and distances are kept', () => {
  const counts = [
    [-(2 ** 31), 1],
    [0, 2 ** 53 - 1],
    [2 ** 31 - 1, 2 ** 40],
  ] as const
  expect(read(encodeBins(counts))).toEqual(counts)
  expect(read(addToBins(encodeBins(counts), [2 ** 31 - 1])).at(-1)?.[1]).toBe(2 ** 40 + 1)
})

test('nothing takes no bytes', () => {
  expect(encodeBins([])).toHaveLength(0)
  expect(addToBins(Buffer.alloc(0), [])).toHaveLength(0)
})
