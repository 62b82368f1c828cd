/**
 * What is found and what is a false alarm: a lifelike API with all its legitimate variation is compared with
 * itself and with versions that are wrong in one place, judged with a control, without one, and by the classic
 * rule. The same seed gives the same table on every machine.
 * Run with `npm run bench:detection`; `--write` keeps the table in RESULTS.md.
 */

import { parseArgs } from 'node:util'
import { createComparer } from '../src/core/compare.ts'
import { ENDPOINTS } from './detection/endpoints.ts'
import { REGRESSIONS, type Regression } from './detection/regressions.ts'
import { type Divergence, type Judge, Tally } from './detection/tally.ts'
import { Traffic } from './detection/traffic.ts'

const { values: options } = parseArgs({
  options: {
    write: { type: 'boolean', default: false },
    requests: { type: 'string', default: '5000' },
    runs: { type: 'string', default: '20' },
    seeds: { type: 'string', default: '5' },
    only: { type: 'string', default: '' },
    alarms: { type: 'boolean', default: false },
  },
})
const requests = Number(options.requests)
const JUDGES: readonly Judge[] = ['control', 'no-control', 'classic']
const comparer = createComparer()

console.log(`${ENDPOINTS.length} endpoints, ${REGRESSIONS.length} regressions`)

function falseAlarms(seed: number) {
  const traffic = new Traffic(seed)
  const tally = new Tally()
  const ever = JUDGES.map(() => new Set<Divergence>())
  for (let i = 0; i < requests; i++) {
    for (const one of tally.add(comparer.judge(traffic.next()))) {
      for (const [j, judge] of JUDGES.entries()) {
        if (tally.isFound(one, judge)) ever[j]?.add(one)
      }
    }
  }
  return { ever, atEnd: JUDGES.map((judge) => tally.found(judge)) }
}

function foundAfter(regression: Regression, seed: number): (number | undefined)[] {
  const traffic = new Traffic(seed, regression)
  const tally = new Tally()
  const after = JUDGES.map((): number | undefined => undefined)
  const speaks = ({ endpoint, pattern }: Divergence) =>
    (regression.endpoint ?? endpoint) === endpoint &&
    regression.shows.some((place) => pattern.startsWith(place))
  for (let i = 1; i <= requests && after.some((one) => one === undefined); i++) {
    for (const one of tally.add(comparer.judge(traffic.next()))) {
      if (!speaks(one)) continue
      for (const [j, judge] of JUDGES.entries()) {
        if (after[j] === undefined && tally.isFound(one, judge)) after[j] = i
      }
    }
  }
  return after
}

const start = performance.now()
for (let seed = 1; seed <= Number(options.runs); seed++) {
  const { ever, atEnd } = falseAlarms(seed)
  console.log(
    seed,
    'ever',
    ever.map((s) => s.size).join(' '),
    'end',
    atEnd.map((s) => s.length).join(' '),
  )
  if (options.alarms) for (const one of atEnd[0] ?? []) console.log('   ', JSON.stringify(one))
}
console.log(((performance.now() - start) / 1000).toFixed(1), 's')
for (const regression of REGRESSIONS) {
  if (!regression.name.includes(options.only)) continue
  const results = Array.from({ length: Number(options.seeds) }, (_, i) =>
    foundAfter(regression, 1000 + i),
  )
  const line = JUDGES.map((_, j) => results.map((r) => r[j] ?? '-').join(','))
  console.log(regression.name, '|', line.join(' | '))
}
console.log(((performance.now() - start) / 1000).toFixed(1), 's')
