import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { loadLimits } from '../../src/config/verdict-settings.ts'
import { DEFAULT_LIMITS } from '../../src/core/verdict-limits.ts'
import { folder } from './load-text.ts'

function load(yaml: string) {
  const file = join(folder, 'limits.yaml')
  writeFileSync(file, yaml)
  return loadLimits(file, {})
}

test('the limits of a file need nothing else of it to be right', () => {
  const yaml = 'console: { users: [{ name: a, token: ${NOT_SET} }] }\nverdict: { minRequests: 5 }\n'
  expect(load(yaml)).toEqual({ ...DEFAULT_LIMITS, minRequests: 5 })
})

test('without a file, or without limits in it, the defaults hold', () => {
  expect(loadLimits(undefined, {})).toEqual(DEFAULT_LIMITS)
  expect(load('primary: http://v1')).toEqual(DEFAULT_LIMITS)
})

test('everything that is wrong with the limits is told', () => {
  expect(() => load('verdict:\n  minRequests: none\n  maxDivergence: ${MAX}\n')).toThrow(
    /:2: verdict\.minRequests: expected .*\n.*:3: verdict\.maxDivergence: the environment variable MAX is not set/,
  )
  expect(() => load('verdict: {')).toThrow(/limits\.yaml:\d/)
  expect(() => loadLimits(join(folder, 'absent.yaml'), {})).toThrow('no such file')
})
