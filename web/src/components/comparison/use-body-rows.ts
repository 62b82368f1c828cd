import { useEffect, useMemo, useState } from 'react'
import type { BodyView, ExchangeDetail } from '../../../../src/core/exchange-report.ts'
import { bodyRows } from '../../diff/body-rows.ts'
import type { DiffAnswer, DiffJob } from '../../diff/diff-job.ts'
import type { Rows } from '../../diff/row.ts'
import { listOf, unpackedWhenSeen, type PackedRows, type RowList } from '../../diff/row-list.ts'
import { startDiffWorker } from '../../diff/start-worker.ts'

/** Up to this many characters of both bodies a diff takes no time worth a worker. */
const smallEnough = 300_000

/** A diff ready to be shown. */
export interface MadeRows extends Pick<Rows, 'stops' | 'remarks'> {
  readonly rows: RowList
}

/** How far a diff is. */
export interface BodyRows {
  /** Absent until it is made. */
  readonly made?: MadeRows
  readonly failure?: string
}

/** The rows of two bodies; large ones are made by a worker, so that the page stays at hand. */
export function useBodyRows(primary: BodyView, shadow: BodyView, detail: ExchangeDetail): BodyRows {
  const isSmall = (primary.text?.length ?? 0) + (shadow.text?.length ?? 0) <= smallEnough
  const small = useMemo(
    () => (isSmall ? listed(bodyRows(primary, shadow, detail) ?? noRows) : undefined),
    [isSmall, primary, shadow, detail],
  )
  const [large, setLarge] = useState<BodyRows & { readonly of?: ExchangeDetail }>({})
  useEffect(() => {
    if (isSmall) return
    const parts: PackedRows[] = []
    const worker = startDiffWorker()
    worker.onmessage = ({ data }: MessageEvent<DiffAnswer>) => {
      if (data.kind === 'part') {
        parts.push(data.part)
        return
      }
      worker.terminate()
      if (data.kind === 'failed') setLarge({ failure: data.message, of: detail })
      else setLarge({ made: { ...data, rows: unpackedWhenSeen(parts) }, of: detail })
    }
    worker.onerror = ({ message }) => {
      setLarge({ failure: message || 'its worker could not be started', of: detail })
    }
    const { differences, differencesTotal, suppressed, outcome } = detail
    const job: DiffJob = {
      primary,
      shadow,
      detail: { differences, differencesTotal, suppressed, outcome },
    }
    worker.postMessage(job)
    return () => {
      worker.terminate()
    }
  }, [isSmall, primary, shadow, detail])
  if (small !== undefined) return { made: small }
  return large.of === detail ? large : {}
}

const noRows: Rows = { rows: [], stops: [], remarks: [] }

const listed = ({ rows, stops, remarks }: Rows): MadeRows => ({
  rows: listOf(rows),
  stops,
  remarks,
})
