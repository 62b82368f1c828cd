import { Link } from 'wouter'
import type { RunRow } from '../../../../src/core/run-report.ts'
import { Moment } from '../../components/moment.tsx'
import { Share } from '../../components/share.tsx'
import { VisibleText } from '../../components/visible-text.tsx'
import { formatCount } from '../../format/number.ts'
import { RunVerdict } from './run-verdict.tsx'

/** Runs so far down are not asked for a verdict by themselves. */
const mostVerdicts = 10

const columns = ['Compare', 'Run', 'Versions', 'Verdict', 'Requests', 'Differ', 'From', 'To']

/** Runs with their versions, verdicts and counts. */
export function RunTable({
  runs,
  chosen,
  onChoose,
}: {
  readonly runs: readonly RunRow[]
  /** Runs that are ticked to be compared. */
  readonly chosen: readonly number[]
  readonly onChoose: (id: number, on: boolean) => void
}) {
  return (
    <table className="runs" role="table">
      <thead role="rowgroup">
        <tr role="row">
          {columns.map((text) => (
            <th key={text} role="columnheader" scope="col">
              {text}
            </th>
          ))}
        </tr>
      </thead>
      <tbody role="rowgroup">
        {runs.map((run, index) => (
          <tr key={run.id} role="row" className={chosen.includes(run.id) ? 'chosen' : undefined}>
            <td role="cell" className="c-tick">
              <input
                type="checkbox"
                aria-label={`Compare run ${run.name}, begun ${run.startedAt}`}
                checked={chosen.includes(run.id)}
                onChange={(event) => {
                  onChoose(run.id, event.target.checked)
                }}
              />
            </td>
            <th role="rowheader" scope="row">
              <Link
                href={`/?${new URLSearchParams({ run: run.name }).toString()}`}
                className="row-link"
              >
                <VisibleText text={run.name} />
              </Link>
              {run.endedAt === undefined && <span className="tag">goes on</span>}
            </th>
            <td role="cell" className="c-versions">
              <span className="primary">
                <VisibleText text={run.primaryVersion} />
              </span>{' '}
              <span className="arrow" aria-hidden="true">
                →
              </span>
              <span className="visually-hidden">against</span>{' '}
              <span className="shadow">
                <VisibleText text={run.shadowVersion} />
              </span>
            </td>
            <td role="cell" data-label="Verdict">
              <RunVerdict id={run.id} enabled={index < mostVerdicts} />
            </td>
            <td role="cell" className="tabular" data-label="Requests">
              {formatCount(run.exchanges)}
            </td>
            <td role="cell" data-label="Differ">
              {run.match + run.divergent === 0 ? (
                <span className="muted">none compared</span>
              ) : (
                <Share part={run.divergent} whole={run.match + run.divergent} />
              )}
            </td>
            <td role="cell" data-label="From">
              <Moment time={run.startedAt} />
            </td>
            <td role="cell" data-label="To">
              {run.endedAt === undefined ? (
                <span className="muted">now</span>
              ) : (
                <Moment time={run.endedAt} />
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
