import { useMemo } from 'react'
import { rowsOf, useDivergences, useEndpoints } from '../../api/queries.ts'
import { DownloadMenu } from '../../components/download-menu.tsx'
import { FilterBar, SelectFilter, TextFilter } from '../../components/filter-bar.tsx'
import { Loaded } from '../../components/loaded.tsx'
import { MoreButton } from '../../components/more-button.tsx'
import { Screen } from '../../components/screen.tsx'
import { SkeletonRows } from '../../components/skeleton.tsx'
import { kinds, severityOrder } from '../../format/kinds.ts'
import { formatCount, plural } from '../../format/number.ts'
import { useTotals } from '../../state/totals.ts'
import { pick, useUrlState } from '../../state/url-state.ts'
import { groupByEndpoint, orderOf, orders } from './divergence-order.ts'
import { DivergenceTable } from './divergence-table.tsx'
import { NoDivergences } from './no-divergences.tsx'

const filterNames = ['endpoint', 'kind', 'severity', 'q']

/** What differs, grouped by endpoint: the list people come for. */
export function DivergencesScreen() {
  const [params, change] = useUrlState()
  const filters = pick(params, ['run', ...filterNames])
  const query = useDivergences(filters)
  const endpoints = useEndpoints({ run: filters['run'] })
  const totals = useTotals(filters['run']).data
  const order = orderOf(params.get('sort'))
  const rows = query.data === undefined ? undefined : rowsOf(query.data)
  const groups = useMemo(() => groupByEndpoint(rows ?? [], order), [rows, order])
  const endpointOptions = (endpoints.data === undefined ? [] : rowsOf(endpoints.data)).map(
    ({ endpoint }) => ({ value: endpoint, text: endpoint }),
  )
  return (
    <Screen
      title="Divergences"
      heading="Divergences"
      aside={<DownloadMenu nouns={['differences', 'divergences']} filters={filters} />}
    >
      <FilterBar names={filterNames}>
        <TextFilter name="q" label="Filter by text" placeholder="Endpoint or location" />
        <SelectFilter
          name="severity"
          label="Severity"
          any="Any severity"
          options={severityOptions}
        />
        <SelectFilter name="kind" label="Kind" any="Any kind" options={kindOptions} />
        <SelectFilter
          name="endpoint"
          label="Endpoint"
          any="Any endpoint"
          options={endpointOptions}
        />
        <select
          aria-label="Sort"
          className="sort"
          value={order}
          onChange={(event) => {
            change({ sort: event.target.value === 'severity' ? undefined : event.target.value })
          }}
        >
          {orders.map(({ value, text }) => (
            <option key={value} value={value}>
              {text}
            </option>
          ))}
        </select>
      </FilterBar>
      <Loaded query={query} what="The divergences" skeleton={<SkeletonRows rows={10} />}>
        {() =>
          rows === undefined || rows.length === 0 ? (
            <NoDivergences
              isFiltered={filterNames.some((name) => params.has(name))}
              compared={totals?.compared}
              onClear={() => {
                change(Object.fromEntries(filterNames.map((name) => [name, undefined])))
              }}
            />
          ) : (
            <>
              <p className="summary">
                {plural(rows.length, 'divergence')} on {plural(groups.length, 'endpoint')}
                {totals !== undefined && ` after ${formatCount(totals.compared)} compared requests`}
              </p>
              <DivergenceTable groups={groups} order={order} />
              <MoreButton query={query} what="divergences" />
            </>
          )
        }
      </Loaded>
    </Screen>
  )
}

const severityOptions = severityOrder.map((value) => ({ value, text: value }))
const kindOptions = Object.entries(kinds).map(([value, { word }]) => ({ value, text: word }))
