import { itemOfRow, type Item } from '../../diff/fold.ts'
import type { RowList } from '../../diff/row-list.ts'

const fewest = 2
const mostTicks = 300

/** Where the changes are, from the first line to the last; pointer only, the buttons do the same. */
export function Minimap({
  items,
  rows,
  stops,
  onStop,
}: {
  readonly items: readonly Item[]
  readonly rows: RowList
  readonly stops: readonly number[]
  readonly onStop: (stop: number) => void
}) {
  if (stops.length < fewest || items.length < 40) return null
  const step = Math.ceil(stops.length / mostTicks)
  return (
    <svg className="minimap" viewBox="0 0 10 1000" preserveAspectRatio="none" aria-hidden="true">
      {stops.map((row, stop) => {
        const index = stop % step === 0 ? itemOfRow(items, row) : undefined
        if (index === undefined) return null
        return (
          <rect
            key={row}
            className={rows.row(row)?.kind ?? 'changed'}
            y={(index / items.length) * 996}
            width="10"
            height="6"
            onClick={() => {
              onStop(stop)
            }}
          />
        )
      })}
    </svg>
  )
}
