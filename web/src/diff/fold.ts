/** Folds long equal runs of rows, so that what differs is what is seen. */

import type { Row } from './row.ts'

/** What is drawn: a row, or a fold that stands for some. */
export type Item =
  | { readonly kind: 'row'; readonly index: number }
  | { readonly kind: 'fold'; readonly from: number; readonly to: number }

const context = 3
const shortestFold = 6

/** The items of these rows; folds whose first row is in `open` are shown in full. */
export function foldRows(rows: readonly Row[], open: ReadonlySet<number> | 'all'): readonly Item[] {
  const items: Item[] = []
  const show = (from: number, to: number) => {
    for (let index = from; index < to; index++) items.push({ kind: 'row', index })
  }
  let at = 0
  while (at < rows.length) {
    let end = at
    while (end < rows.length && rows[end]?.kind === 'equal') end++
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
