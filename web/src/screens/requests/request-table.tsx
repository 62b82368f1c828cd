import { useWindowVirtualizer } from '@tanstack/react-virtual'
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react'
import type { ExchangeRow } from '../../../../src/core/exchange-report.ts'
import type { ListQuery } from '../../api/queries.ts'
import { holdList } from '../../api/live.ts'
import { useMedia } from '../../state/media.ts'
import { useSelection } from '../../state/selection.ts'
import { RequestLine } from './request-line.tsx'

const columns = [
  { text: 'Time', className: 'c-time' },
  { text: 'Request', className: 'c-request' },
  { text: 'Status', className: 'c-status' },
  { text: 'Outcome', className: 'c-outcome' },
  { text: 'Primary', className: 'c-ms' },
  { text: 'Shadow', className: 'c-ms' },
]

/** Who scrolled this far reads, and rows must not move. */
const heldBelow = 80

/** Exchanges as a table of which only what can be seen is drawn; more is read towards its end. */
export function RequestTable({
  rows,
  query,
}: {
  readonly rows: readonly ExchangeRow[]
  readonly query: ListQuery<ExchangeRow>
}) {
  const list = useRef<HTMLDivElement>(null)
  const [offset, setOffset] = useState(0)
  const stacked = useMedia('(max-width: 800px)')
  useLayoutEffect(() => {
    const measure = () => {
      setOffset(Math.round((list.current?.getBoundingClientRect().top ?? 0) + window.scrollY))
    }
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(document.body)
    return () => {
      observer.disconnect()
    }
  }, [])
  const pointed = useRef(false)
  useEffect(() => {
    const follow = () => {
      holdList(pointed.current || window.scrollY > heldBelow)
    }
    follow()
    addEventListener('scroll', follow, { passive: true })
    return () => {
      removeEventListener('scroll', follow)
      holdList(false)
    }
  }, [])
  const point = (inside: boolean) => {
    pointed.current = inside
    holdList(inside || window.scrollY > heldBelow)
  }
  const virtualizer = useWindowVirtualizer({
    count: rows.length,
    estimateSize: () => (stacked ? 62 : 33),
    overscan: 20,
    scrollMargin: offset,
    scrollPaddingStart: 140,
    getItemKey: (index) => rows[index]?.id ?? index,
  })
  useEffect(() => {
    virtualizer.measure()
  }, [stacked, virtualizer])
  const items = virtualizer.getVirtualItems()

  const { hasNextPage, isFetchingNextPage, fetchNextPage } = query
  const lastDrawn = items.at(-1)?.index ?? 0
  useEffect(() => {
    if (hasNextPage && !isFetchingNextPage && lastDrawn >= rows.length - 30) void fetchNextPage()
  }, [hasNextPage, isFetchingNextPage, fetchNextPage, lastDrawn, rows.length])

  const ids = useMemo(() => rows.map(({ id }) => id), [rows])
  const reveal = useCallback(
    (index: number) => {
      virtualizer.scrollToIndex(index)
    },
    [virtualizer],
  )
  const { selected, select } = useSelection(ids, reveal)

  return (
    <div className="requests">
      <div
        role="table"
        aria-label="Requests, newest first"
        aria-rowcount={hasNextPage ? -1 : rows.length + 1}
      >
        <div role="rowgroup" className="requests-head">
          <div role="row" aria-rowindex={1} className="request-row">
            {columns.map(({ text, className }) => (
              <span key={text} role="columnheader" className={className}>
                {text}
              </span>
            ))}
          </div>
        </div>
        <div
          role="rowgroup"
          ref={list}
          className="requests-body"
          onPointerEnter={(event) => {
            if (event.pointerType === 'mouse') point(true)
          }}
          onPointerLeave={() => {
            point(false)
          }}
          style={{ height: virtualizer.getTotalSize() }}
        >
          {items.map(({ index, key, start, size }) => {
            const row = rows[index]
            return (
              row !== undefined && (
                <div
                  key={key}
                  role="row"
                  aria-rowindex={index + 2}
                  className={`request-row virtual-item${row.id === selected ? ' selected' : ''}`}
                  style={{ height: size, transform: `translateY(${start - offset}px)` }}
                >
                  <RequestLine row={row} onSelect={select} />
                </div>
              )
            )
          })}
        </div>
      </div>
      <p className="muted list-end" role="status">
        {isFetchingNextPage ? 'Loading older requests' : hasNextPage ? '' : 'That is all.'}
      </p>
    </div>
  )
}
