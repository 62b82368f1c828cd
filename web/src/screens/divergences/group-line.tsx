import { Link } from 'wouter'
import type { DivergenceRow } from '../../../../src/core/divergence-report.ts'
import { EndpointName } from '../../components/endpoint-name.tsx'
import { plural } from '../../format/number.ts'
import { changed, useUrlState } from '../../state/url-state.ts'

/** What only the list of divergences knows of the URL. */
const ownParams = {
  endpoint: undefined,
  sel: undefined,
  sort: undefined,
  kind: undefined,
  severity: undefined,
  class: undefined,
  state: undefined,
}

/** An endpoint above its divergences. */
export function GroupLine({
  endpoint,
  rows,
  columns,
}: {
  readonly endpoint: string
  readonly rows: readonly DivergenceRow[]
  readonly columns: number
}) {
  const [params] = useUrlState()
  return (
    <th role="rowheader" scope="rowgroup" colSpan={columns}>
      <Link href={`/endpoints${changed(params, { ...ownParams, q: endpoint })}`}>
        <EndpointName endpoint={endpoint} />
      </Link>
      <span className="muted">
        {plural(rows.length, 'divergence')} in{' '}
        {plural(rows[0]?.endpointExchanges ?? 0, 'compared request')}
      </span>
    </th>
  )
}
