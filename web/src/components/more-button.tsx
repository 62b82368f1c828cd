import type { ListQuery } from '../api/queries.ts'

/** Reads the next page of a list; absent at its end. */
export function MoreButton<T>({
  query,
  what,
}: {
  readonly query: ListQuery<T>
  readonly what: string
}) {
  if (!query.hasNextPage) return null
  return (
    <p className="more">
      <button
        type="button"
        className="button"
        disabled={query.isFetchingNextPage}
        onClick={() => void query.fetchNextPage()}
      >
        {query.isFetchingNextPage ? 'Loading' : `Load more ${what}`}
      </button>
    </p>
  )
}
