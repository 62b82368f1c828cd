import { expect, test } from 'vitest'
import { uuidV7 } from '../../src/proxy/ids.ts'

test('a UUIDv7 tells its moment, sorts by it, and is new each time', () => {
  const first = uuidV7(1_700_000_000_000)
  const second = uuidV7(1_700_000_000_001)
  expect(first).toMatch(/^018bcfe5-6800-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  expect(first < second).toBe(true)
  expect(new Set(Array.from({ length: 1000 }, () => uuidV7(5))).size).toBe(1000)
  expect(uuidV7(5)).toMatch(/^00000000-0005-7/)
})
