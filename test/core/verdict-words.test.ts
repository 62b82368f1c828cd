import { expect, test } from 'vitest'

import {
  formatCount,
  formatCountOf,
  formatDuration,
  formatList,
  formatShare,
} from '../../src/core/verdict-words.ts'

test.each([
  [0, '0'],
  [999, '999'],
  [8123, '8,123'],
  [1234567, '1,234,567'],
])('%d is %s', (count, words) => {
  expect(formatCount(count)).toBe(words)
})

test('one is singular', () => {
  expect(formatCountOf(1, 'request')).toBe('1 request')
  expect(formatCountOf(0, 'request')).toBe('0 requests')
})

test.each([
  [0, 'nearest', '0 %'],
  [0.001, 'nearest', '0.1 %'],
  [0.001, 'up', '0.1 %'],
  [0.001, 'down', '0.1 %'],
  [0.00125, 'nearest', '0.125 %'],
  [0.000466, 'up', '0.047 %'],
  [0.000466, 'down', '0.046 %'],
  [0.95, 'nearest', '95 %'],
  [0.999, 'nearest', '99.9 %'],
  [0.9999, 'up', '100 %'],
  [0.9999, 'down', '99 %'],
  [0.12345, 'nearest', '12.3 %'],
  [1, 'nearest', '100 %'],
  [1e-9, 'up', '0.0000001 %'],
] as const)('a share of %d, rounded %s, is %s', (share, rounding, words) => {
  expect(formatShare(share, rounding)).toBe(words)
})

test.each([
  [1000, '1 second'],
  [90_000, '90 seconds'],
  [420_000, '7 minutes'],
  [10_800_000, '3 hours'],
])('%d ms are %s', (duration, words) => {
  expect(formatDuration(duration)).toBe(words)
})

test.each([
  [[], ''],
  [['a'], 'a'],
  [['a', 'b'], 'a and b'],
  [['a', 'b', 'c'], 'a, b and c'],
  [['a', 'b', 'c', 'd', 'e'], 'a, b, c and 2 more'],
])('%j reads "%s"', (items, words) => {
  expect(formatList(items)).toBe(words)
})
