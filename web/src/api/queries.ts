/** What the screens ask for. Keys begin with the API's noun, so that live events can find them. */

import {
  keepPreviousData,
  queryOptions,
  useInfiniteQuery,
  useQuery,
  type InfiniteData,
  type UseInfiniteQueryResult,
  type UseQueryResult,
} from '@tanstack/react-query'
import type { DivergenceDetail, DivergenceRow } from '../../../src/core/divergence-report.ts'
import type { ChangesView, ExchangeDetail, ExchangeRow } from '../../../src/core/exchange-report.ts'
import type { Page } from '../../../src/core/lists.ts'
import type {
  EndpointRow,
  RunComparison,
  RunRow,
  TrafficView,
  VerdictView,
} from '../../../src/core/run-report.ts'
import type { AuditRow, MirrorView, StatusView } from '../../../src/core/service-report.ts'
import { getJson, type Params } from './client.ts'

/** A list that is read page by page. */
export type ListQuery<T> = UseInfiniteQueryResult<InfiniteData<Page<T>>>

/** Counters, upstreams and the state of the parts. */
export function useStatus(): UseQueryResult<StatusView> {
  return useQuery({
    queryKey: ['status'],
    queryFn: ({ signal }) => getJson<StatusView>('status', {}, signal),
    // Events tell of recorded requests; a part that died is silent.
    refetchInterval: 5_000,
  })
}

/** Whether shadow may replace primary, as far as a run shows; without a name, the current run. */
export function useVerdict(run: string | undefined): UseQueryResult<VerdictView> {
  return useQuery({
    queryKey: ['verdict', run],
    queryFn: ({ signal }) => getJson<VerdictView>('verdict', { run }, signal),
    // A breaker that opens and traffic that dries up are no recorded requests.
    refetchInterval: 10_000,
  })
}

/** Requests and latencies of a run over time; nothing is asked until it is known which. */
export function useTraffic(run: string | undefined): UseQueryResult<TrafficView> {
  return useQuery({
    queryKey: ['traffic', run],
    enabled: run !== undefined,
    queryFn: ({ signal }) => getJson<TrafficView>('traffic', { run }, signal),
  })
}

/** What of the mirroring people changed, and what holds because of it. */
export function useMirror(): UseQueryResult<MirrorView> {
  return useQuery({
    queryKey: ['mirror'],
    queryFn: ({ signal }) => getJson<MirrorView>('mirror', {}, signal),
    // Somebody else may change it, which no event tells.
    refetchInterval: 10_000,
  })
}

/** Who did what, newest first. */
export function useAudit(filters: Params): ListQuery<AuditRow> {
  return useList<AuditRow>('audit', filters, 100)
}

/** Two runs beside each other. */
export function useRunComparison(before: string, after: string): UseQueryResult<RunComparison> {
  return useQuery({
    queryKey: ['runs', 'compare', before, after],
    queryFn: ({ signal }) => getJson<RunComparison>('runs/compare', { before, after }, signal),
  })
}

/** Every run, newest first. */
export const runsQuery = queryOptions({
  queryKey: ['runs'],
  queryFn: ({ signal }) => getJson<Page<RunRow>>('runs', { limit: 200 }, signal),
})

/** Every run, newest first. */
export function useRuns(): UseQueryResult<Page<RunRow>> {
  return useQuery(runsQuery)
}

/** Divergences that match the filters; nothing is asked while not `enabled`. */
export function useDivergences(filters: Params, enabled = true): ListQuery<DivergenceRow> {
  return useList<DivergenceRow>('divergences', filters, 500, enabled)
}

/** Endpoints that match the filters. */
export function useEndpoints(filters: Params): ListQuery<EndpointRow> {
  return useList<EndpointRow>('endpoints', filters, 500)
}

/** Endpoints that the configuration names and no compared request of the run has reached. */
export function useUntestedEndpoints(
  run: string | undefined,
): UseQueryResult<{ readonly items: readonly string[] }> {
  return useQuery({
    queryKey: ['endpoints', 'untested', run],
    queryFn: ({ signal }) =>
      getJson<{ readonly items: readonly string[] }>('endpoints/untested', { run }, signal),
  })
}

/** Exchanges that match the filters, newest first. */
export function useExchanges(filters: Params): ListQuery<ExchangeRow> {
  return useList<ExchangeRow>('exchanges', filters, 100)
}

/** One divergence with its newest examples. */
export function useDivergence(id: string): UseQueryResult<DivergenceDetail> {
  return useQuery({
    queryKey: ['divergences', 'one', id],
    queryFn: ({ signal }) =>
      getJson<DivergenceDetail>(`divergences/${encodeURIComponent(id)}`, { examples: 50 }, signal),
  })
}

/** One exchange in full. It never changes, so live events leave it alone. */
export function useExchange(id: string | undefined): UseQueryResult<ExchangeDetail> {
  return useQuery({
    queryKey: ['exchange', id],
    enabled: id !== undefined,
    staleTime: Infinity,
    queryFn: ({ signal }) =>
      getJson<ExchangeDetail>(`exchanges/${encodeURIComponent(id ?? '')}`, {}, signal),
  })
}

/** What changed between the bodies of an exchange, in words. */
export function useChanges(id: string): UseQueryResult<ChangesView> {
  return useQuery({
    queryKey: ['exchange', id, 'changes'],
    staleTime: Infinity,
    queryFn: ({ signal }) =>
      getJson<ChangesView>(`exchanges/${encodeURIComponent(id)}/changes`, {}, signal),
  })
}

/** The rows of every page that was read. */
export function rowsOf<T>(data: InfiniteData<Page<T>>): readonly T[] {
  return data.pages.length === 1
    ? (data.pages[0]?.items ?? [])
    : data.pages.flatMap((page) => page.items)
}

function useList<T>(noun: string, filters: Params, limit: number, enabled = true): ListQuery<T> {
  return useInfiniteQuery({
    queryKey: [noun, filters],
    enabled,
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      getJson<Page<T>>(noun, { ...filters, limit, cursor: pageParam }, signal),
    getNextPageParam: (page) => page.next,
    // The old rows stay until the new ones are there, so that the page does not jump.
    placeholderData: keepPreviousData,
  })
}
