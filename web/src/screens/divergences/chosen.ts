/** Which rows are chosen, for saying something of all of them. */

import { useState } from 'react'
import type { DivergenceRow } from '../../../../src/core/divergence-report.ts'
import type { Page } from '../../../../src/core/lists.ts'
import { getJson, type Params } from '../../api/client.ts'
import type { Triaged } from '../../api/triage.ts'
import { tell, tellFailure } from '../../state/toasts.ts'
import { formatCount } from '../../format/number.ts'

/** Chosen rows by id, and how to change that. */
export interface Chosen {
  readonly rows: ReadonlyMap<string, Triaged>
  readonly toggle: (row: Triaged) => void
  readonly clear: () => void
  /** Chooses every row that matches, read or not. */
  readonly chooseAll: () => Promise<void>
  readonly isReading: boolean
}

const pageSize = 1000
const mostChosen = 10_000

/** Follows the choice among the divergences that match; another filter begins anew. */
export function useChosen(filters: Params): Chosen {
  const of = JSON.stringify(filters)
  const [state, setState] = useState<{ of: string; rows: ReadonlyMap<string, Triaged> }>({
    of,
    rows: none,
  })
  const [isReading, setReading] = useState(false)
  const rows = state.of === of ? state.rows : none
  const set = (next: ReadonlyMap<string, Triaged>) => {
    setState({ of, rows: next })
  }
  return {
    rows,
    isReading,
    toggle: (row) => {
      const next = new Map(rows)
      if (!next.delete(row.id)) next.set(row.id, row)
      set(next)
    },
    clear: () => {
      set(none)
    },
    chooseAll: async () => {
      setReading(true)
      try {
        set(await readAll(filters))
      } catch (error) {
        tellFailure(error)
      } finally {
        setReading(false)
      }
    },
  }
}

async function readAll(filters: Params): Promise<ReadonlyMap<string, Triaged>> {
  const found = new Map<string, Triaged>()
  let cursor: string | undefined
  do {
    const params = { ...filters, limit: pageSize, cursor }
    const page = await getJson<Page<DivergenceRow>>(
      'divergences',
      params,
      AbortSignal.timeout(30_000),
    )
    for (const row of page.items) found.set(row.id, row)
    cursor = page.next
  } while (cursor !== undefined && found.size < mostChosen)
  if (cursor !== undefined) tell(`The worst ${formatCount(found.size)} are chosen, not all`)
  return found
}

const none: ReadonlyMap<string, Triaged> = new Map()
