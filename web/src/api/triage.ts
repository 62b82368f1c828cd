/** What people say of divergences, and how that is taken back. */

import type { DivergenceRow, DivergenceState } from '../../../src/core/divergence-report.ts'
import { formatCount, plural } from '../format/number.ts'
import { tell } from '../state/toasts.ts'
import { sendJson } from './client.ts'
import { readAnew } from './query-client.ts'

/** What is said: a state, and for `expected` until when or up to which share. */
export interface Said {
  readonly state: DivergenceState
  readonly note?: string | undefined
  /** RFC 3339. */
  readonly until?: string | undefined
  /** 0 to 1. */
  readonly rate?: number | undefined
}

/** What is known of a divergence before something is said of it. */
export type Triaged = Pick<DivergenceRow, 'id' | 'state' | 'note' | 'until' | 'rate'>

/** What is old after anything was said. */
const stale = ['divergences', 'verdict', 'audit']
/** The API takes so many at once. */
const mostAtOnce = 1000

/** Says the same of all of them, tells so with an undo, and reads the lists anew; rejects with what failed, in words. */
export async function triage(rows: readonly Triaged[], said: Said): Promise<void> {
  let sent = 0
  try {
    await sendAll(rows, said, (count) => (sent += count))
  } catch (cause) {
    const changed = sent === 0 ? 'Nothing was changed' : `Only ${formatCount(sent)} were changed`
    throw new Error(`${changed}: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
    })
  } finally {
    await readAnew(stale)
  }
  const word = said.state === 'open' ? 'opened again' : `marked as ${said.state}`
  tell(`${plural(rows.length, 'divergence')} ${word}`, async () => {
    try {
      await restore(rows)
    } finally {
      await readAnew(stale)
    }
  })
}

async function restore(rows: readonly Triaged[]): Promise<void> {
  const groups = new Map<string, { said: Said; rows: Triaged[] }>()
  for (const row of rows) {
    const said = before(row)
    const key = JSON.stringify(said)
    const group = groups.get(key)
    if (group === undefined) groups.set(key, { said, rows: [row] })
    else group.rows.push(row)
  }
  for (const group of groups.values()) await sendAll(group.rows, group.said)
}

/** What was said of it; an end that has passed meanwhile would be refused, and open is what it means. */
function before({ state, note, until, rate }: Triaged): Said {
  const isOver = until !== undefined && Date.parse(until) <= Date.now()
  if (state !== 'expected' || isOver) return { state: isOver ? 'open' : state, note }
  return { state, note, until, rate }
}

async function sendAll(
  rows: readonly Triaged[],
  said: Said,
  onSent: (count: number) => void = () => undefined,
): Promise<void> {
  const [only] = rows
  if (rows.length === 1 && only !== undefined) {
    await sendJson('PATCH', `divergences/${encodeURIComponent(only.id)}`, said)
    onSent(1)
    return
  }
  for (let at = 0; at < rows.length; at += mostAtOnce) {
    const ids = rows.slice(at, at + mostAtOnce).map(({ id }) => id)
    await sendJson('POST', 'divergences/triage', { ids, ...said })
    onSent(ids.length)
  }
}
