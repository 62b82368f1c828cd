import { expect, test } from 'vitest'
import { createAttempts } from '../../src/api/attempts.ts'

const guess = (attempts: ReturnType<typeof createAttempts>, address: string, times: number) => {
  for (let i = 0; i < times; i += 1) attempts.failed(address, Buffer.from(`${i}`))
}

test('each address has its own count', () => {
  const attempts = createAttempts({ now: () => 0 })
  guess(attempts, '10.0.0.1', 10)
  expect(attempts.lockedFor('10.0.0.1')).toBe(60)
  expect(attempts.lockedFor('10.0.0.2')).toBe(0)
})

test('the wait shrinks and ends', () => {
  let now = 0
  const attempts = createAttempts({ now: () => now })
  guess(attempts, '10.0.0.1', 10)
  now = 59_500
  expect(attempts.lockedFor('10.0.0.1')).toBe(1)
  now = 60_000
  expect(attempts.lockedFor('10.0.0.1')).toBe(0)
})

test('a thousand addresses are remembered and no more', () => {
  const attempts = createAttempts({ now: () => 0 })
  for (let i = 0; i < 1025; i += 1) guess(attempts, `address ${i}`, 10)
  expect(attempts.lockedFor('address 0')).toBe(0)
  expect(attempts.lockedFor('address 1')).toBe(60)
  expect(attempts.lockedFor('address 1024')).toBe(60)
})
