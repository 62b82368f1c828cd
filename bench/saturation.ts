/** How much each contender does when asked as hard as one core can ask, and what it costs. */

import type { Contender } from './contenders.ts'
import { cpuMicros } from './cpu.ts'
import { pressHard } from './load.ts'
import { medianTable, ratioTable, type Measured, type Rounds } from './table.ts'
import type { Question } from './upstreams.ts'

/** One kind of load, and who is put under it. */
export interface Press {
  readonly title: string
  readonly question: Question
  readonly connections: number
  readonly contenders: readonly Contender[]
}

/** How often, and for how long. */
export interface Patience {
  readonly rounds: number
  readonly seconds: number
  readonly core: number
}

const WARM_UP_SECONDS = 1
/** What the others are held against. */
export const BASE = 'nginx mirror'

/** Measures each contender in each round, because machines have moods. */
export async function pressAll(
  { title, question, connections, contenders }: Press,
  { rounds: count, seconds, core }: Patience,
  signal: AbortSignal,
): Promise<Rounds> {
  const rounds = new Map(contenders.map(({ name }): [string, Measured[]] => [name, []]))
  for (let round = 1; round <= count; round++) {
    for (const contender of contenders) {
      signal.throwIfAborted()
      const measured = await measure(contender, question, { connections, seconds, core })
      rounds.get(contender.name)?.push(measured)
      const { perSecond, p99Ms, allMicros } = measured
      console.log(
        `${title}  ${round}/${count}  ${contender.name.padEnd(25)} ${perSecond.toFixed(0).padStart(7)} requests/s` +
          `  p99 ${p99Ms.toFixed(2)} ms  ${allMicros.toFixed(0)} µs CPU each`,
      )
    }
  }
  return rounds
}

/** Presses before anything is measured: what compiles code while it runs has compiled it then. */
export async function warmUp(
  contenders: readonly Contender[],
  { path }: Question,
  { seconds, core }: Pick<Patience, 'seconds' | 'core'>,
): Promise<void> {
  for (const contender of contenders) {
    await pressHard({ url: contender.url + path, connections: 32, seconds, core })
    await contender.settle()
  }
}

/** Both tables of one kind of load, as Markdown. */
export function pressTables(title: string, rounds: Rounds): string {
  return `### ${title}\n\n${medianTable(rounds)}\n\n${ratioTable(rounds, BASE)}\n`
}

async function measure(
  contender: Contender,
  { path, script }: Question,
  how: { readonly connections: number; readonly seconds: number; readonly core: number },
): Promise<Measured> {
  const { seconds } = how
  const load = { ...how, url: contender.url + path, ...(script !== undefined && { script }) }
  await pressHard({ ...load, seconds: WARM_UP_SECONDS })
  const before = await contender.settle()
  const proxyBefore = cpuMicros(contender.proxyPids)
  const allBefore = cpuMicros(contender.allPids)
  const { requests, ...seen } = await pressHard(load)
  const busy = (cpuMicros(contender.allPids) - allBefore) / (seconds * 1_000_000)
  const endedAt = performance.now()
  const after = await contender.settle()
  const settleMs = after === undefined ? 0 : performance.now() - endedAt
  const compared =
    before === undefined || after === undefined
      ? undefined
      : (after.compared - before.compared) / (after.seen - before.seen)
  return {
    ...seen,
    proxyMicros: (cpuMicros(contender.proxyPids) - proxyBefore) / requests,
    allMicros: (cpuMicros(contender.allPids) - allBefore) / requests,
    busy,
    settleMs,
    ...(compared === undefined ? {} : { compared }),
  }
}
