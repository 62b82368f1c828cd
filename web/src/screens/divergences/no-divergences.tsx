import { EmptyNotice } from '../../components/notices.tsx'
import { plural } from '../../format/number.ts'

/** No rows: because of the filter, because nothing was compared, or because nothing differs. */
export function NoDivergences({
  isFiltered,
  compared,
  onClear,
}: {
  readonly isFiltered: boolean
  /** Absent while it is not known. */
  readonly compared: number | undefined
  readonly onClear: () => void
}) {
  if (isFiltered) {
    return (
      <EmptyNotice title="No divergence matches these filters">
        <button type="button" className="button" onClick={onClear}>
          Clear filters
        </button>
      </EmptyNotice>
    )
  }
  if (compared === undefined || compared === 0) {
    return (
      <EmptyNotice title="Nothing was compared yet">
        <p>Divergences appear here as soon as both versions answered the same request.</p>
      </EmptyNotice>
    )
  }
  return (
    <EmptyNotice title={`No differences after ${plural(compared, 'compared request')}`}>
      <p>Every compared request got the same answer from both versions.</p>
    </EmptyNotice>
  )
}
