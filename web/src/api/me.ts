/** Who looks at the console, and what they may do. */

import { useQuery, type UseQueryResult } from '@tanstack/react-query'
import type { MeView } from '../../../src/core/service-report.ts'
import { getJson } from './client.ts'

/** Who looks at the console. */
export function useMe(): UseQueryResult<MeView> {
  return useQuery({
    queryKey: ['me'],
    staleTime: Infinity,
    queryFn: ({ signal }) => getJson<MeView>('me', {}, signal),
  })
}

/** Whether this person may change things; `why` says why not. Unknown counts as no. */
export function useMayOperate(): { readonly may: boolean; readonly why?: string } {
  const me = useMe()
  if (me.data?.role === 'operator') return { may: true }
  if (me.data === undefined) {
    return {
      may: false,
      why: me.isError
        ? 'It is not known who you are, so nothing can be changed.'
        : 'Asking who you are.',
    }
  }
  return {
    may: false,
    why: `You are signed in as ${me.data.name} with the role ${me.data.role}. Only operators change this.`,
  }
}
