/** What we hold ourselves to, and whether it was reached. */

import { growthOf, type MemoryUse } from './memory.ts'
import { worstMood, type MoodRounds } from './isolation.ts'
import { added, type PacedRounds } from './paced.ts'
import { BASE } from './saturation.ts'
import { markdown, ratioOf, type Rounds } from './table.ts'

/** What was measured; what was left out is not judged. */
export interface Results {
  readonly pressed?: Rounds
  /** With one core for all processes of a contender, … */
  readonly paced?: PacedRounds
  /** … and with all cores, the load's among them. */
  readonly pacedOnAll?: PacedRounds
  readonly moods?: MoodRounds
  readonly memory?: MemoryUse
}

const OURS = 'shadowdiff, all compared'
const FORWARDING = 'nginx proxy_pass'
/** Memory that may come and go between the halves of the time and is called flat all the same, MB. */
const FLAT_MB = 24

interface Goal {
  readonly what: string
  readonly floor: string
  readonly aim: string
  readonly measured: string
  readonly reachesFloor: boolean
  readonly reachesAim: boolean
}

/** The goals that were measured, as Markdown. */
export function goalTable(results: Results): string {
  const head = ['', 'floor', 'aim', 'measured', 'floor reached', 'aim reached']
  const lines = goalsOf(results).map(({ what, floor, aim, measured, ...reaches }) => [
    what,
    floor,
    aim,
    measured,
    reaches.reachesFloor ? 'yes' : '**no**',
    reaches.reachesAim ? 'yes' : 'no',
  ])
  return markdown(head, lines)
}

function goalsOf({ pressed, paced, pacedOnAll, moods, memory }: Results): Goal[] {
  const goals: Goal[] = []
  if (pressed !== undefined) {
    const of = (pick: Parameters<typeof ratioOf>[3]) => ratioOf(pressed, OURS, BASE, pick)
    const requests = of((one) => one.perSecond)
    goals.push({
      what: 'requests/s with everything mirrored, recorded and compared, against nginx `mirror`',
      floor: '0.7 ×',
      aim: '1.0 ×',
      measured: times(requests),
      reachesFloor: requests >= 0.7,
      reachesAim: requests >= 1,
    })
    const proxy = of((one) => one.proxyMicros)
    goals.push(
      atMost('CPU per mirrored request of the proxy process, against the same', 1.25, 0.8, proxy),
    )
    const all = of((one) => one.allMicros)
    goals.push(atMost('CPU per mirrored request of all processes, against the same', 1.6, 1, all))
  }
  if (paced !== undefined) goals.push(...latencyGoals(paced, 'on one core'))
  if (pacedOnAll !== undefined) goals.push(...latencyGoals(pacedOnAll, 'on all cores'))
  if (moods !== undefined) {
    const { mood, ratio } = worstMood(moods)
    const goal = atMost("primary's p99 with a sick shadow, against a healthy one", 1.1, 1, ratio)
    goals.push({ ...goal, measured: `${goal.measured} (${mood})` })
  }
  if (memory !== undefined) {
    const { more, drift } = growthOf(memory)
    const isFlat = drift <= FLAT_MB
    goals.push({
      what: 'memory with 10 MB bodies, a stuck shadow and a stopped store, against idle',
      floor: '+ 256 MB, flat',
      aim: '+ 64 MB, flat',
      measured: `+ ${more.toFixed(0)} MB, ${isFlat ? 'flat' : `growing by ${drift.toFixed(0)} MB`}`,
      reachesFloor: more <= 256 && isFlat,
      reachesAim: more <= 64 && isFlat,
    })
  }
  return goals
}

function latencyGoals(paced: PacedRounds, where: string): Goal[] {
  const goal = (name: string, pick: Parameters<typeof added>[2]) =>
    atMost(
      `latency added to primary at a fixed rate, ${name}, against nginx \`proxy_pass\`, ${where}`,
      2,
      1,
      added(paced, OURS, pick) / added(paced, FORWARDING, pick),
    )
  return [goal('p50', ({ p50Ms }) => p50Ms), goal('p99', ({ p99Ms }) => p99Ms)]
}

/** Rounded as it is shown, so that the word beside it never contradicts the figure. */
function atMost(what: string, floor: number, aim: number, ratio: number): Goal {
  const shown = Number(ratio.toFixed(2))
  return {
    what,
    floor: `≤ ${floor} ×`,
    aim: `≤ ${aim.toFixed(1)} ×`,
    measured: times(ratio),
    reachesFloor: shown <= floor,
    reachesAim: shown <= aim,
  }
}

function times(ratio: number): string {
  return `${ratio.toFixed(2)} ×`
}
