import { memo } from 'react'
import { Link } from 'wouter'
import type { ExchangeRow } from '../../../../src/core/exchange-report.ts'
import { OutcomeBadge, StatusCode } from '../../components/badges.tsx'
import { Moment } from '../../components/moment.tsx'
import { VisibleText } from '../../components/visible-text.tsx'
import { formatMs, plural } from '../../format/number.ts'
import { reasonText } from '../../format/reasons.ts'
import { rowElementId } from '../../state/selection.ts'

/** The cells of one exchange. */
export const RequestLine = memo(function RequestLine({
  row,
  onSelect,
}: {
  readonly row: ExchangeRow
  readonly onSelect: (id: string) => void
}) {
  return (
    <>
      <span role="cell" className="c-time tabular">
        <Moment time={row.time} />
      </span>
      <span role="cell" className="c-request">
        <Link
          href={`/exchanges/${row.id}`}
          id={rowElementId(row.id)}
          className="row-link"
          onFocus={() => {
            onSelect(row.id)
          }}
        >
          <code>
            <b className="method">{row.method}</b> <VisibleText text={row.path} />
          </code>
        </Link>
      </span>
      <span role="cell" className="c-status">
        <StatusCode status={row.primaryStatus} />
        {row.outcome !== 'unmirrored' && row.primaryStatus !== row.shadowStatus && (
          <>
            <span className="arrow" aria-label="in shadow">
              →
            </span>
            <StatusCode status={row.shadowStatus} />
          </>
        )}
      </span>
      <span role="cell" className="c-outcome">
        <OutcomeBadge outcome={row.outcome} reason={row.reason} />
        <span className="muted detail">
          {row.reason !== undefined
            ? reasonText(row.reason)
            : row.differences > 0
              ? plural(row.differences, 'difference')
              : ''}
        </span>
      </span>
      <span role="cell" className="c-ms tabular">
        {row.primaryMs === undefined ? '' : formatMs(row.primaryMs)}
      </span>
      <span role="cell" className="c-ms tabular">
        {row.shadowMs === undefined ? '' : formatMs(row.shadowMs)}
      </span>
    </>
  )
})
