/**
 * What is found and what is a false alarm: a lifelike API with all its legitimate variation is compared with
 * itself and with versions that are wrong in one place, judged with a control, without one, and by the classic
 * rule. The same seed gives the same table on every machine.
 * Run with `npm run bench:detection`; `--write` keeps the table in RESULTS.md, `--only WORDS` looks at some
 * regressions, `--show` names the false alarms. `--live` sends one run through the proxy and the queue.
 */

import { parseArgs } from 'node:util'
import { runLive } from './detection/live.ts'
import { REGRESSIONS } from './detection/regressions.ts'
import { toReport } from './detection/report.ts'
import { type AlarmCount, runUnchanged, searchFor, type Search } from './detection/runs.ts'
import { JUDGES } from './detection/tally.ts'
import { writeSection } from './results.ts'

const { values: options } = parseArgs({
  options: {
    write: { type: 'boolean', default: false },
    live: { type: 'boolean', default: false },
    show: { type: 'boolean', default: false },
    requests: { type: 'string', default: '5000' },
    runs: { type: 'string', default: '20' },
    seeds: { type: 'string', default: '5' },
    only: { type: 'string', default: '' },
  },
})
const requests = Number(options.requests)
const runs = Number(options.runs)
const seeds = Number(options.seeds)
const RARE = 0.005

if (options.live) {
  const regression = REGRESSIONS.find(({ name }) => name === options.only)
  const tally = await runLive(1, requests, regression)
  for (const judge of JUDGES) console.log(`live, ${judge}:`, tally.found(judge).length)
  for (const one of tally.found('control')) console.log(JSON.stringify(one))
  process.exit()
}

const alarms = [
  { name: 'usual variation', counts: countAlarms(0) },
  { name: 'and rare variation', counts: countAlarms(RARE) },
]
const searches = REGRESSIONS.filter(({ name }) => name.includes(options.only)).map(
  (regression): Search => {
    const after = Array.from({ length: seeds }, (_, i) => searchFor(regression, 1000 + i, requests))
    console.log(regression.name, ...JUDGES.map((_, j) => after.map((one) => one[j] ?? '–').join()))
    return { name: regression.name, endpoint: regression.endpoint ?? '', after }
  },
)
const report = toReport({ requests, runs, seeds, rare: RARE }, alarms, searches)
console.log(`\n${report}`)
if (options.write) await writeSection('bench:detection', report)

function countAlarms(rare: number): AlarmCount[] {
  const counts = JUDGES.map((): AlarmCount => ({ atEnd: [], ever: [] }))
  for (let seed = 1; seed <= runs; seed++) {
    const { atEnd, ever } = runUnchanged(seed, requests, rare)
    for (const [j, count] of counts.entries()) {
      count.atEnd.push(atEnd[j]?.length ?? 0)
      count.ever.push(ever[j]?.length ?? 0)
    }
    console.log(`unchanged ${seed}`, ...atEnd.map(({ length }) => length))
    if (options.show) for (const one of atEnd[0] ?? []) console.log(JSON.stringify(one))
  }
  return counts
}
