import { Link } from 'wouter'
import type { DivergenceRow } from '../../../../src/core/divergence-report.ts'
import { rowsOf, type ListQuery } from '../../api/queries.ts'
import { KindLabel, SeverityBadge } from '../../components/badges.tsx'
import { EndpointName } from '../../components/endpoint-name.tsx'
import { Loaded } from '../../components/loaded.tsx'
import { LocationText } from '../../components/location-text.tsx'
import { Share } from '../../components/share.tsx'
import { SkeletonRows } from '../../components/skeleton.tsx'
import { sortDivergences } from '../divergences/divergence-order.ts'

const shown = 6

/** The worst of what differs. */
export function TopDivergences({ query }: { readonly query: ListQuery<DivergenceRow> }) {
  return (
    <section className="panel top-divergences" aria-labelledby="top-heading">
      <h2 id="top-heading">Worst divergences</h2>
      <Loaded query={query} what="The divergences" skeleton={<SkeletonRows rows={shown} />}>
        {(data) => {
          const rows = sortDivergences(rowsOf(data), 'severity')
          if (rows.length === 0) return <p className="muted">None so far.</p>
          return (
            <>
              <ul>
                {rows.slice(0, shown).map((row) => (
                  <li key={row.id}>
                    <SeverityBadge severity={row.severity} />
                    <KindLabel kind={row.kind} />
                    <Link href={`/divergences/${row.id}`}>
                      <LocationText location={row.location} />
                    </Link>
                    <EndpointName endpoint={row.endpoint} />
                    <Share part={row.exchanges} whole={row.endpointExchanges} />
                  </li>
                ))}
              </ul>
              {rows.length > shown && <Link href="/divergences">All divergences</Link>}
            </>
          )
        }}
      </Loaded>
    </section>
  )
}
