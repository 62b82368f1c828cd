import type { DivergenceClass, DivergenceCounts } from '../../../../src/core/divergence-report.ts'
import { EmptyNotice } from '../../components/notices.tsx'
import { plural } from '../../format/number.ts'

/** No rows: because of the filter, because nothing was compared, or because nothing differs. */
export function NoDivergences({
  known,
  counts,
  isFiltered,
  compared,
  onClear,
}: {
  readonly known: DivergenceClass
  /** How many there are of each class; absent while it is not known. */
  readonly counts: DivergenceCounts | undefined
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
  if (known === 'noise') {
    return (
      <EmptyNotice title="No noise is known">
        <p>
          Noise is what primary’s own version answers differently to the same request. It is
          measured by a control, which repeats requests to it.
        </p>
      </EmptyNotice>
    )
  }
  if (known === 'expected') {
    return (
      <EmptyNotice title="Nothing is marked as expected">
        <p>A divergence that is meant to be is marked with e, and counted here.</p>
      </EmptyNotice>
    )
  }
  const apart = counts === undefined ? 0 : counts.noise + counts.expected
  if (apart > 0 || counts === undefined) {
    return (
      <EmptyNotice title={`Nothing unexpected after ${plural(compared, 'compared request')}`}>
        <p>What differs is noise or expected.</p>
      </EmptyNotice>
    )
  }
  return (
    <EmptyNotice title={`No differences after ${plural(compared, 'compared request')}`}>
      <p>Every compared request got the same answer from both versions.</p>
    </EmptyNotice>
  )
}
