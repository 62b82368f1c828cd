/** Single runs of the detection bench. */

import { createComparer } from '../../src/core/compare.ts'
import type { Regression } from './regressions.ts'
import { type Divergence, JUDGES, Tally } from './tally.ts'
import { Traffic } from './traffic.ts'

/** Divergences of unchanged versions by one judge, a number for each run. */
export interface AlarmCount {
  readonly atEnd: number[]
  /** Those that were one at any reading. */
  readonly ever: number[]
}

/** What became of one regression: by run and judge, the requests until it was found. */
export interface Search {
  readonly name: string
  readonly endpoint: string
  readonly after: readonly (readonly (number | undefined)[])[]
}

const comparer = createComparer()

/** Compares a version with itself; returns the divergences of each judge, at the end and at any reading. */
export function runUnchanged(
  seed: number,
  requests: number,
  rare: number,
): { atEnd: Divergence[][]; ever: Divergence[][] } {
  const traffic = new Traffic(seed, { rare })
  const tally = new Tally()
  const ever = JUDGES.map(() => new Set<Divergence>())
  for (let i = 0; i < requests; i++) {
    for (const one of tally.add(comparer.judge(traffic.next()))) {
      for (const [j, judge] of JUDGES.entries()) {
        if (tally.isFound(one, judge)) ever[j]?.add(one)
      }
    }
  }
  return {
    atEnd: JUDGES.map((judge) => tally.found(judge)),
    ever: ever.map((found) => [...found]),
  }
}

/** Compares with a version that is wrong in one place; returns after how many requests each judge says so. */
export function searchFor(
  regression: Regression,
  seed: number,
  requests: number,
): (number | undefined)[] {
  const traffic = new Traffic(seed, { regression })
  const tally = new Tally()
  const after = JUDGES.map((): number | undefined => undefined)
  const speaks = ({ endpoint, pattern }: Divergence) =>
    (regression.endpoint ?? endpoint) === endpoint &&
    regression.shows.some((place) => pattern.startsWith(place))
  for (let i = 1; i <= requests && after.includes(undefined); i++) {
    for (const one of tally.add(comparer.judge(traffic.next()))) {
      if (!speaks(one)) continue
      for (const [j, judge] of JUDGES.entries()) {
        if (after[j] === undefined && tally.isFound(one, judge)) after[j] = i
      }
    }
  }
  return after
}
