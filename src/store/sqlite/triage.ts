/** The life of a divergence: what people said of it, and what takes that back. */

import { AppError } from '../../core/errors.ts'
import type { Triage } from '../../core/ports.ts'
import type { DivergenceState } from '../../core/divergence-report.ts'
import { divergenceKey } from './aliases.ts'
import { execute, type Database } from './database.ts'

/** The state of a divergence `v` at this moment, as SQL. */
export const STATE = `iif(v.state = 'expected' AND v.expected_until <= unixepoch('subsec') * 1000, 'open', v.state)`

/** The state of a divergence: what is expected is open while a larger share of its endpoint's exchanges shows it. */
export function stateAtRate(
  { state, expected_rate }: { state: DivergenceState; expected_rate: number | null },
  exchanges: number,
  compared: number,
): DivergenceState {
  const isTooMany = expected_rate !== null && exchanges > expected_rate * compared
  return state === 'expected' && isTooMany ? 'open' : state
}

/**
 * Sets the state; tells whether there is such a divergence. What is expected is so of the shadow version of
 * the run; what is fixed opens again when it is seen in an exchange that began later.
 */
export function setTriage(
  db: Database,
  id: string,
  { state, note, until, rate }: Triage,
  runId: number | undefined,
  now: number,
): boolean {
  const key = divergenceKey(db, id)
  if (key === undefined) return false
  const expected = state === 'expected'
  const changes = execute(
    db,
    `UPDATE divergences SET state = ?, state_at = ?, note = ?, expected_until = ?, expected_rate = ?,
       expected_version = iif(?, (SELECT shadow_version FROM runs WHERE id = ?), NULL)
     WHERE key = ?`,
    [
      state,
      now,
      note ?? null,
      expected ? (until ?? null) : null,
      expected ? (rate ?? null) : null,
      expected ? 1 : 0,
      runId ?? null,
      key,
    ],
  )
  return changes > 0
}

/** Sets the state of all of them; `not_found` when one is not there, and then the transaction must be undone. */
export function setTriageOfAll(
  db: Database,
  ids: readonly string[],
  triage: Triage,
  runId: number | undefined,
  now: number,
): number {
  const unknown = [...new Set(ids)].filter((id) => !setTriage(db, id, triage, runId, now))
  if (unknown.length > 0) {
    throw new AppError('not_found', `there is no divergence ${unknown.slice(0, 10).join(', ')}`)
  }
  return new Set(ids).size
}

/** Opens again what was expected of another shadow version. */
export function reopenForVersion(db: Database, shadowVersion: string, now: number): void {
  execute(
    db,
    `UPDATE divergences SET state = 'open', state_at = ?
     WHERE state = 'expected' AND expected_version <> ?`,
    [now, shadowVersion],
  )
}
