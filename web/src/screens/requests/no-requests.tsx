import { EmptyNotice } from '../../components/notices.tsx'
import { VisibleText } from '../../components/visible-text.tsx'

/** No rows, and why that may be. */
export function NoRequests({
  requestId,
  isFiltered,
  onClear,
}: {
  readonly requestId: string | undefined
  readonly isFiltered: boolean
  readonly onClear: () => void
}) {
  if (!isFiltered) {
    return (
      <EmptyNotice title="No request was recorded yet">
        <p>Requests appear here a moment after they were answered.</p>
      </EmptyNotice>
    )
  }
  return (
    <EmptyNotice
      title={requestId === undefined ? 'No request matches these filters' : 'Nothing recorded'}
    >
      {requestId !== undefined && (
        <p>
          No recorded request has the x-request-id{' '}
          <code>
            <VisibleText text={requestId} />
          </code>
          . It may not have passed this proxy, or retention has removed it.
        </p>
      )}
      <button type="button" className="button" onClick={onClear}>
        Clear filters
      </button>
    </EmptyNotice>
  )
}
