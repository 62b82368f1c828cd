import { memo } from 'react'
import { Link } from 'wouter'
import type { DivergenceRow } from '../../../../src/core/divergence-report.ts'
import { KindLabel, SeverityBadge } from '../../components/badges.tsx'
import { ControlEvidence } from '../../components/control-evidence.tsx'
import { EndpointName } from '../../components/endpoint-name.tsx'
import { LocationText } from '../../components/location-text.tsx'
import { Moment } from '../../components/moment.tsx'
import { Share } from '../../components/share.tsx'
import { StateTag } from '../../components/state-tag.tsx'
import { SuggestionButton } from '../../components/suggestion-button.tsx'
import { TrendLine } from '../../components/trend-line.tsx'
import { ValueChange } from '../../components/value-change.tsx'
import { rowElementId } from '../../state/selection.ts'

/** The cells of one divergence; its location is the link. */
export const DivergenceLine = memo(function DivergenceLine({
  row,
  href,
  showsEndpoint,
  isChosen,
  mayChoose,
  onSelect,
  onToggle,
}: {
  readonly row: DivergenceRow
  readonly href: string
  /** Whether no heading above tells the endpoint. */
  readonly showsEndpoint: boolean
  readonly isChosen: boolean
  readonly mayChoose: boolean
  readonly onSelect: (id: string) => void
  readonly onToggle: (row: DivergenceRow) => void
}) {
  return (
    <>
      <td role="cell" className="c-choose">
        {mayChoose && (
          <input
            type="checkbox"
            aria-label={`Choose ${row.kind} at ${row.location} of ${row.endpoint}`}
            checked={isChosen}
            onChange={() => {
              onToggle(row)
            }}
          />
        )}
      </td>
      <td role="cell" className="c-severity">
        <SeverityBadge severity={row.severity} />
      </td>
      <td role="cell" className="c-kind">
        <KindLabel kind={row.kind} />
      </td>
      <td role="cell" className="c-location">
        {showsEndpoint && (
          <span className="of-endpoint">
            <EndpointName endpoint={row.endpoint} />
          </span>
        )}
        <Link
          href={href}
          id={rowElementId(row.id)}
          className="row-link"
          onFocus={() => {
            onSelect(row.id)
          }}
        >
          <LocationText location={row.location} />
        </Link>
        <StateTag row={row} />
        {row.control !== undefined && row.control.measured > 0 && (
          <ControlEvidence control={row.control} />
        )}
        {row.suggestion !== undefined && (
          <SuggestionButton suggestion={row.suggestion} endpoint={row.endpoint} />
        )}
      </td>
      <td role="cell" className="c-example">
        <ValueChange kind={row.kind} primary={row.primaryValue} shadow={row.shadowValue} />
      </td>
      <td role="cell" className="c-share">
        <Share part={row.exchanges} whole={row.endpointExchanges} />
      </td>
      <td role="cell" className="c-trend">
        {row.trend !== undefined && row.trend.length > 0 && <TrendLine points={row.trend} />}
      </td>
      <td role="cell" className="c-seen">
        <Moment time={row.lastSeen} as="age" />
      </td>
      <td role="cell" className="c-first">
        <Moment time={row.firstSeen} as="age" />
      </td>
    </>
  )
})
