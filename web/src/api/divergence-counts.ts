import { keepPreviousData, useQuery, type UseQueryResult } from '@tanstack/react-query'
import type { DivergenceCounts } from '../../../src/core/divergence-report.ts'
import { getJson, type Params } from './client.ts'

/** How many divergences of each class match the filters. */
export function useDivergenceCounts(filters: Params): UseQueryResult<DivergenceCounts> {
  return useQuery({
    queryKey: ['divergences', 'counts', filters],
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => getJson<DivergenceCounts>('divergences/counts', filters, signal),
  })
}
