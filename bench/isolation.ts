/** Whether primary's latency tells how the shadow feels. */

import type { Contender } from './contenders.ts'
import { MOODS, type Mood, type MoodyShadow } from './moody-shadow.ts'
import type { Asker, Paced } from './paced-load.ts'
import type { Pacing } from './paced.ts'
import { markdown, median } from './table.ts'

/** Longer than the breaker stays open. */
const RECOVERY_SECONDS = 1.3

/** Rounds by mood. */
export type MoodRounds = ReadonlyMap<Mood, readonly Paced[]>

/** Asks at a fixed rate under each mood in each round. */
export async function endureAll(
  proxy: Contender,
  shadow: MoodyShadow,
  asker: Asker,
  { perSecond, rounds: count, seconds }: Pacing,
  signal: AbortSignal,
): Promise<MoodRounds> {
  const rounds = new Map(MOODS.map((mood): [Mood, Paced[]] => [mood, []]))
  for (let round = 1; round <= count; round++) {
    for (const mood of MOODS) {
      signal.throwIfAborted()
      const { url } = proxy
      const pace = { url, path: '/items/1', perSecond, seconds }
      // The breaker closes again, and what the last mood left behind is done.
      await shadow.feel('healthy')
      await asker.ask({ ...pace, seconds: RECOVERY_SECONDS })
      await shadow.feel(mood)
      const paced = await asker.ask(pace)
      rounds.get(mood)?.push(paced)
      console.log(
        `shadow ${mood.padEnd(9)}  ${round}/${count}  p50 ${paced.p50Ms.toFixed(3)} ms  p99 ${paced.p99Ms.toFixed(3)} ms`,
      )
    }
  }
  await shadow.feel('healthy')
  return rounds
}

/** Primary's p99 against that of the same round with a healthy shadow: the median of the rounds; no number holds when requests failed. */
export function p99Ratio(rounds: MoodRounds, mood: Mood): number {
  const healthy = rounds.get('healthy') ?? []
  const sick = rounds.get(mood) ?? []
  if (sick.some(({ failed }) => failed > 0)) return Infinity
  return median(
    sick.flatMap(({ p99Ms }, round) => {
      const base = healthy[round]
      return base === undefined ? [] : p99Ms / base.p99Ms
    }),
  )
}

/** The worst of all moods. */
export function worstMood(rounds: MoodRounds): { readonly mood: Mood; readonly ratio: number } {
  const sick = MOODS.filter((mood) => mood !== 'healthy')
  const [worst = { mood: 'hung' as const, ratio: Number.NaN }] = sick
    .map((mood) => ({ mood, ratio: p99Ratio(rounds, mood) }))
    .sort((a, b) => b.ratio - a.ratio)
  return worst
}

/** Latencies by mood, as Markdown. */
export function isolationTable(rounds: MoodRounds): string {
  const lines = [...rounds].map(([mood, paced]) => [
    mood,
    median(paced.map(({ p50Ms }) => p50Ms)).toFixed(3),
    median(paced.map(({ p99Ms }) => p99Ms)).toFixed(3),
    String(paced.reduce((sum, { failed }) => sum + failed, 0)),
    mood === 'healthy' ? '–' : `${p99Ratio(rounds, mood).toFixed(2)} ×`,
  ])
  return markdown(['shadow', 'p50 ms', 'p99 ms', 'failed requests', 'p99 against healthy'], lines)
}
