import { useState } from 'react'
import type { ExchangeDetail, ObservationView } from '../../../../src/core/exchange-report.ts'
import { headerRows, type HeaderRow } from '../../diff/header-rows.ts'
import { inlineDiff, type Segment } from '../../diff/inline.ts'
import { kinds } from '../../format/kinds.ts'
import { plural } from '../../format/number.ts'
import { SegmentText } from './segment-text.tsx'
import { RuledBy } from './ruled-by.tsx'
import { VisibleText } from '../visible-text.tsx'

/** Both answers' headers by name, then their trailers. */
export function HeadersTab({
  detail,
  location,
}: {
  readonly detail: ExchangeDetail
  readonly location: string | undefined
}) {
  const [onlyDiffering, setOnlyDiffering] = useState(false)
  const { primary, shadow } = detail
  const rows = [
    ...headerRows('header', listOf(primary, 'headers'), listOf(shadow, 'headers'), detail),
    ...headerRows('trailer', listOf(primary, 'trailers'), listOf(shadow, 'trailers'), detail),
  ]
  if (rows.length === 0) return <p className="muted pad">Neither version sent headers.</p>
  const count = (state: HeaderRow['state']) => rows.filter((row) => row.state === state).length
  const shown = onlyDiffering ? rows.filter((row) => row.state !== 'same') : rows
  return (
    <>
      <div className="tab-tools">
        <label className="check">
          <input
            type="checkbox"
            checked={onlyDiffering}
            onChange={(event) => {
              setOnlyDiffering(event.target.checked)
            }}
          />
          Only what differs
        </label>
        <span className="muted">
          Of {plural(rows.length, 'header')}, {count('differs')}{' '}
          {count('differs') === 1 ? 'differs' : 'differ'} and {count('suppressed')}{' '}
          {count('suppressed') === 1 ? 'is' : 'are'} suppressed
        </span>
      </div>
      <table className="headers" role="table">
        <thead role="rowgroup">
          <tr role="row">
            <th role="columnheader" scope="col">
              Name
            </th>
            <th role="columnheader" scope="col" className="primary">
              Primary
            </th>
            <th role="columnheader" scope="col" className="shadow">
              Shadow
            </th>
            <th role="columnheader" scope="col">
              Result
            </th>
          </tr>
        </thead>
        <tbody role="rowgroup">
          {shown.map((row) => (
            <HeaderLine key={row.location} row={row} isCurrent={row.location === location} />
          ))}
        </tbody>
      </table>
    </>
  )
}

function listOf(observation: ObservationView | undefined, list: 'headers' | 'trailers') {
  return observation?.kind === 'response' ? observation[list] : []
}

function HeaderLine({ row, isCurrent }: { readonly row: HeaderRow; readonly isCurrent: boolean }) {
  const marked =
    row.state === 'same' || row.primary.length !== 1 || row.shadow.length !== 1
      ? undefined
      : inlineDiff(row.primary[0] ?? '', row.shadow[0] ?? '')
  return (
    <tr role="row" className={`${row.state}${isCurrent ? ' current' : ''}`}>
      <th role="rowheader" scope="row">
        <code>
          <VisibleText text={row.name} />
        </code>
      </th>
      <td role="cell" className="primary">
        <HeaderValues values={row.primary} segments={marked?.left} />
      </td>
      <td role="cell" className="shadow">
        <HeaderValues values={row.shadow} segments={marked?.right} />
      </td>
      <td role="cell" className="result">
        {row.state === 'differs' && row.kind !== undefined && <>differs: {kinds[row.kind].word}</>}
        {row.state === 'same' && <span className="muted">same</span>}
        {row.by !== undefined && (
          <RuledBy id={row.by}>
            suppressed <code className="rule">{row.by}</code>
          </RuledBy>
        )}
      </td>
    </tr>
  )
}

function HeaderValues({
  values,
  segments,
}: {
  readonly values: readonly string[]
  readonly segments: readonly Segment[] | undefined
}) {
  if (values.length === 0) return <span className="value absent">absent</span>
  if (segments !== undefined) {
    return (
      <code>
        <SegmentText segments={segments} />
      </code>
    )
  }
  return values.map((value, index) => (
    <code key={index} className="header-value">
      <VisibleText text={value} />
    </code>
  ))
}
