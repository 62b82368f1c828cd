import type {
  RuleName,
  RuleReading,
  RuleStatus,
  Verdict,
} from '../../../../src/core/verdict-reading.ts'
import { IntervalPlot } from '../../components/interval-plot.tsx'
import { VisibleText } from '../../components/visible-text.tsx'
import {
  intervalText,
  limitText,
  measuredText,
  rules,
  sentence,
  statuses,
} from '../../format/verdict.ts'

const order: Readonly<Record<RuleStatus, number>> = {
  fail: 0,
  undecided: 1,
  pass: 2,
  'not-judged': 3,
  'no-data': 4,
}

/** The others' numbers say all that their words do once they have passed. */
const speaksWhenPassed: ReadonlySet<RuleName> = new Set(['uncompared', 'endpoints', 'traffic'])

/** Each rule with what it measured and what it allows; what decides stands first. */
export function RulesTable({ verdict }: { readonly verdict: Verdict }) {
  const readings = [...verdict.reasons].sort((a, b) => order[a.status] - order[b.status])
  return (
    <section className="panel rules-of-verdict" aria-labelledby="rules-heading">
      <h2 id="rules-heading">What it was held to</h2>
      <table role="table">
        <thead role="rowgroup">
          <tr role="row">
            {['Rule', 'Status', 'Measured', 'Limit', 'Interval'].map((text) => (
              <th key={text} role="columnheader" scope="col">
                {text}
              </th>
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup">
          {readings.map((reading) => (
            <Line key={reading.rule} reading={reading} />
          ))}
        </tbody>
      </table>
    </section>
  )
}

function Line({ reading }: { readonly reading: RuleReading }) {
  const { rule, status, words, measured, interval, limit } = reading
  const { sign, word } = statuses[status]
  return (
    <tr role="row" className={status}>
      <th role="rowheader" scope="row">
        {rules[rule].name}
        {(status !== 'pass' || speaksWhenPassed.has(rule)) && (
          <span className="words">
            <VisibleText text={sentence(words)} />
          </span>
        )}
      </th>
      <td role="cell" className="c-status">
        <span className={`rule-status ${status}`}>
          <span aria-hidden="true">{sign}</span> {word}
        </span>
      </td>
      <td role="cell" className="tabular" data-label="Measured">
        {measuredText(reading)}
      </td>
      <td
        role="cell"
        className={limit === undefined ? 'tabular none' : 'tabular'}
        data-label="Limit"
      >
        {limitText(reading)}
      </td>
      <td
        role="cell"
        className={interval === undefined ? 'tabular none' : 'tabular c-interval'}
        data-label="Interval"
      >
        {intervalText(reading)}
        {interval !== undefined && measured !== undefined && (
          <IntervalPlot
            measured={measured}
            lower={interval.lower}
            upper={interval.upper}
            limit={limit}
            {...(rule === 'latency' && { neutral: 1, scale: 'ratio' as const })}
          />
        )}
      </td>
    </tr>
  )
}
