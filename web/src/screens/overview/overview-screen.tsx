import { rowsOf, useDivergences, useEndpoints, useStatus } from '../../api/queries.ts'
import { Loaded } from '../../components/loaded.tsx'
import { Screen } from '../../components/screen.tsx'
import { SkeletonRows } from '../../components/skeleton.tsx'
import { useTotals } from '../../state/totals.ts'
import { pick, useUrlState } from '../../state/url-state.ts'
import { Conclusion } from './conclusion.tsx'
import { FirstRequest } from './first-request.tsx'
import { LatencyPanel } from './latency-panel.tsx'
import { MirrorFunnel } from './mirror-funnel.tsx'
import { PartsPanel } from './parts-panel.tsx'
import { TopDivergences } from './top-divergences.tsx'

/** What can be said now, and whether the tool itself is well. */
export function OverviewScreen() {
  const [params] = useUrlState()
  const filters = pick(params, ['run'])
  const status = useStatus()
  const totals = useTotals(filters['run'])
  const divergences = useDivergences(filters)
  const endpoints = useEndpoints(filters)
  const isFirstStart = status.data?.counters.seen === 0 && totals.data?.exchanges === 0
  return (
    <Screen title="Overview" heading="Overview">
      <Loaded query={status} what="The status" skeleton={<SkeletonRows rows={10} />}>
        {(service) =>
          isFirstStart ? (
            <FirstRequest status={service} />
          ) : (
            <div className="overview">
              <section className="panel conclusion" aria-label="What can be said now">
                <Loaded query={totals} what="The totals" skeleton={<SkeletonRows rows={3} />}>
                  {(counts) => (
                    <Loaded
                      query={divergences}
                      what="The divergences"
                      skeleton={<SkeletonRows rows={3} />}
                    >
                      {(data) => (
                        <Conclusion
                          totals={counts}
                          divergences={rowsOf(data)}
                          endpoints={endpoints.data && rowsOf(endpoints.data)}
                          hasMore={divergences.hasNextPage}
                        />
                      )}
                    </Loaded>
                  )}
                </Loaded>
              </section>
              <MirrorFunnel counters={service.counters} />
              <PartsPanel status={service} />
              <TopDivergences query={divergences} />
              <LatencyPanel query={endpoints} />
            </div>
          )
        }
      </Loaded>
    </Screen>
  )
}
