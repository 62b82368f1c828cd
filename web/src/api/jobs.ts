/** Judging again what is stored: begun, followed, stopped. */

import { useQuery, type UseQueryResult } from '@tanstack/react-query'
import type { Page } from '../../../src/core/lists.ts'
import type { JobView } from '../../../src/core/service-report.ts'
import { getJson, sendJson } from './client.ts'
import { queryClient, readAnew } from './query-client.ts'

/** What judging again changes: everything that is made from judgements. */
const judged = [
  ...['exchange', 'exchanges', 'divergences', 'endpoints', 'runs', 'verdict', 'traffic'],
  ...['rules', 'audit'],
]
const followMs = 500

/** The newest jobs; while one runs they are read again and again, since an event can be lost. */
export function useJobs(): UseQueryResult<readonly JobView[]> {
  return useQuery<readonly JobView[]>({
    queryKey: ['jobs'],
    refetchInterval: ({ state }) => (state.data?.[0]?.state === 'running' ? followMs : false),
    queryFn: async ({ signal }) => {
      const before = queryClient.getQueryData<readonly JobView[]>(['jobs'])?.[0]
      const { items } = await getJson<Page<JobView>>('jobs', { limit: 20 }, signal)
      const now = items[0]
      const ended = now !== undefined && now.state !== 'running'
      if (ended && before !== undefined && (before.id !== now.id || before.state === 'running')) {
        void readAnew(judged)
      }
      return items
    },
  })
}

/** Begins to judge everything stored again under today's rules. */
export async function startRecompare(): Promise<JobView> {
  try {
    return await sendJson<JobView>('POST', 'recompare')
  } finally {
    await readAnew(['jobs'])
  }
}

/** Stops a job; what it judged stays judged. */
export async function cancelJob(id: number): Promise<void> {
  try {
    await sendJson('POST', `jobs/${String(id)}/cancel`)
  } finally {
    await readAnew(['jobs'])
  }
}
