import { rowsOf, useEndpoints, useExchanges } from '../../api/queries.ts'
import { DownloadMenu } from '../../components/download-menu.tsx'
import { FilterBar, SelectFilter, TextFilter } from '../../components/filter-bar.tsx'
import { Loaded } from '../../components/loaded.tsx'
import { Screen } from '../../components/screen.tsx'
import { SkeletonRows } from '../../components/skeleton.tsx'
import { outcomes } from '../../format/kinds.ts'
import { useTotals } from '../../state/totals.ts'
import { pick, useUrlState } from '../../state/url-state.ts'
import { FilterTag } from './filter-tag.tsx'
import { ListStatus } from './list-status.tsx'
import { NoRequests } from './no-requests.tsx'
import { RequestTable } from './request-table.tsx'

const filterNames = ['q', 'outcome', 'endpoint', 'method', 'status', 'requestId', 'divergence']

/** Every recorded exchange, newest first. */
export function RequestsScreen() {
  const [params, change] = useUrlState()
  const filters = pick(params, ['run', ...filterNames])
  const query = useExchanges(filters)
  const endpoints = useEndpoints({ run: filters['run'] })
  const totals = useTotals(filters['run']).data
  const isFiltered = filterNames.some((name) => params.has(name))
  const endpointRows = endpoints.data === undefined ? [] : rowsOf(endpoints.data)
  const methods = [...new Set(endpointRows.map(({ endpoint }) => endpoint.split(' ')[0] ?? ''))]
  return (
    <Screen
      title="Requests"
      heading="Requests"
      aside={<DownloadMenu nouns={['exchanges', 'differences']} filters={filters} />}
    >
      <FilterBar names={filterNames}>
        <TextFilter name="q" label="Filter by text" placeholder="Path, endpoint or request id" />
        <SelectFilter name="outcome" label="Outcome" any="Any outcome" options={outcomeOptions} />
        <SelectFilter
          name="endpoint"
          label="Endpoint"
          any="Any endpoint"
          options={endpointRows.map(({ endpoint }) => ({ value: endpoint, text: endpoint }))}
        />
        <SelectFilter
          name="method"
          label="Method"
          any="Any method"
          options={methods.sort().map((method) => ({ value: method, text: method }))}
        />
        <SelectFilter name="status" label="Status" any="Any status" options={statusOptions} />
        <FilterTag name="requestId" label="x-request-id" />
        <FilterTag name="divergence" label="divergence" />
      </FilterBar>
      <Loaded query={query} what="The requests" skeleton={<SkeletonRows rows={14} />}>
        {(data) => {
          const rows = rowsOf(data)
          return rows.length === 0 ? (
            <NoRequests
              requestId={filters['requestId']}
              isFiltered={isFiltered}
              onClear={() => {
                change(Object.fromEntries(filterNames.map((name) => [name, undefined])))
              }}
            />
          ) : (
            <>
              <ListStatus
                shown={rows.length}
                recorded={isFiltered ? undefined : totals?.exchanges}
                hasMore={query.hasNextPage}
              />
              <RequestTable rows={rows} query={query} />
            </>
          )
        }}
      </Loaded>
    </Screen>
  )
}

const outcomeOptions = Object.entries(outcomes).map(([value, text]) => ({ value, text }))
const statusOptions = [
  200, 201, 204, 301, 302, 304, 400, 401, 403, 404, 409, 422, 429, 500, 502, 503, 504,
].map((status) => ({ value: String(status), text: String(status) }))
