import { useWindowVirtualizer } from '@tanstack/react-virtual'
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react'
import type { DivergenceRow } from '../../../../src/core/divergence-report.ts'
import { useMayOperate } from '../../api/me.ts'
import { useKeys } from '../../state/keys.ts'
import { useSelection } from '../../state/selection.ts'
import { changed, useUrlState } from '../../state/url-state.ts'
import type { Chosen } from './chosen.ts'
import { ChosenBar } from './chosen-bar.tsx'
import type { DivergenceItem } from './divergence-items.ts'
import { DivergenceLine } from './divergence-line.tsx'
import type { Order } from './divergence-order.ts'
import { GroupLine } from './group-line.tsx'

const columns: readonly {
  readonly text: string
  readonly order?: Order
  readonly className: string
}[] = [
  { text: 'Choose', className: 'c-choose' },
  { text: 'Severity', order: 'severity', className: 'c-severity' },
  { text: 'Kind', className: 'c-kind' },
  { text: 'Location', className: 'c-location' },
  { text: 'Example: primary → shadow', className: 'c-example' },
  { text: 'Requests', order: 'count', className: 'c-share' },
  { text: 'Trend', className: 'c-trend' },
  { text: 'Last seen', order: 'last', className: 'c-seen' },
  { text: 'First seen', order: 'first', className: 'c-first' },
]

/** Up to this many rows are simply drawn: they can be searched by the browser, and printed. */
const drawnWhole = 300

/** Divergences as one table; of a long one only what can be seen is drawn. */
export function DivergenceTable({
  items,
  order,
  chosen,
  total,
  onNearEnd,
}: {
  readonly items: readonly DivergenceItem[]
  readonly order: Order
  readonly chosen: Chosen
  /** How many match; absent while it is not known. */
  readonly total: number | undefined
  /** Asked for when the end comes in sight. */
  readonly onNearEnd: () => void
}) {
  const [params, change] = useUrlState()
  const { may } = useMayOperate()
  const body = useRef<HTMLTableSectionElement>(null)
  const [offset, setOffset] = useState(0)
  const isVirtual = items.length > drawnWhole
  useLayoutEffect(() => {
    const measure = () => {
      setOffset(Math.round((body.current?.getBoundingClientRect().top ?? 0) + window.scrollY))
    }
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(document.body)
    return () => {
      observer.disconnect()
    }
  }, [])
  const virtualizer = useWindowVirtualizer({
    count: isVirtual ? items.length : 0,
    estimateSize: () => 56,
    overscan: 12,
    scrollMargin: offset,
    scrollPaddingStart: 180,
    getItemKey: (index) => keyOf(items[index], index),
  })
  const drawn = virtualizer.getVirtualItems()
  const lastDrawn = drawn.at(-1)?.index ?? 0
  useEffect(() => {
    if (isVirtual && lastDrawn >= items.length - 40) onNearEnd()
  }, [isVirtual, lastDrawn, items.length, onNearEnd])

  const places = useMemo(
    () => items.flatMap((item, index) => (item.kind === 'row' ? [{ row: item.row, index }] : [])),
    [items],
  )
  const ids = useMemo(() => places.map(({ row }) => row.id), [places])
  const reveal = useCallback(
    (at: number) => {
      if (isVirtual) virtualizer.scrollToIndex(places[at]?.index ?? 0)
    },
    [virtualizer, places, isVirtual],
  )
  const { selected, select } = useSelection(ids, reveal)
  const current = places.find(({ row }) => row.id === selected)?.row
  useKeys({
    x: () => {
      if (current !== undefined && may) chosen.toggle(current)
    },
    X: () => {
      if (may) void chosen.chooseAll()
    },
  })
  const toggle = useStable(chosen.toggle)
  const search = changed(params, { sel: undefined })

  const draw = (item: DivergenceItem, index: number) => {
    const place = {
      role: 'row',
      ...(isVirtual && {
        'data-index': index,
        'aria-rowindex': index + 2,
        ref: virtualizer.measureElement,
      }),
    } as const
    if (item.kind === 'group') {
      return (
        <tr key={keyOf(item, index)} {...place} className="group-row">
          <GroupLine endpoint={item.endpoint} rows={item.rows} columns={columns.length} />
        </tr>
      )
    }
    const { row, showsEndpoint } = item
    return (
      <tr key={row.id} {...place} className={row.id === selected ? 'selected' : undefined}>
        <DivergenceLine
          row={row}
          href={`/divergences/${row.id}${search}`}
          showsEndpoint={showsEndpoint}
          isChosen={chosen.rows.has(row.id)}
          mayChoose={may}
          onSelect={select}
          onToggle={toggle}
        />
      </tr>
    )
  }

  const before = (drawn[0]?.start ?? offset) - offset
  const after = virtualizer.getTotalSize() + offset - (drawn.at(-1)?.end ?? offset)
  return (
    <>
      <ChosenBar chosen={chosen} current={current} total={total} />
      <table
        className="divergences"
        role="table"
        aria-rowcount={isVirtual ? items.length + 1 : undefined}
      >
        <thead role="rowgroup">
          <tr role="row">
            {columns.map((column) => (
              <th
                key={column.text}
                role="columnheader"
                scope="col"
                className={column.className}
                aria-sort={column.order === order ? 'descending' : undefined}
              >
                {column.order === undefined ? (
                  <span className={column.className === 'c-choose' ? 'visually-hidden' : undefined}>
                    {column.text}
                  </span>
                ) : (
                  <button
                    type="button"
                    className="sort-button"
                    onClick={() => {
                      change({ sort: column.order === 'severity' ? undefined : column.order })
                    }}
                  >
                    {column.text}
                  </button>
                )}
              </th>
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup" ref={body}>
          {isVirtual ? (
            <>
              <Room height={before} />
              {drawn.map(({ index }) => {
                const item = items[index]
                return item !== undefined && draw(item, index)
              })}
              <Room height={after} />
            </>
          ) : (
            items.map(draw)
          )}
        </tbody>
      </table>
    </>
  )
}

/** Stands for the rows that are not drawn. */
function Room({ height }: { readonly height: number }) {
  return height <= 0 ? null : (
    <tr role="presentation" className="room" style={{ height }} aria-hidden="true" />
  )
}

function keyOf(item: DivergenceItem | undefined, index: number): string | number {
  if (item === undefined) return index
  return item.kind === 'group' ? `group ${item.endpoint}` : item.row.id
}

/** The same function for as long as the table is shown, so that rows are not drawn again for nothing. */
function useStable(act: (row: DivergenceRow) => void): (row: DivergenceRow) => void {
  const latest = useRef(act)
  useEffect(() => {
    latest.current = act
  })
  return useCallback((row) => {
    latest.current(row)
  }, [])
}
