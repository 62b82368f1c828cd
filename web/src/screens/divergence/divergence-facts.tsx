import { Link } from 'wouter'
import type { DivergenceRow } from '../../../../src/core/divergence-report.ts'
import { KindLabel, SeverityBadge } from '../../components/badges.tsx'
import { ControlEvidence } from '../../components/control-evidence.tsx'
import { EndpointName } from '../../components/endpoint-name.tsx'
import { LocationText } from '../../components/location-text.tsx'
import { Moment } from '../../components/moment.tsx'
import { Share } from '../../components/share.tsx'
import { TrendLine } from '../../components/trend-line.tsx'
import { plural } from '../../format/number.ts'

/** How often, how bad, since when. */
export function DivergenceFacts({ row }: { readonly row: DivergenceRow }) {
  const all = new URLSearchParams({ divergence: row.id }).toString()
  return (
    <dl className="facts">
      <div>
        <dt>Severity</dt>
        <dd>
          <SeverityBadge severity={row.severity} />
        </dd>
      </div>
      <div>
        <dt>Kind</dt>
        <dd>
          <KindLabel kind={row.kind} />
        </dd>
      </div>
      <div>
        <dt>Endpoint</dt>
        <dd>
          <EndpointName endpoint={row.endpoint} />
        </dd>
      </div>
      <div>
        <dt>Location</dt>
        <dd>
          <LocationText location={row.location} />
        </dd>
      </div>
      <div>
        <dt>Requests that show it</dt>
        <dd>
          <Link href={`/requests?${all}`}>
            <Share part={row.exchanges} whole={row.endpointExchanges} />
          </Link>
          {row.count > row.exchanges && (
            <span className="muted"> {plural(row.count, 'difference')}</span>
          )}
        </dd>
      </div>
      {row.control !== undefined && row.control.measured > 0 && (
        <div>
          <dt>Control</dt>
          <dd>
            <ControlEvidence control={row.control} />
          </dd>
        </div>
      )}
      {row.trend !== undefined && row.trend.length > 1 && (
        <div>
          <dt>Trend</dt>
          <dd>
            <TrendLine points={row.trend} />
          </dd>
        </div>
      )}
      <div>
        <dt>Last seen</dt>
        <dd>
          <Moment time={row.lastSeen} as="age" />
        </dd>
      </div>
      <div>
        <dt>First seen</dt>
        <dd>
          <Moment time={row.firstSeen} as="age" />
        </dd>
      </div>
    </dl>
  )
}
