import { QueryClient } from '@tanstack/react-query'
import { ApiError } from './problem.ts'

/** Reads again whatever failed and is on the screen. */
export function retryFailed(): void {
  void queryClient.refetchQueries({
    type: 'active',
    predicate: ({ state }) => state.status === 'error',
  })
}

/** Reads these nouns of the API again; resolves when what is on the screen is new. */
export async function readAnew(nouns: readonly string[]): Promise<void> {
  await Promise.all(nouns.map((noun) => queryClient.invalidateQueries({ queryKey: [noun] })))
}

/** Keeps what the API answered; live events, not time, say when it is old. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 60_000,
      // The console is usually on this machine: being offline says nothing about it.
      networkMode: 'always',
      retry: (failures, error) =>
        failures < 2 && !(error instanceof ApiError && (error.status ?? 500) < 500),
      retryDelay: (failures) => 300 * 2 ** failures,
    },
  },
})
