import { useEffect, useMemo, useState } from 'react'
import type { BodyView, ExchangeDetail } from '../../../../src/core/report.ts'
import { bodyRows } from '../../diff/body-rows.ts'
import type { DiffAnswer, DiffJob } from '../../diff/diff-job.ts'
import type { Row, Rows } from '../../diff/row.ts'
import { startDiffWorker } from '../../diff/start-worker.ts'

/** Up to this many characters of both bodies a diff takes no time worth a worker. */
const smallEnough = 300_000

/** How far a diff is. */
export interface BodyRows {
  /** Absent until it is made. */
  readonly made?: Rows
  /** Rows that are there already. */
  readonly so: number
  readonly failure?: string
}

/** The rows of two bodies; large ones are made by a worker, so that the page stays at hand. */
export function useBodyRows(primary: BodyView, shadow: BodyView, detail: ExchangeDetail): BodyRows {
  const isSmall = (primary.text?.length ?? 0) + (shadow.text?.length ?? 0) <= smallEnough
  const small = useMemo(
    () => (isSmall ? bodyRows(primary, shadow, detail) : undefined),
    [isSmall, primary, shadow, detail],
  )
  const [large, setLarge] = useState<BodyRows & { readonly of?: ExchangeDetail }>({ so: 0 })
  useEffect(() => {
    if (isSmall) return
    const rows: Row[] = []
    const worker = startDiffWorker()
    worker.onmessage = ({ data }: MessageEvent<DiffAnswer>) => {
      if (data.kind === 'part') {
        for (const row of data.rows) rows.push(row)
        setLarge({ so: rows.length, of: detail })
        return
      }
      worker.terminate()
      const { length: so } = rows
      if (data.kind === 'failed') setLarge({ so, failure: data.message, of: detail })
      else setLarge({ made: { ...data, rows }, so, of: detail })
    }
    worker.onerror = ({ message }) => {
      setLarge({ so: 0, failure: message || 'its worker could not be started', of: detail })
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
  if (isSmall) return { made: small ?? noRows, so: small?.rows.length ?? 0 }
  return large.of === detail ? large : { so: 0 }
}

const noRows: Rows = { rows: [], stops: [], remarks: [] }
