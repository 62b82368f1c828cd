import { useMemo } from 'react'
import { Link } from 'wouter'
import type { TrafficView } from '../../../../src/core/run-report.ts'
import type { LatencyReading, Verdict } from '../../../../src/core/verdict-reading.ts'
import { useTraffic } from '../../api/queries.ts'
import { TimeChart } from '../../components/chart/time-chart.tsx'
import { EndpointName } from '../../components/endpoint-name.tsx'
import { IntervalPlot } from '../../components/interval-plot.tsx'
import { Loaded } from '../../components/loaded.tsx'
import { SkeletonRows } from '../../components/skeleton.tsx'
import { formatMs, plural } from '../../format/number.ts'
import { ratioInterval } from '../../format/verdict.ts'
import { formatRatio } from '../../../../src/core/verdict-words.ts'
import { latencySeries, stepText } from './traffic-series.ts'

const shown = 3

/** How fast both versions are, and the ratio of the two in the same requests with its interval. */
export function LatencyVerdict({
  verdict,
  run,
}: {
  readonly verdict: Verdict
  readonly run: string | undefined
}) {
  const traffic = useTraffic(run)
  const { latency, endpoints, reasons } = verdict
  const limit = reasons.find(({ rule }) => rule === 'latency')?.limit
  const slowest = endpoints
    .flatMap(({ endpoint, latency: one }) => (one === undefined ? [] : [{ endpoint, one }]))
    .sort((a, b) => b.one.ratio - a.one.ratio)
    .slice(0, shown)
  return (
    <section className="panel latency-verdict" aria-labelledby="latency-heading">
      <h2 id="latency-heading">Latency of both versions</h2>
      {latency === undefined ? (
        <p className="muted">No request was timed on both sides yet.</p>
      ) : (
        <>
          <p className="ratio">
            Shadow takes <b>{formatRatio(latency.ratio)} ×</b> primary’s time in the median,{' '}
            {ratioInterval(intervalOf(latency))}{' '}
            <span className="muted">
              in {plural(latency.pairs, 'pair')}
              {limit === undefined ? ', not judged' : `, at most ${formatRatio(limit)} × allowed`}
            </span>
          </p>
          <Loaded query={traffic} what="The latencies" skeleton={<SkeletonRows rows={5} />}>
            {(view) => <Latencies view={view} />}
          </Loaded>
          <div className="in-figures">
            <Percentiles latency={latency} />
            <IntervalPlot
              measured={latency.ratio}
              lower={latency.lower}
              upper={latency.upper}
              limit={limit}
              neutral={1}
              scale="ratio"
            />
          </div>
          {slowest.length > 0 && (
            <>
              <h3>Highest ratio by endpoint</h3>
              <ul className="slowest">
                {slowest.map(({ endpoint, one }) => (
                  <li key={endpoint}>
                    <Link href={`/endpoints?${new URLSearchParams({ q: endpoint }).toString()}`}>
                      <EndpointName endpoint={endpoint} />
                    </Link>
                    <span className="tabular">{formatRatio(one.ratio)} ×</span>
                    <span className="tabular muted">{ratioInterval(intervalOf(one))}</span>
                  </li>
                ))}
              </ul>
            </>
          )}
        </>
      )}
    </section>
  )
}

function Latencies({ view }: { readonly view: TrafficView }) {
  const content = useMemo(() => latencySeries(view), [view])
  if (!content.series.some(({ values }) => values.some((value) => value !== null))) return null
  return (
    <TimeChart
      label="Latency over time"
      summary={`Median and 95th percentile in steps of ${stepText(view.resolutionMs)}`}
      content={content}
    />
  )
}

function Percentiles({ latency: { primary, shadow } }: { readonly latency: LatencyReading }) {
  return (
    <table role="table" className="percentiles">
      <thead role="rowgroup">
        <tr role="row">
          <th role="columnheader" scope="col">
            <span className="visually-hidden">Version</span>
          </th>
          {['p50', 'p95', 'p99'].map((name) => (
            <th key={name} role="columnheader" scope="col">
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody role="rowgroup">
        {(
          [
            ['primary', primary],
            ['shadow', shadow],
          ] as const
        ).map(([role, view]) => (
          <tr key={role} role="row">
            <th role="rowheader" scope="row" className={role}>
              {role}
            </th>
            {[view.p50, view.p95, view.p99].map((ms, index) => (
              <td key={index} role="cell" className="tabular">
                {formatMs(ms)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

const intervalOf = ({ lower, upper }: LatencyReading) => ({
  lower,
  ...(upper !== undefined && { upper }),
})
