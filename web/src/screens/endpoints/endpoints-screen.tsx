import { rowsOf, useEndpoints, useRuns, useVerdict } from '../../api/queries.ts'
import { FilterBar, TextFilter } from '../../components/filter-bar.tsx'
import { Loaded } from '../../components/loaded.tsx'
import { MoreButton } from '../../components/more-button.tsx'
import { EmptyNotice } from '../../components/notices.tsx'
import { Screen } from '../../components/screen.tsx'
import { SkeletonRows } from '../../components/skeleton.tsx'
import { pick, useUrlState } from '../../state/url-state.ts'
import { EndpointTable } from './endpoint-table.tsx'
import { UntestedEndpoints } from './untested-endpoints.tsx'

/** What each endpoint was asked, how it differs and how fast both versions are. */
export function EndpointsScreen() {
  const [params, change] = useUrlState()
  const query = useEndpoints(pick(params, ['run', 'q']))
  const run = params.get('run') ?? undefined
  // Over all runs together there is no verdict to stand beside the rows.
  const verdict = useVerdict(run)
  const isOneRun = useRuns().data?.items.length === 1
  const readings = run === undefined && !isOneRun ? [] : (verdict.data?.endpoints ?? [])
  return (
    <Screen title="Endpoints" heading="Endpoints">
      <FilterBar names={['q']}>
        <TextFilter name="q" label="Filter by text" placeholder="Endpoint" />
      </FilterBar>
      <Loaded query={query} what="The endpoints" skeleton={<SkeletonRows rows={12} />}>
        {(data) => {
          const rows = rowsOf(data)
          if (rows.length > 0) {
            return (
              <>
                <EndpointTable rows={rows} readings={readings} />
                <MoreButton query={query} what="endpoints" />
              </>
            )
          }
          return params.has('q') ? (
            <EmptyNotice title="No endpoint matches this filter">
              <button
                type="button"
                className="button"
                onClick={() => {
                  change({ q: undefined })
                }}
              >
                Clear filter
              </button>
            </EmptyNotice>
          ) : (
            <EmptyNotice title="No endpoint was asked yet">
              <p>Endpoints appear with the first recorded request.</p>
            </EmptyNotice>
          )
        }}
      </Loaded>
      <UntestedEndpoints run={run} />
    </Screen>
  )
}
