import { useMemo } from 'react'
import type { DivergenceRow } from '../../../../src/core/divergence-report.ts'
import type { TrafficView } from '../../../../src/core/run-report.ts'
import { rowsOf, type ListQuery, useTraffic } from '../../api/queries.ts'
import { TimeChart } from '../../components/chart/time-chart.tsx'
import { Loaded } from '../../components/loaded.tsx'
import { SkeletonRows } from '../../components/skeleton.tsx'
import { formatCount, plural } from '../../format/number.ts'
import { useTotals } from '../../state/totals.ts'
import { Conclusion } from './conclusion.tsx'
import { requestSeries, stepText } from './traffic-series.ts'

/** What came, what of it was compared and what differs: in a sentence, over time, and as parts of the whole. */
export function TrafficPanel({
  run,
  divergences,
}: {
  readonly run: string | undefined
  readonly divergences: ListQuery<DivergenceRow>
}) {
  const totals = useTotals(run)
  const traffic = useTraffic(run)
  return (
    <section className="panel conclusion" aria-labelledby="traffic-heading">
      <h2 id="traffic-heading">Traffic and what differs</h2>
      <Loaded query={totals} what="The totals" skeleton={<SkeletonRows rows={3} />}>
        {(counts) => (
          <Loaded query={divergences} what="The divergences" skeleton={<SkeletonRows rows={3} />}>
            {(data) => (
              <Conclusion
                totals={counts}
                divergences={rowsOf(data)}
                hasMore={divergences.hasNextPage}
              />
            )}
          </Loaded>
        )}
      </Loaded>
      <Loaded query={traffic} what="The traffic" skeleton={<SkeletonRows rows={5} />}>
        {(view) => <Requests view={view} />}
      </Loaded>
    </section>
  )
}

function Requests({ view }: { readonly view: TrafficView }) {
  const content = useMemo(() => requestSeries(view), [view])
  if (view.points.length === 0) return <p className="muted">No request was recorded yet.</p>
  const sum = (index: number) =>
    (content.series[index]?.values ?? []).reduce<number>((total, value) => total + (value ?? 0), 0)
  const most = Math.max(0, ...(content.series[0]?.values ?? []).map((value) => value ?? 0))
  const step = stepText(view.resolutionMs)
  return (
    <TimeChart
      label="Requests over time"
      summary={`${plural(sum(0), 'request')}, at most ${formatCount(most)} in ${step}; ${formatCount(sum(1))} compared, ${formatCount(sum(2))} differ`}
      content={content}
    />
  )
}
