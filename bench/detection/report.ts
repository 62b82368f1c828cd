/** The findings of the detection bench as Markdown. */

import { ENDPOINTS } from './endpoints.ts'
import type { AlarmCount, Search } from './runs.ts'
import { JUDGES } from './tally.ts'
import { VARIATIONS } from './variations.ts'

/** What was run, in numbers. */
export interface Scale {
  readonly requests: number
  readonly runs: number
  readonly seeds: number
  readonly rare: number
}

/** The section of RESULTS.md. */
export function toReport(
  { requests, runs, seeds, rare }: Scale,
  alarms: readonly { readonly name: string; readonly counts: readonly AlarmCount[] }[],
  searches: readonly Search[],
): string {
  const found = JUDGES.map((_, judge) => {
    const all = searches.filter(({ after }) => after.every((one) => one[judge] !== undefined))
    const medians = searches.map(({ after }) => median(after.map((one) => one[judge])))
    const quick = medians.filter((one) => one <= 1000).length
    return { all: all.length, quick, worst: Math.max(...medians.filter(Number.isFinite)) }
  })
  return `## Detection: \`npm run bench:detection\`

A lifelike API with ${ENDPOINTS.length} endpoints and ${VARIATIONS.length} kinds of variation that nobody is to blame for, asked
${grouped(requests)} times in each run, compared under the default rules and no others (the figures do not depend on the
machine). A divergence counts when at least two exchanges show it. "control": each request is repeated to another
instance of primary's version, and noise is what \`class\` says; "no control": everything that differs is a divergence;
"classic": relative 20 %, absolute 0.03 %, with the same control and the same comparer.

Variation: ${VARIATIONS.join('; ')}.

### False alarms

${runs} runs of an unchanged version for each line: divergences at the end of a run on average, and how many runs had
any. "at any reading" counts what was a divergence after some request and noise later.

${table(
  [
    'unchanged version',
    ...JUDGES.flatMap((judge) => [judge, 'runs with any']),
    'control, at any reading',
  ],
  alarms.map(({ name, counts }) => [
    name,
    ...counts.flatMap(({ atEnd }) => [
      (sum(atEnd) / atEnd.length).toFixed(1),
      `${atEnd.filter((count) => count > 0).length} of ${atEnd.length}`,
    ]),
    (sum(counts[0]?.ever ?? []) / runs).toFixed(1),
  ]),
)}

The second line adds what happens in ${rare * 100} % of the answers: a warning header, a member of its own. Shadow may show
that twice at an endpoint before control ever does; until then the place has never varied and is held to equality.
That is a choice, not an oversight: what shows twice and rarely may as well be a regression. "at any reading" has the
same cause, at the beginning of a run.

### Regressions

${searches.length} versions that are wrong in one place, ${seeds} runs each.

${table(
  ['', ...JUDGES],
  [
    ['found in every run', ...found.map(({ all }) => `${all} of ${searches.length}`)],
    ['found within 1,000 requests (median)', ...found.map(({ quick }) => String(quick))],
    ['most requests until found (median)', ...found.map(({ worst }) => grouped(worst))],
  ],
)}

Requests of the whole API until found, median; in brackets how many of ${seeds} runs found it, where not all did.
Without a control everything is found, among about ${Math.round(sum(alarms[0]?.counts[1]?.atEnd ?? []) / runs)} other divergences that are none.

${notReached(searches)}

${table(
  ['regression', 'endpoint', ...JUDGES],
  searches.map(({ name, endpoint, after }) => [
    name,
    endpoint === '' ? 'all' : `\`${endpoint}\``,
    ...JUDGES.map((_, judge) => {
      const known = after.map((one) => one[judge])
      const hits = known.filter((one) => one !== undefined).length
      const middle = median(known)
      const text = Number.isFinite(middle) ? grouped(middle) : '–'
      return hits === known.length ? text : `**${text}** (${hits})`
    }),
  ]),
)}`
}

/** What the target asks for and the control does not give. */
function notReached(searches: readonly Search[]): string {
  const missed = searches.filter(({ after }) => after.some(([control]) => control === undefined))
  if (missed.length === 0) return 'Not reached: nothing.'
  return `Not reached in every run, with a control: ${missed.map(({ name }) => name).join('; ')}. A place that varies by itself in
many answers needs more of them until an excess is no chance, and shadow is not to be blamed by chance in more than one
of a hundred runs, whatever the number of such places.`
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  const rule = head.map((_, i) => (i === 0 ? '---' : '---:'))
  return [line(head), line(rule), ...rows.map(line)].join('\n')
}

/** Those that were not found are at the end. */
function median(values: readonly (number | undefined)[]): number {
  const sorted = values.map((one) => one ?? Infinity).sort((a, b) => a - b)
  return sorted[(sorted.length - 1) >> 1] ?? Infinity
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}

function grouped(value: number): string {
  return value.toLocaleString('en-US')
}
