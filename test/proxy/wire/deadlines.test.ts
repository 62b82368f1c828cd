import { expect, test } from 'vitest'
import { Deadlines } from '../../../src/proxy/wire/deadlines.ts'

/** Sweeps a list of deadlines, noting which were due. */
function watchAll(due: number[], expired: number[]): Promise<Deadlines> {
  return new Promise((resolve) => {
    const deadlines = new Deadlines((now) => {
      for (const deadline of due.filter((one) => one <= now)) {
        due.splice(due.indexOf(deadline), 1)
        expired.push(deadline)
      }
      if (due.length === 0) resolve(deadlines)
      return Math.min(...due, Infinity)
    })
    for (const deadline of [...due]) deadlines.watch(deadline)
  })
}

test('every deadline is swept, none too early, in whatever order they were set', async () => {
  const now = performance.now()
  const due = [now + 60, now + 20, now + 40, now - 5]
  const expected = [...due].sort((a, b) => a - b)
  const expired: number[] = []
  await watchAll(due, expired)
  expect(expired.sort((a, b) => a - b)).toEqual(expected)
  expect(performance.now()).toBeGreaterThanOrEqual(now + 60)
})

test('after close nothing is swept', async () => {
  let swept = 0
  const deadlines = new Deadlines(() => {
    swept += 1
    return Infinity
  })
  deadlines.watch(performance.now())
  deadlines.close()
  deadlines.watch(performance.now())
  const expired: number[] = []
  await watchAll([performance.now() + 20], expired)
  expect(expired.length).toBe(1)
  expect(swept).toBe(0)
})
