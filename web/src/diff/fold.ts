/** Folds long equal runs of rows, so that what differs is what is seen. */

import type { RowList } from './row-list.ts'

/** What is drawn: a row, or a fold that stands for some. */
export type Item =
  | { readonly kind: 'row'; readonly index: number }
  | { readonly kind: 'fold'; readonly from: number; readonly to: number }

const context = 3
const shortestFold = 6

/** The items of these rows; folds whose first row is in `open` are shown in full. */
export function foldRows(rows: RowList, open: ReadonlySet<number> | 'all'): readonly Item[] {
  const items: Item[] = []
  const show = (from: number, to: number) => {
    for (let index = from; index < to; index++) items.push({ kind: 'row', index })
  }
  let at = 0
  while (at < rows.length) {
    let end = at
    while (end < rows.length && rows.isEqual(end)) end++
    const from = at === 0 ? 0 : Math.min(end, at + context)
    const to = end === rows.length ? end : Math.max(from, end - context)
    if (open === 'all' || open.has(from) || to - from < shortestFold) show(at, end)
    else {
      show(at, from)
      items.push({ kind: 'fold', from, to })
      show(to, end)
    }
    if (end < rows.length) items.push({ kind: 'row', index: end })
    at = end + 1
  }
  return items
}

/** Where a row is drawn; undefined when it is folded away. */
export function itemOfRow(items: readonly Item[], row: number): number | undefined {
  let [from, to] = [0, items.length - 1]
  while (from <= to) {
    const middle = (from + to) >> 1
    const item = items[middle]
    if (item === undefined) return undefined
    const start = item.kind === 'row' ? item.index : item.from
    const end = item.kind === 'row' ? item.index + 1 : item.to
    if (row < start) to = middle - 1
    else if (row >= end) from = middle + 1
    else return item.kind === 'row' ? middle : undefined
  }
  return undefined
}
