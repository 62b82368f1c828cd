import type { Params } from '../../api/client.ts'
import { useCallback, useMemo } from 'react'
import type { DivergenceClass } from '../../../../src/core/divergence-report.ts'
import { useDivergenceCounts } from '../../api/divergence-counts.ts'
import { rowsOf, useDivergences, useEndpoints } from '../../api/queries.ts'
import { DownloadMenu, type ExportNoun } from '../../components/download-menu.tsx'
import { FilterBar, SelectFilter, TextFilter } from '../../components/filter-bar.tsx'
import { Loaded } from '../../components/loaded.tsx'
import { MoreButton } from '../../components/more-button.tsx'
import { Screen } from '../../components/screen.tsx'
import { SkeletonRows } from '../../components/skeleton.tsx'
import { kinds, severityOrder } from '../../format/kinds.ts'
import { formatCount, plural } from '../../format/number.ts'
import { useTotals } from '../../state/totals.ts'
import { pick, useUrlState } from '../../state/url-state.ts'
import { useChosen } from './chosen.ts'
import { ClassTabs, classOf } from './class-tabs.tsx'
import { divergenceItems } from './divergence-items.ts'
import { orderOf, orders } from './divergence-order.ts'
import { DivergenceTable } from './divergence-table.tsx'
import { NoDivergences } from './no-divergences.tsx'

const filterNames = ['endpoint', 'kind', 'severity', 'state', 'q']

/** What differs, grouped by endpoint: the list people come for. */
export function DivergencesScreen() {
  const [params, change] = useUrlState()
  const known = classOf(params.get('class'))
  const picked = pick(params, ['run', ...filterNames])
  const filters = { ...picked, class: known }
  const query = useDivergences(filters)
  const counts = useDivergenceCounts(picked).data
  const endpoints = useEndpoints({ run: picked['run'] })
  const totals = useTotals(picked['run']).data
  const chosen = useChosen(filters)
  const order = orderOf(params.get('sort'))
  const rows = useMemo(() => (query.data === undefined ? [] : rowsOf(query.data)), [query.data])
  const isLong = query.hasNextPage || rows.length > longest
  const items = useMemo(() => divergenceItems(rows, order, isLong), [rows, order, isLong])
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = query
  const readOn = useCallback(() => {
    // Under another order what comes next would be put among what is read already.
    if (hasNextPage && !isFetchingNextPage && order === 'severity') void fetchNextPage()
  }, [hasNextPage, isFetchingNextPage, fetchNextPage, order])
  const endpointOptions = (endpoints.data === undefined ? [] : rowsOf(endpoints.data)).map(
    ({ endpoint }) => ({ value: endpoint, text: endpoint }),
  )
  return (
    <Screen
      title="Divergences"
      heading="Divergences"
      aside={<DownloadMenu nouns={nounsOf(filters)} filters={filters} />}
    >
      <ClassTabs counts={counts} />
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
        {known === 'divergence' && (
          <SelectFilter name="state" label="State" any="Open and fixed" options={stateOptions} />
        )}
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
          rows.length === 0 ? (
            <NoDivergences
              known={known}
              counts={counts}
              isFiltered={filterNames.some((name) => params.has(name))}
              compared={totals?.compared}
              onClear={() => {
                change(Object.fromEntries(filterNames.map((name) => [name, undefined])))
              }}
            />
          ) : (
            <>
              <p className="summary">
                {summaryOf(known, counts?.[known] ?? rows.length)}
                {totals !== undefined && ` after ${formatCount(totals.compared)} compared requests`}
                {(query.data?.pages.length ?? 0) > 3 && '; so long a list does not follow live'}
                {hasNextPage && order !== 'severity' && (
                  <>; sorted among the worst {formatCount(rows.length)} that are read so far</>
                )}
              </p>
              <DivergenceTable
                items={items}
                order={order}
                chosen={chosen}
                total={counts?.[known]}
                onNearEnd={readOn}
              />
              <MoreButton query={query} what="divergences" />
            </>
          )
        }
      </Loaded>
    </Screen>
  )
}

/** A list that is longer is shown as it comes, not by endpoint. */
const longest = 1000

function summaryOf(known: DivergenceClass, count: number): string {
  const words = {
    divergence: plural(count, 'divergence'),
    noise: `${plural(count, 'divergence')} that primary’s own version shows too`,
    expected: plural(count, 'expected divergence'),
  }
  return words[known]
}

const stateOptions = ['open', 'fixed'].map((value) => ({ value, text: value }))
const severityOptions = severityOrder.map((value) => ({ value, text: value }))
const kindOptions = Object.entries(kinds).map(([value, { word }]) => ({ value, text: word }))

/** A difference has the class of its divergence; a state it has not. */
function nounsOf(filters: Params): readonly ExportNoun[] {
  return filters['state'] === undefined ? ['differences', 'divergences'] : ['divergences']
}
