/** The divergences of a run with what people and control say of them at this moment. */

import type { Source } from '../../core/exchange.ts'
import type { DifferenceKind } from '../../core/judgement.ts'
import { classify, noiseAlpha } from '../../core/noise.ts'
import type { ControlView, DivergenceClass, DivergenceState } from '../../core/divergence-report.ts'
import { confidenceOf } from './confidence.ts'
import { controlView, type ControlCounts } from './control.ts'
import { rowsOf, type Database } from './database.ts'
import { stateAtRate, STATE } from './triage.ts'

interface SqlClassified extends ControlCounts {
  readonly key: number
  readonly id: string
  readonly endpoint_id: number
  readonly kind: DifferenceKind
  readonly location: string
  readonly severity: number
  readonly state: DivergenceState
  readonly expected_rate: number | null
  readonly exchanges: number
  readonly content_exchanges: number
  readonly compared: number | null
}

/** One divergence of a run and source. */
export interface ClassifiedDivergence {
  readonly key: number
  readonly id: string
  readonly endpointId: number
  readonly kind: DifferenceKind
  readonly location: string
  /** As in severity.ts. */
  readonly severity: number
  readonly class: DivergenceClass
  readonly state: DivergenceState
  /** Exchanges that show it and that both upstreams answered below 500. */
  readonly exchanges: number
  readonly control?: ControlView
}

/** Every divergence that the run shows. */
export function classifiedDivergences(
  db: Database,
  runId: number,
  source: Source,
): readonly ClassifiedDivergence[] {
  const rows = rowsOf<SqlClassified>(
    db,
    `SELECT v.key, v.id, v.endpoint_id, v.kind, v.location, v.severity, ${STATE} AS state,
       v.expected_rate, d.exchanges, d.content_exchanges, d.measured_exchanges AS shown, e.measured,
       c.differed, c.shared, r.match + r.divergent AS compared
     FROM divergence_runs d
     CROSS JOIN divergences v ON v.key = d.divergence_key
     LEFT JOIN endpoint_evidence e
       ON e.run_id = d.run_id AND e.source = d.source AND e.endpoint_id = v.endpoint_id
     LEFT JOIN control_differences c ON c.endpoint_id = v.endpoint_id AND c.kind = v.kind
       AND c.location = v.location AND c.run_id = d.run_id AND c.source = d.source
     LEFT JOIN endpoint_runs r
       ON r.endpoint_id = v.endpoint_id AND r.run_id = d.run_id AND r.source = d.source
     WHERE d.run_id = ? AND d.source = ?`,
    [runId, source],
  )
  const read = rows.map((row) => ({
    row,
    state: stateAtRate(row, row.exchanges, row.compared ?? 0),
    control: controlView(row),
  }))
  const places = read.filter(({ state, control }) => state !== 'expected' && control !== undefined)
  const alpha = noiseAlpha(places.length, confidenceOf(db))
  return read.map(({ row, state, control }) => ({
    key: row.key,
    id: row.id,
    endpointId: row.endpoint_id,
    kind: row.kind,
    location: row.location,
    severity: row.severity,
    class: classify(state, control, alpha),
    state,
    exchanges: row.content_exchanges,
    ...(control !== undefined && { control }),
  }))
}

/** The divergences of a run that do not make an exchange count as divergent. */
export function uncountedDivergences(
  db: Database,
  runId: number,
  source: Source,
): ReadonlySet<number> {
  const uncounted = classifiedDivergences(db, runId, source).filter((one) => !counts(one))
  return new Set(uncounted.map(({ key }) => key))
}

/** Whether a divergence makes an exchange count as divergent. */
export function counts(divergence: ClassifiedDivergence): boolean {
  return divergence.class === 'divergence' && divergence.state !== 'expected'
}
