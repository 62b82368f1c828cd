import { useMayOperate } from '../../api/me.ts'
import type { Triaged } from '../../api/triage.ts'
import { TriageButtons } from '../../components/triage-buttons.tsx'
import { formatCount } from '../../format/number.ts'
import type { Chosen } from './chosen.ts'

/** What can be done with the chosen rows; without any, the keys act on the row that has the focus. */
export function ChosenBar({
  chosen,
  current,
  total,
}: {
  readonly chosen: Chosen
  readonly current: Triaged | undefined
  /** How many match; absent while it is not known. */
  readonly total: number | undefined
}) {
  const { may, why } = useMayOperate()
  const count = chosen.rows.size
  const rows = count > 0 ? [...chosen.rows.values()] : current === undefined ? [] : [current]
  return (
    <div className="chosen-bar" role="group" aria-label="Triage">
      {may ? (
        <>
          <span className="tabular" role="status">
            {count > 0
              ? `${formatCount(count)} chosen`
              : current === undefined
                ? 'Choose rows, or go to one with j and k'
                : 'The marked row:'}
          </span>
          {rows.length > 0 && <TriageButtons rows={rows} onDone={chosen.clear} />}
          {(total === undefined || count < total) && (
            <button
              type="button"
              className="button quiet"
              disabled={chosen.isReading}
              onClick={() => void chosen.chooseAll()}
            >
              {total === undefined ? 'Choose all' : `Choose all ${formatCount(total)}`}
            </button>
          )}
          {count > 0 && (
            <button type="button" className="button quiet" onClick={chosen.clear}>
              Choose none
            </button>
          )}
        </>
      ) : (
        <span className="muted">{why}</span>
      )}
    </div>
  )
}
