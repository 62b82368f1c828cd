/** What each contender adds to primary's latency at a rate that none of them finds hard. */

import type { Contender } from './contenders.ts'
import type { Asker, Paced } from './paced-load.ts'
import { markdown, median } from './table.ts'

/** Rounds of all contenders by name; direct is the first. */
export type PacedRounds = ReadonlyMap<string, readonly Paced[]>

/** How fast, how often, and for how long. */
export interface Pacing {
  readonly perSecond: number
  readonly rounds: number
  readonly seconds: number
}

/** Asks each contender in each round; rejects when a request failed. */
export async function paceAll(
  contenders: readonly Contender[],
  asker: Asker,
  { perSecond, rounds: count, seconds }: Pacing,
  signal: AbortSignal,
): Promise<PacedRounds> {
  const rounds = new Map(contenders.map(({ name }): [string, Paced[]] => [name, []]))
  for (let round = 1; round <= count; round++) {
    for (const { name, url } of contenders) {
      signal.throwIfAborted()
      const paced = await asker.ask({ url, path: '/items/1', perSecond, seconds })
      if (paced.failed > 0) throw new Error(`${name}: ${paced.failed} requests failed`)
      rounds.get(name)?.push(paced)
      const { p50Ms, p99Ms } = paced
      console.log(
        `${perSecond}/s  ${round}/${count}  ${name.padEnd(25)} p50 ${p50Ms.toFixed(3)} ms  p99 ${p99Ms.toFixed(3)} ms`,
      )
    }
  }
  return rounds
}

/** Milliseconds that a contender adds to what primary takes by itself: the median over rounds. */
export function added(rounds: PacedRounds, name: string, pick: (paced: Paced) => number): number {
  const alone = rounds.get('direct') ?? []
  const through = rounds.get(name) ?? []
  return median(
    through.flatMap((one, round) => {
      const base = alone[round]
      return base === undefined ? [] : pick(one) - pick(base)
    }),
  )
}

/** The latencies, and what is added, as Markdown. */
export function pacedTable(rounds: PacedRounds): string {
  const lines = [...rounds].map(([name, paced]) => {
    const of = (pick: (one: Paced) => number) => median(paced.map(pick)).toFixed(3)
    const more = (pick: (one: Paced) => number) =>
      name === 'direct' ? '–' : added(rounds, name, pick).toFixed(3)
    const p50 = (one: Paced) => one.p50Ms
    const p99 = (one: Paced) => one.p99Ms
    return [name, of(p50), of(p99), more(p50), more(p99)]
  })
  return markdown(['', 'p50 ms', 'p99 ms', 'added p50 ms', 'added p99 ms'], lines)
}
