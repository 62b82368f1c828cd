import { Link } from 'wouter'
import type { EndpointRow } from '../../../../src/core/report.ts'
import { rowsOf, type ListQuery } from '../../api/queries.ts'
import { EndpointName } from '../../components/endpoint-name.tsx'
import { LatencyPlot, latencyRange } from '../../components/latency-plot.tsx'
import { Loaded } from '../../components/loaded.tsx'
import { SkeletonRows } from '../../components/skeleton.tsx'

const shown = 6

/** Latency of both versions where most of the traffic is. */
export function LatencyPanel({ query }: { readonly query: ListQuery<EndpointRow> }) {
  return (
    <section className="panel latencies" aria-labelledby="latency-heading">
      <h2 id="latency-heading">Latency of the busiest endpoints</h2>
      <p className="muted">p50 · p95 · p99, from the request sent to the last byte</p>
      <Loaded query={query} what="The endpoints" skeleton={<SkeletonRows rows={shown} />}>
        {(data) => {
          const rows = [...rowsOf(data)].sort((a, b) => b.exchanges - a.exchanges).slice(0, shown)
          const range = latencyRange(rows)
          if (rows.length === 0) return <p className="muted">No endpoint was asked yet.</p>
          return (
            <>
              <ul>
                {rows.map((row) => (
                  <li key={row.endpoint}>
                    <EndpointName endpoint={row.endpoint} />
                    <LatencyPlot
                      primary={row.primaryLatency}
                      shadow={row.shadowLatency}
                      range={range}
                    />
                  </li>
                ))}
              </ul>
              <Link href="/endpoints">All endpoints</Link>
            </>
          )
        }}
      </Loaded>
    </section>
  )
}
