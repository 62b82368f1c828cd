import type { ControlView } from '../../../src/core/divergence-report.ts'
import { formatCount } from '../format/number.ts'

/** What primary's own version says of a divergence: whether it differs from itself there. */
export function ControlEvidence({ control }: { readonly control: ControlView }) {
  const { measured, differed } = control
  return (
    <span className="evidence">
      {differed === 0
        ? `primary’s own version never differs here: 0 of ${formatCount(measured)}`
        : `primary’s own version differs here too: ${formatCount(differed)} of ${formatCount(measured)}`}
    </span>
  )
}
