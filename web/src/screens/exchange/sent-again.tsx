import type { ExchangeDetail, ReplayView } from '../../../../src/core/exchange-report.ts'
import { OutcomeBadge } from '../../components/badges.tsx'
import { Moment } from '../../components/moment.tsx'
import { plural } from '../../format/number.ts'

/** What became of the request when it was sent again, and which of the two is shown below. */
export function SentAgain({
  recorded,
  again,
  isShown,
  onShow,
}: {
  readonly recorded: ExchangeDetail
  readonly again: ReplayView
  /** Whether the new one is shown, not the recorded one. */
  readonly isShown: boolean
  readonly onShow: (isShown: boolean) => void
}) {
  return (
    <section className="panel sent-again" aria-label="Sent again">
      <p role="status">
        Sent again at <Moment time={again.time} />:{' '}
        <OutcomeBadge outcome={again.outcome} reason={again.reason} />{' '}
        {plural(again.differencesTotal, 'difference')},{' '}
        <span className="muted">{plural(recorded.differencesTotal, 'difference')} as recorded</span>
        {again.unsent.length > 0 && (
          <span className="unsent">
            Not sent, because their values were not kept: {again.unsent.join(', ')}
          </span>
        )}
      </p>
      <div className="segmented" role="group" aria-label="Shown below">
        <button
          type="button"
          className="button"
          aria-pressed={!isShown}
          onClick={() => {
            onShow(false)
          }}
        >
          As recorded
        </button>
        <button
          type="button"
          className="button"
          aria-pressed={isShown}
          onClick={() => {
            onShow(true)
          }}
        >
          Sent again
        </button>
      </div>
    </section>
  )
}
