import { Link } from 'wouter'
import type { EndpointRow } from '../../../../src/core/run-report.ts'
import { EndpointName } from '../../components/endpoint-name.tsx'
import { LatencyPlot, type LatencyRange } from '../../components/latency-plot.tsx'
import { Share } from '../../components/share.tsx'
import { Sparkline } from '../../components/sparkline.tsx'
import type { EndpointReading } from '../../../../src/core/verdict-reading.ts'
import { formatRatio } from '../../../../src/core/verdict-words.ts'
import { formatCount, plural } from '../../format/number.ts'
import { ratioInterval, shareInterval } from '../../format/verdict.ts'
import { changed, useUrlState } from '../../state/url-state.ts'

/** One endpoint as a row. */
export function EndpointLine({
  row,
  reading,
  range,
}: {
  readonly row: EndpointRow
  /** What the verdict says of it; absent for another run's endpoints. */
  readonly reading: EndpointReading | undefined
  readonly range: LatencyRange
}) {
  const [params] = useUrlState()
  const { endpoint } = row
  const to = (screen: string) =>
    `/${screen}${changed(params, { endpoint, q: undefined, sort: undefined, dir: undefined, sel: undefined })}`
  const compared = row.match + row.divergent
  return (
    <tr role="row">
      <th role="rowheader" scope="row" className="c-endpoint">
        <Link href={to('requests')} className="row-link">
          <EndpointName endpoint={endpoint} />
        </Link>
        {reading?.required === true && (
          <span className={reading.covered ? 'tag' : 'tag required'}>
            required{reading.covered ? '' : ', not covered'}
          </span>
        )}
      </th>
      <td role="cell" className="c-count tabular">
        {formatCount(row.exchanges)}
      </td>
      <td role="cell" className="c-spark">
        <Sparkline points={row.sparkline} />
      </td>
      <td role="cell" className="c-share">
        {compared === 0 ? (
          <span className="muted">none compared</span>
        ) : row.divergent === 0 && row.divergences === 0 ? (
          <>
            <span className="muted">none of {formatCount(compared)}</span>
            <RateInterval row={row} />
          </>
        ) : (
          <>
            <Share part={row.divergent} whole={compared} />
            <RateInterval row={row} />
            <Link href={to('divergences')} className="in-divergences">
              {plural(row.divergences, 'divergence')}
            </Link>
          </>
        )}
      </td>
      <td role="cell" className="c-lost tabular">
        {notCompared(row)}
      </td>
      <td role="cell" className="c-latency">
        <LatencyPlot primary={row.primaryLatency} shadow={row.shadowLatency} range={range} />
      </td>
      <td role="cell" className="c-ratio tabular">
        <Ratio row={row} reading={reading} />
      </td>
    </tr>
  )
}

/** Between which shares the endpoint's own rate lies, at 95 %. */
function RateInterval({ row }: { readonly row: EndpointRow }) {
  const { divergenceRateLower: lower, divergenceRateUpper: upper } = row
  if (lower === undefined || upper === undefined) return null
  return (
    <span className="interval tabular" title="95% confidence interval of the rate">
      {shareInterval({ lower, upper })}
    </span>
  )
}

function Ratio({
  row,
  reading,
}: {
  readonly row: EndpointRow
  readonly reading: EndpointReading | undefined
}) {
  const ratio = reading?.latency?.ratio ?? row.latencyRatio
  if (ratio === undefined) return <span className="muted">–</span>
  const { lower, upper } = reading?.latency ?? {}
  return (
    <>
      {formatRatio(ratio)} ×
      {lower !== undefined && (
        <span className="interval">
          {ratioInterval({ lower, ...(upper !== undefined && { upper }) })}
        </span>
      )}
    </>
  )
}

function notCompared({ incomparable, unmirrored }: EndpointRow) {
  if (incomparable + unmirrored === 0) return <span className="muted none">0</span>
  return (
    <>
      {incomparable > 0 && <span className="part">{formatCount(incomparable)} not comparable</span>}
      {unmirrored > 0 && <span className="part">{formatCount(unmirrored)} not mirrored</span>}
    </>
  )
}
