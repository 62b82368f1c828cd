import { refreshList, useLive } from '../../api/live.ts'
import { formatCount } from '../../format/number.ts'

/** What the list shows of all there is, and whether it follows; newer rows wait behind a button. */
export function ListStatus({
  shown,
  recorded,
  hasMore,
}: {
  readonly shown: number
  /** How many are recorded in all; absent when a filter hides some, or it is not known. */
  readonly recorded: number | undefined
  readonly hasMore: boolean
}) {
  const { listWaiting, paused, perSecond } = useLive()
  return (
    <div className="summary list-status">
      <span>
        {recorded === undefined
          ? `${formatCount(shown)}${hasMore ? ' and more' : ''}`
          : `The newest of ${formatCount(recorded)} recorded`}
        {perSecond !== undefined && perSecond >= 0.5 && (
          <>
            , {formatCount(Math.round(perSecond))} a second arrive
            {perSecond > fastest && '; the list shows the newest of each second, not all'}
          </>
        )}
      </span>
      {(listWaiting || paused) && (
        <button
          type="button"
          className="button newer"
          onClick={() => {
            scrollTo({ top: 0 })
            refreshList()
          }}
        >
          {listWaiting ? 'Show newer requests' : 'Read again'}
        </button>
      )}
    </div>
  )
}

/** A page of the list is 100 rows and read at most once a second. */
const fastest = 100
