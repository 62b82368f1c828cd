/** The rows of an exchange's bodies, whatever they are. */

import type { Difference } from '../../../src/core/judgement.ts'
import type { BodyView, ExchangeDetail } from '../../../src/core/exchange-report.ts'
import { jsonLines, jsonRows } from './json-rows.ts'
import { parseJsonTree } from './json-tree.ts'
import { marksOf } from './marks.ts'
import type { Rows } from './row.ts'
import { linesOf, textRows } from './text-rows.ts'

/** The rows of two text bodies; undefined when one of them is not text. */
export function bodyRows(
  primary: BodyView,
  shadow: BodyView,
  detail: Pick<ExchangeDetail, 'differences' | 'differencesTotal' | 'suppressed' | 'outcome'>,
): Rows | undefined {
  if (primary.text === undefined || shadow.text === undefined) return undefined
  const left = parseJsonTree(withoutMark(primary.text))
  const right = parseJsonTree(withoutMark(shadow.text))
  if (left !== undefined && right !== undefined) {
    // What was not compared has no marks to go by; then everything that differs is shown as differing.
    const marks = marksOf(detail)
    return jsonRows(
      left,
      right,
      detail.outcome === 'incomparable' ? { ...marks, complete: false } : marks,
    )
  }
  const inBody = ({ location }: Difference) => location.startsWith('body:')
  const counts = detail.outcome === 'incomparable' || detail.differences.some(inBody)
  const by = counts ? undefined : detail.suppressed.find(inBody)?.by
  const rows = textRows(
    left === undefined ? linesOf(primary.text) : jsonLines(left),
    right === undefined ? linesOf(shadow.text) : jsonLines(right),
    { by, counts: counts || by !== undefined },
  )
  if ((left === undefined) === (right === undefined)) return rows
  const remark = `Only ${left === undefined ? 'shadow' : 'primary'} sent JSON; it is shown line by line.`
  return { ...rows, remarks: [remark, ...rows.remarks] }
}

/** A byte order mark is no part of the JSON behind it. */
function withoutMark(text: string): string {
  return text.startsWith('\uFEFF') ? text.slice(1) : text
}
