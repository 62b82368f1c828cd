/**
 * How often verdicts are wrong, and how many requests they take: simulated rollouts, judged every 100 requests by
 * us and by the ways in which others decide. The same seed gives the same table on every machine.
 * Run with `npx tsx bench/verdict.ts`; `--write` keeps the table in RESULTS.md.
 */

import { parseArgs } from 'node:util'
import { DEFAULT_LIMITS } from '../src/core/verdict-limits.ts'
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
      decidedAfter.length * 2 < rollouts ? '–' : middle(decidedAfter).toLocaleString('en-US'),
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
  const rule = head.map((_, column) => (column < 2 ? '---' : '--:'))
  const table = [head, rule, ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
  const { minRequests, maxDivergence, confidence } = DEFAULT_LIMITS
  return `# Results of \`npm run bench:verdict\`

${rollouts.toLocaleString('en-US')} simulated rollouts of ${requests.toLocaleString('en-US')} requests for each line, judged every ${POLL_EVERY} requests (seed ${options.seed};
the figures do not depend on the machine). Limits: ${maxDivergence * 100} % of requests may differ, ${confidence * 100} % confidence, at least
${minRequests.toLocaleString('en-US')} requests. "fail" and "pass" are the shares of rollouts that got this verdict at any reading up to the
first fail; wrong ones are bold. "after" is the median number of requests until the first of either, "–" when
less than half were decided.

${JUDGES.map(({ name }, which) => `${which + 1}. ${name}`).join('\n')}

${table}`
}
