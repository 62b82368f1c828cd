import { expect, test } from 'vitest'
import { createBurstLog } from '../src/burst-log.ts'

test('a burst of one kind is one line, and the next line tells how many were held back', () => {
  const lines: string[] = []
  let now = 0
  const log = createBurstLog((line) => lines.push(line), { now: () => now })
  log('3 exchanges could not be kept: disk full')
  log('64 exchanges could not be kept: disk full')
  log('64 exchanges could not be kept: disk full')
  log('the store is locked')
  now = 10_000
  log('1 exchanges could not be kept: disk full')
  expect(lines).toEqual([
    '3 exchanges could not be kept: disk full',
    'the store is locked',
    '1 exchanges could not be kept: disk full (and 2 more like it)',
  ])
})
