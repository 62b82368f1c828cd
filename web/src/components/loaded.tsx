import type { ReactNode } from 'react'
import { retryFailed } from '../api/query-client.ts'
import { ErrorNotice, StaleNotice } from './notices.tsx'

/** What this needs of a query, whatever its kind. */
interface Loadable<T> {
  readonly data: T | undefined
  readonly error: unknown
  readonly isError: boolean
  readonly dataUpdatedAt: number
}

/**
 * Shows a query's state: what it holds once loading succeeded, never before. Loading is a skeleton,
 * failing says so, and old rows whose renewal failed say how old they are.
 */
export function Loaded<T>({
  query,
  what,
  skeleton,
  children,
}: {
  readonly query: Loadable<T>
  /** What is loaded, as the subject of a sentence: `Divergences`. */
  readonly what: string
  readonly skeleton: ReactNode
  readonly children: (data: T) => ReactNode
}) {
  if (query.data !== undefined) {
    return (
      <>
        {query.isError && (
          <StaleNotice readAt={query.dataUpdatedAt} error={query.error} onRetry={retryFailed} />
        )}
        {children(query.data)}
      </>
    )
  }
  if (query.isError) return <ErrorNotice what={what} error={query.error} onRetry={retryFailed} />
  return (
    <div aria-busy="true">
      <span className="visually-hidden" role="status">
        Loading
      </span>
      {skeleton}
    </div>
  )
}
