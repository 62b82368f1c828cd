import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { isSampled } from '../../src/proxy/sample.ts'

const ids = (make: (i: number) => string) => Array.from({ length: 20_000 }, (_unused, i) => make(i))

test.each([
  ['random UUIDs', () => randomUUID()],
  ['counting numbers', String],
  ['ids that differ in one place in the middle', (i: number) => `req-${i}-checkout-v1-eu-west`],
])('%s are sampled in the share that was asked for', (_what, make) => {
  const all = ids(make)
  for (const percent of [0.5, 12.5, 50, 99]) {
    const share = (all.filter((id) => isSampled(id, percent)).length / all.length) * 100
    expect(Math.abs(share - percent)).toBeLessThan(1.5)
  }
})

test('the same id is decided the same way each time', () => {
  expect(isSampled('571c0fd6-98d4-4c93-af79-6a2fe2945847', 50)).toBe(true)
  expect(isSampled('e3e70682-c209-4cac-a29f-6fbed82c07cd', 50)).toBe(true)
  expect(isSampled('id-2', 50)).toBe(isSampled('id-2', 50))
})

test('what a smaller share contains, a greater one contains too', () => {
  for (const id of ids(String)) if (isSampled(id, 10)) expect(isSampled(id, 20)).toBe(true)
})

test('0 samples none and 100 all', () => {
  for (const id of ids(String)) {
    expect(isSampled(id, 0)).toBe(false)
    expect(isSampled(id, 100)).toBe(true)
  }
})
