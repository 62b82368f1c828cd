import { Link } from 'wouter'
import type { DivergenceRow } from '../../../../src/core/report.ts'
import { KindLabel, SeverityBadge } from '../../components/badges.tsx'
import { LocationText } from '../../components/location-text.tsx'
import { Moment } from '../../components/moment.tsx'
import { Share } from '../../components/share.tsx'
import { ValueChange } from '../../components/value-change.tsx'
import { rowElementId } from '../../state/selection.ts'

/** One divergence as a row; its location is the link. */
export function DivergenceLine({
  row,
  href,
  isSelected,
  onSelect,
}: {
  readonly row: DivergenceRow
  readonly href: string
  readonly isSelected: boolean
  readonly onSelect: (id: string) => void
}) {
  return (
    <tr role="row" className={isSelected ? 'selected' : undefined}>
      <td role="cell" className="c-severity">
        <SeverityBadge severity={row.severity} />
      </td>
      <td role="cell" className="c-kind">
        <KindLabel kind={row.kind} />
      </td>
      <td role="cell" className="c-location">
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
        {row.class !== 'divergence' && <span className="tag">{row.class}</span>}
        {row.state !== 'open' && <span className="tag">{row.state}</span>}
      </td>
      <td role="cell" className="c-example">
        <ValueChange kind={row.kind} primary={row.primaryValue} shadow={row.shadowValue} />
      </td>
      <td role="cell" className="c-share">
        <Share part={row.exchanges} whole={row.endpointExchanges} />
      </td>
      <td role="cell" className="c-seen">
        <Moment time={row.lastSeen} as="age" />
      </td>
      <td role="cell" className="c-first">
        <Moment time={row.firstSeen} as="age" />
      </td>
    </tr>
  )
}
