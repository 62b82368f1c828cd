/** Exchanges as they were when they were judged, as far as that was kept: what judging again starts from. */

import type { Exchange, Source, UnmirroredReason } from '../../core/exchange.ts'
import type { Difference, DifferenceKind, Outcome } from '../../core/judgement.ts'
import type { JudgedExchange } from '../../core/ports.ts'
import { readBody } from './bodies.ts'
import { rowsOf, type Database } from './database.ts'
import { unpackControl, unpackSuppressed } from './details.ts'
import { unpackHeads } from './heads.ts'
import { uuidText } from './keys.ts'
import { severityOf } from './severity.ts'
import { readWord } from './words.ts'

/** An exchange with its place in the store. */
export interface StoredExchange {
  readonly key: number
  readonly runId: number
  /** Of the endpoint that has its counts: a merged one's heir. */
  readonly endpointId: number
  readonly judged: JudgedExchange
  /** The keys of the divergences that it shows. */
  readonly divergences: readonly number[]
}

interface SqlStored {
  readonly id: Buffer
  readonly request_id: string
  readonly started_at: number
  readonly run_id: number
  readonly endpoint_id: number
  readonly endpoint: string
  readonly source: Source
  readonly route: string
  readonly outcome: Outcome
  readonly reason: string | null
  readonly shadow_wait_ms: number | null
  readonly differences: number
  readonly heads: string
  readonly suppressed: string | null
  readonly suppressed_total: number | null
  readonly control_differences: string | null
  readonly request_body_id: number | null
  readonly primary_body_id: number | null
  readonly shadow_body_id: number | null
  readonly control_body_id: number | null
}

interface SqlDifference {
  readonly divergence_key: number
  readonly kind: DifferenceKind
  readonly pattern: string
  readonly severity: number
  readonly location: string | null
  readonly primary_value: string | null
  readonly shadow_value: string | null
}

/** Reads an exchange back; `undefined` when it is not there any more. */
export function loadExchange(db: Database, key: number): StoredExchange | undefined {
  const [row] = rowsOf<SqlStored>(
    db,
    `SELECT e.id, e.request_id, e.started_at, e.run_id, n.id AS endpoint_id, n.name AS endpoint,
       e.source, e.route, e.outcome, e.reason, e.shadow_wait_ms, e.differences, d.heads, d.suppressed,
       d.suppressed_total, d.control_differences, d.request_body_id, d.primary_body_id,
       d.shadow_body_id, d.control_body_id
     FROM exchanges e
     CROSS JOIN details d ON d.exchange_key = e.key
     CROSS JOIN endpoints o ON o.id = e.endpoint_id
     CROSS JOIN endpoints n ON n.id = coalesce(o.heir_id, o.id)
     WHERE e.key = ?`,
    [key],
  )
  if (row === undefined) return undefined
  const shown =
    row.differences === 0
      ? []
      : rowsOf<SqlDifference>(
          db,
          `SELECT d.divergence_key, v.kind, v.location AS pattern, d.severity, d.location,
             d.primary_value, d.shadow_value
           FROM differences d CROSS JOIN divergences v ON v.key = d.divergence_key
           WHERE d.exchange_key = ? ORDER BY d.n`,
          [key],
        )
  const control = unpackControl(row.control_differences)
  return {
    key,
    runId: row.run_id,
    endpointId: row.endpoint_id,
    divergences: [...new Set(shown.map((each) => each.divergence_key))],
    judged: {
      exchange: toExchange(db, row),
      endpoint: row.endpoint,
      judgement: {
        outcome: row.outcome,
        ...(row.reason !== null && { reason: row.reason }),
        differences: shown.map(toDifference),
        suppressed: unpackSuppressed(row.suppressed),
        differencesTotal: row.differences,
        ...(row.suppressed_total !== null && { suppressedTotal: row.suppressed_total }),
        ...(control !== undefined && { control }),
      },
    },
  }
}

function toExchange(db: Database, row: SqlStored): Exchange {
  const observed = unpackHeads(
    row.heads,
    (id) => readWord(db, id),
    (part) => readBody(db, row[`${part}_body_id`]),
  )
  return {
    id: uuidText(row.id),
    requestId: row.request_id,
    startedAt: row.started_at,
    route: row.route,
    source: row.source,
    ...observed,
    ...(row.outcome === 'unmirrored' && { unmirrored: row.reason as UnmirroredReason }),
    shadowWaitMs: row.shadow_wait_ms ?? 0,
  }
}

function toDifference(row: SqlDifference): Difference {
  return {
    kind: row.kind,
    location: row.location ?? row.pattern,
    pattern: row.pattern,
    severity: severityOf(row.severity),
    ...(row.primary_value !== null && { primary: row.primary_value }),
    ...(row.shadow_value !== null && { shadow: row.shadow_value }),
  }
}
