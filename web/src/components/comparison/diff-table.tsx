import { useWindowVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useLayoutEffect, useRef, useState } from 'react'
import { itemOfRow, type Item } from '../../diff/fold.ts'
import type { RowList } from '../../diff/row-list.ts'
import { DiffRow, FoldRow } from './diff-row.tsx'
import { Minimap } from './minimap.tsx'

/** Up to this many items are simply drawn: they can be searched by the browser, and printed. */
const drawnWhole = 600
/** Where so many rows are folded away nobody searches or prints them all, and opening must be quick. */
const manyRows = 20_000
const drawnOfMany = 150
/** Hundreds of thousands of rows are placed in blocks, since placing each takes too long. */
const rowsInBlock = 25
const rowHeight = 21

/** The rows of a diff. Long ones are drawn as far as they can be seen. */
export function DiffTable({
  rows,
  items,
  unified,
  currentRow,
  revealAtFirst,
  stops,
  onUnfold,
  onStop,
}: {
  readonly rows: RowList
  readonly items: readonly Item[]
  readonly unified: boolean
  readonly currentRow: number | undefined
  /** Whether the current row is scrolled to when the table opens. */
  readonly revealAtFirst: boolean
  readonly stops: readonly number[]
  readonly onUnfold: (from: number) => void
  readonly onStop: (stop: number) => void
}) {
  const list = useRef<HTMLDivElement>(null)
  const [offset, setOffset] = useState(0)
  const isVirtual = items.length > (rows.length > manyRows ? drawnOfMany : drawnWhole)
  const block = items.length > manyRows ? rowsInBlock : 1
  useLayoutEffect(() => {
    const measure = () => {
      const top = list.current?.getBoundingClientRect().top ?? 0
      setOffset(Math.round(top + window.scrollY))
    }
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(document.body)
    return () => {
      observer.disconnect()
    }
  }, [])
  const virtualizer = useWindowVirtualizer({
    count: isVirtual ? Math.ceil(items.length / block) : 0,
    estimateSize: () => rowHeight * block,
    overscan: Math.ceil(30 / block),
    scrollMargin: offset,
    // Below the sticky bars.
    scrollPaddingStart: 160,
  })
  useEffect(() => {
    virtualizer.measure()
  }, [block, virtualizer])
  const reveal = useRef<(row: number) => void>(undefined)
  useEffect(() => {
    reveal.current = (row) => {
      const index = itemOfRow(items, row)
      if (index === undefined) return
      if (isVirtual) virtualizer.scrollToIndex(Math.floor(index / block), { align: 'center' })
      else list.current?.children[index]?.scrollIntoView({ block: 'center' })
    }
  })
  const shownOnce = useRef(false)
  useEffect(() => {
    const isOpening = !shownOnce.current
    shownOnce.current = true
    // A page that opens must not jump, unless the address asks for this very place.
    if (currentRow === undefined || (isOpening && !revealAtFirst)) return
    reveal.current?.(currentRow)
  }, [currentRow, revealAtFirst])

  const draw = (item: Item, index: number) => {
    if (item.kind === 'fold') {
      return (
        <FoldRow
          key={`fold${item.from}`}
          count={item.to - item.from}
          index={index}
          onUnfold={() => {
            onUnfold(item.from)
          }}
        />
      )
    }
    const row = rows.row(item.index)
    return (
      row !== undefined && (
        <DiffRow
          key={item.index}
          row={row}
          index={index}
          unified={unified}
          isCurrent={item.index === currentRow}
        />
      )
    )
  }

  return (
    <div className={`diff ${unified ? 'unified' : 'split'}`}>
      <div role="table" aria-label="Bodies" aria-rowcount={items.length + 1}>
        <div role="rowgroup" className="diff-head">
          <div role="row" aria-rowindex={1}>
            <span role="columnheader" className="primary">
              Primary
            </span>
            <span role="columnheader" className="shadow">
              Shadow
            </span>
          </div>
        </div>
        <div
          role="rowgroup"
          ref={list}
          className={isVirtual ? 'diff-rows virtual' : 'diff-rows'}
          style={isVirtual ? { height: virtualizer.getTotalSize() } : undefined}
        >
          {isVirtual
            ? virtualizer.getVirtualItems().map(({ index, key, start }) => (
                <div
                  key={`${block} ${String(key)}`}
                  role="presentation"
                  data-index={index}
                  ref={virtualizer.measureElement}
                  className="virtual-item"
                  style={{ transform: `translateY(${start - offset}px)` }}
                >
                  {items
                    .slice(index * block, (index + 1) * block)
                    .map((item, inside) => draw(item, index * block + inside))}
                </div>
              ))
            : items.map(draw)}
        </div>
      </div>
      <Minimap items={items} rows={rows} stops={stops} onStop={onStop} />
    </div>
  )
}
