import { Link } from 'wouter'
import type { EndpointRow } from '../../../../src/core/report.ts'
import { EndpointName } from '../../components/endpoint-name.tsx'
import { LatencyPlot, type LatencyRange } from '../../components/latency-plot.tsx'
import { Share } from '../../components/share.tsx'
import { Sparkline } from '../../components/sparkline.tsx'
import { formatCount, plural } from '../../format/number.ts'
import { changed, useUrlState } from '../../state/url-state.ts'

/** One endpoint as a row. */
export function EndpointLine({
  row,
  range,
}: {
  readonly row: EndpointRow
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
          <span className="muted">none of {formatCount(compared)}</span>
        ) : (
          <>
            <Share part={row.divergent} whole={compared} />
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
    </tr>
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
