/** What people change. Each change tells which nouns of the API are old afterwards. */

import { useMutation, type UseMutationResult } from '@tanstack/react-query'
import { sendJson, type Method } from './client.ts'
import { queryClient } from './query-client.ts'

/** One request that changes something. */
export interface Change {
  readonly method: Method
  /** Path below the API: `runs`, `rules/gen-time`. */
  readonly path: string
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

/**
 * Sends changes of one kind. `stale` names the nouns that are read anew when one succeeded; the audit list
 * always is. The error of the newest is kept until the next one begins.
 */
export function useChange<T>(stale: readonly string[]): UseMutationResult<T, Error, Change> {
  return useMutation<T, Error, Change>({
    // A change that went through unheard must not be made twice.
    retry: false,
    networkMode: 'always',
    mutationFn: ({ method, path, body, headers }) => sendJson<T>(method, path, body, headers),
    onSuccess: async () => {
      await Promise.all(
        [...stale, 'audit'].map((noun) => queryClient.invalidateQueries({ queryKey: [noun] })),
      )
    },
  })
}
