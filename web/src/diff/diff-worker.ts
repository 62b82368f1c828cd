/** Makes the rows of large bodies beside the page. */

import { bodyRows } from './body-rows.ts'
import type { DiffAnswer, DiffJob } from './diff-job.ts'
import { packRows, rowsInPart } from './row-list.ts'

addEventListener('message', ({ data: { primary, shadow, detail } }: MessageEvent<DiffJob>) => {
  try {
    const made = bodyRows(primary, shadow, detail)
    const rows = made?.rows ?? []
    for (let at = 0; at < rows.length; at += rowsInPart) {
      answer({ kind: 'part', part: packRows(rows.slice(at, at + rowsInPart)) })
    }
    answer({ kind: 'end', stops: made?.stops ?? [], remarks: made?.remarks ?? [] })
  } catch (error) {
    answer({ kind: 'failed', message: error instanceof Error ? error.message : String(error) })
  }
})

function answer(message: DiffAnswer): void {
  postMessage(message)
}
