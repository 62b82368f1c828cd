/**
 * How often verdicts are wrong, and how many requests they take: simulated rollouts, judged every 100 requests by
 * us and by the ways in which others decide. The same seed gives the same table on every machine.
 * Run with `npm run bench:verdict`; `--write` keeps the table in RESULTS.md.
 */

import { parseArgs } from 'node:util'
import { fixedTrialsNeeded, trialsNeeded } from '../src/core/statistics-rates.ts'
import { DEFAULT_LIMITS, MIN_BREAKING, MIN_CONTROL } from '../src/core/verdict-limits.ts'
import { writeSection } from './results.ts'
import { JUDGES, type Opinion } from './verdict-judges.ts'
import { Rollout } from './verdict-rollout.ts'
import { SCENARIOS, type Scenario } from './verdict-scenarios.ts'

const POLL_EVERY = 100

const { values: options } = parseArgs({
  options: {
    write: { type: 'boolean', default: false },
    rollouts: { type: 'string', default: '200' },
    requests: { type: 'string', default: '12000' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string', default: '' },
  },
})
const rollouts = Number(options.rollouts)
const requests = Number(options.requests)

const COSTS = [0.01, 0.001, 0.0001].flatMap((limit) =>
  [0.95, 0.99].map((confidence) => [
    `${limit * 100} %, ${confidence * 100} %`,
    grouped(fixedTrialsNeeded(limit, 1 - confidence)),
    ...[0, 1, 2, 5, 10].map((hits) => grouped(trialsNeeded(hits, limit, 1 - confidence))),
  ]),
)

/** What became of one kind of rollout under one judge. */
interface Tally {
  failed: number
  passed: number
  /** Requests until the first pass or fail. */
  readonly decidedAfter: number[]
}

const rows: string[][] = []
for (const [index, scenario] of SCENARIOS.entries()) {
  if (!scenario.name.includes(options.only)) continue
  const row = toRow(scenario, simulate(scenario, index))
  rows.push(row)
  console.log(row.join(' | '))
}
const report = toReport(rows)
console.log(`\n${report}`)
if (options.write) await writeSection('bench:verdict', report)

function simulate(scenario: Scenario, index: number): Tally[] {
  const tallies = JUDGES.map((): Tally => ({ failed: 0, passed: 0, decidedAfter: [] }))
  for (let stream = 0; stream < rollouts; stream++) {
    const rollout = new Rollout(scenario, Number(options.seed) * 1000 + index, stream)
    const first = JUDGES.map((): Partial<Record<Opinion, number>> => ({}))
    while (rollout.requests < requests && first.some(({ fail }) => fail === undefined)) {
      rollout.advance(POLL_EVERY)
      const reading = {
        evidence: rollout.evidence(),
        limits: scenario.limits,
        raw: rollout.raw(),
      }
      for (const [which, judge] of JUDGES.entries()) {
        const seen = first[which]
        // A gate that failed has ended; one that passed may be asked again.
        if (seen === undefined || seen.fail !== undefined) continue
        seen[judge.judge(reading)] ??= rollout.requests
      }
    }
    for (const [which, { pass, fail }] of first.entries()) {
      const tally = tallies[which]
      if (tally === undefined) continue
      if (fail !== undefined) tally.failed++
      if (pass !== undefined) tally.passed++
      if (pass !== undefined || fail !== undefined) {
        tally.decidedAfter.push(Math.min(pass ?? Infinity, fail ?? Infinity))
      }
    }
  }
  return tallies
}

function toRow({ name, mustNot }: Scenario, tallies: readonly Tally[]): string[] {
  return [
    name,
    mustNot ?? '',
    ...tallies.flatMap(({ failed, passed, decidedAfter }) => [
      share(failed, mustNot === 'fail'),
      share(passed, mustNot === 'pass'),
      decidedAfter.length * 2 < rollouts ? '–' : grouped(middle(decidedAfter)),
    ]),
  ]
}

function share(count: number, isWrong: boolean): string {
  const text = `${((100 * count) / rollouts).toFixed(1)} %`
  return isWrong && count > 0 ? `**${text}**` : text
}

/** The median over all rollouts; those without a decision are at the end. */
function middle(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor((rollouts - 1) / 2)] ?? Infinity
}

function toReport(lines: readonly (readonly string[])[]): string {
  const head = [
    ...['rollout', 'must not'],
    ...JUDGES.flatMap((_, which) =>
      ['fail', 'pass', 'after'].map((word) => `${word} ${which + 1}`),
    ),
  ]
  const { minRequests, maxDivergence, confidence } = DEFAULT_LIMITS
  return `## Verdicts: \`npm run bench:verdict\`

${grouped(rollouts)} simulated rollouts of ${grouped(requests)} requests for each line, judged every ${POLL_EVERY} requests (seed ${options.seed};
the figures do not depend on the machine). Limits: ${maxDivergence * 100} % of requests may differ, ${confidence * 100} % confidence, at least
${grouped(minRequests)} requests. "fail" and "pass" are the shares of rollouts that got this verdict at any reading up to the
first fail; wrong ones are bold. "after" is the median number of requests until the first of either, "–" when
less than half were decided.

${JUDGES.map(({ name }, which) => `${which + 1}. ${name}`).join('\n')}

${toTable(head, 2, lines)}

Two kinds of lines are outside the promise. Differences that come in bursts are fewer occasions than requests, and no
judge is told so. And a breaking difference in ${MIN_BREAKING} exchanges fails at once where control measured ${MIN_CONTROL} times and saw
nothing vary: the price is a false alarm now and then over a member that comes and goes very rarely.

### What a limit costs

Requests until a pass, by the divergences in them, for a test that looks once (without a divergence) and for a
verdict that may be asked for at any time.

${toTable(['limit, confidence', 'once, 0', '0', '1', '2', '5', '10'], 1, COSTS)}`
}

function toTable(
  head: readonly string[],
  texts: number,
  lines: readonly (readonly string[])[],
): string {
  const rule = head.map((_, column) => (column < texts ? '---' : '--:'))
  return [head, rule, ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

function grouped(value: number): string {
  return value.toLocaleString('en-US')
}
