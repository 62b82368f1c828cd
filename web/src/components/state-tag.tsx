import type { DivergenceRow } from '../../../src/core/divergence-report.ts'
import { formatShare } from '../format/number.ts'
import { VisibleText } from './visible-text.tsx'

/** What people said of a divergence: the state with its conditions, and the note. */
export function StateTag({
  row: { state, class: known, note, until, rate },
}: {
  readonly row: DivergenceRow
}) {
  return (
    <>
      {known === 'noise' && <span className="tag">noise</span>}
      {state !== 'open' && (
        <span className="tag">
          {state}
          {until !== undefined && ` until ${until.slice(0, 10)}`}
          {rate !== undefined && ` up to ${formatShare(rate)}`}
        </span>
      )}
      {note !== undefined && (
        <span className="evidence">
          <VisibleText text={note.length > 160 ? `${note.slice(0, 160)}…` : note} />
        </span>
      )}
    </>
  )
}
