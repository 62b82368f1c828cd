import type { ReactNode } from 'react'
import { ApiError } from '../api/problem.ts'

/** Something failed: what, why, and a way on. */
export function ErrorNotice({
  what,
  error,
  onRetry,
}: {
  readonly what: string
  readonly error: unknown
  readonly onRetry: () => void
}) {
  const status = error instanceof ApiError ? error.status : undefined
  return (
    <div className="notice error" role="alert">
      <h2>{what} could not be loaded</h2>
      <p>
        {error instanceof Error ? error.message : String(error)}
        {status !== undefined && <span className="muted"> (status {status})</span>}
      </p>
      <button type="button" className="button" onClick={onRetry}>
        Try again
      </button>
    </div>
  )
}

/** Shown over the last good rows when reading them anew failed. */
export function StaleNotice({
  readAt,
  error,
  onRetry,
}: {
  readonly readAt: number
  readonly error: unknown
  readonly onRetry: () => void
}) {
  return (
    <div className="notice stale" role="status">
      <p>
        Shown as read at {new Date(readAt).toLocaleTimeString('en-GB')}; reading again failed:{' '}
        {error instanceof Error ? error.message : String(error)}
      </p>
      <button type="button" className="button" onClick={onRetry}>
        Try again
      </button>
    </div>
  )
}

/** There is nothing, and why that is. */
export function EmptyNotice({
  title,
  children,
}: {
  readonly title: string
  readonly children?: ReactNode
}) {
  return (
    <div className="notice empty">
      <h2>{title}</h2>
      {children}
    </div>
  )
}
