import type { ReactNode } from 'react'
import { ErrorNotice, StaleNotice } from './notices.tsx'

/** What this needs of a query, whatever its kind. */
interface Loadable<T> {
  readonly data: T | undefined
  readonly error: unknown
  readonly isError: boolean
  readonly dataUpdatedAt: number
  readonly refetch: () => Promise<unknown>
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
  const retry = () => void query.refetch()
  if (query.data !== undefined) {
    return (
      <>
        {query.isError && (
          <StaleNotice readAt={query.dataUpdatedAt} error={query.error} onRetry={retry} />
        )}
        {children(query.data)}
      </>
    )
  }
  if (query.isError) return <ErrorNotice what={what} error={query.error} onRetry={retry} />
  return (
    <div aria-busy="true">
      <span className="visually-hidden" role="status">
        Loading
      </span>
      {skeleton}
    </div>
  )
}
