import { useMemo } from 'react'
import { Link } from 'wouter'
import { plural } from '../../format/number.ts'
import { useSelection } from '../../state/selection.ts'
import { changed, useUrlState } from '../../state/url-state.ts'
import type { EndpointGroup, Order } from './divergence-order.ts'
import { DivergenceLine } from './divergence-line.tsx'
import { EndpointName } from '../../components/endpoint-name.tsx'

const columns: readonly {
  readonly text: string
  readonly order?: Order
  readonly className: string
}[] = [
  { text: 'Severity', order: 'severity', className: 'c-severity' },
  { text: 'Kind', className: 'c-kind' },
  { text: 'Location', className: 'c-location' },
  { text: 'Example: primary → shadow', className: 'c-example' },
  { text: 'Requests', order: 'count', className: 'c-share' },
  { text: 'Last seen', order: 'last', className: 'c-seen' },
  { text: 'First seen', order: 'first', className: 'c-first' },
]

/** Divergences under their endpoints, as one table. */
export function DivergenceTable({
  groups,
  order,
}: {
  readonly groups: readonly EndpointGroup[]
  readonly order: Order
}) {
  const [params, change] = useUrlState()
  const ids = useMemo(() => groups.flatMap(({ rows }) => rows.map(({ id }) => id)), [groups])
  const { selected, select } = useSelection(ids)
  const search = changed(params, { sel: undefined })
  return (
    <table className="divergences" role="table">
      <thead role="rowgroup">
        <tr role="row">
          {columns.map((column) => (
            <th
              key={column.text}
              role="columnheader"
              scope="col"
              className={column.className}
              aria-sort={column.order === order ? 'descending' : undefined}
            >
              {column.order === undefined ? (
                column.text
              ) : (
                <button
                  type="button"
                  className="sort-button"
                  onClick={() => {
                    change({ sort: column.order === 'severity' ? undefined : column.order })
                  }}
                >
                  {column.text}
                </button>
              )}
            </th>
          ))}
        </tr>
      </thead>
      {groups.map(({ endpoint, rows }) => (
        <tbody key={endpoint} role="rowgroup">
          <tr role="row" className="group-row">
            <th role="rowheader" scope="rowgroup" colSpan={columns.length}>
              <Link
                href={`/endpoints${changed(params, { q: endpoint, endpoint: undefined, sel: undefined, sort: undefined, kind: undefined, severity: undefined })}`}
              >
                <EndpointName endpoint={endpoint} />
              </Link>
              <span className="muted">
                {plural(rows.length, 'divergence')} in{' '}
                {plural(rows[0]?.endpointExchanges ?? 0, 'compared request')}
              </span>
            </th>
          </tr>
          {rows.map((row) => (
            <DivergenceLine
              key={row.id}
              row={row}
              href={`/divergences/${row.id}${search}`}
              isSelected={row.id === selected}
              onSelect={select}
            />
          ))}
        </tbody>
      ))}
    </table>
  )
}
