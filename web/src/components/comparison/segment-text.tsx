import type { Segment } from '../../diff/inline.ts'
import { formatCount } from '../../format/number.ts'
import { VisibleText } from '../visible-text.tsx'

/** A line in pieces: what changed is marked, what was left out is counted. */
export function SegmentText({ segments }: { readonly segments: readonly Segment[] }) {
  return segments.map(({ text, changed, omitted }, index) => {
    if (omitted !== undefined) {
      return (
        <span key={index} className="omitted">
          {formatCount(omitted)} characters
        </span>
      )
    }
    const shown = <VisibleText text={text} />
    return changed ? <mark key={index}>{shown}</mark> : <span key={index}>{shown}</span>
  })
}
