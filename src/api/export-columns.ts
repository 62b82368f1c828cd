/**
 * What an exported row holds. Keys are the API's; the CSV's columns are the same in snake case and in
 * the same order. Cells under `…Value` are JSON text, the others are plain.
 */

import type { DifferenceRow, DivergenceRow } from '../core/divergence-report.ts'
import type { ExchangeRow } from '../core/exchange-report.ts'
import { divergenceColumns, ExchangeRow as ExchangeSchema } from './schemas.ts'

/** A flat row; what is absent is `undefined`. */
export type ExportRow = Readonly<Record<string, string | number | undefined>>

/** What can be exported: its keys in the order of the columns. */
export const EXPORT_KEYS = {
  differences: [
    'exchangeId',
    'requestId',
    'time',
    'run',
    'route',
    'method',
    'path',
    'endpoint',
    'outcome',
    'kind',
    'location',
    'severity',
    'class',
    'primaryValue',
    'shadowValue',
    'primaryStatus',
    'shadowStatus',
    'primaryMs',
    'shadowMs',
    'divergenceId',
  ],
  exchanges: Object.keys(ExchangeSchema.properties),
  divergences: Object.keys(divergenceColumns),
} as const satisfies Record<string, readonly string[]>

/** `differences`, `exchanges` or `divergences`. */
export type ExportSubject = keyof typeof EXPORT_KEYS

/** One row of `differences`: a difference with what tells its exchange. */
export function differenceRow(row: DifferenceRow): ExportRow {
  const { exchange, difference } = row
  const { requestId, time, run, route, method, path, endpoint, outcome } = exchange
  const { kind, location, severity, primary, shadow } = difference
  const { primaryStatus, shadowStatus, primaryMs, shadowMs } = exchange
  return {
    exchangeId: exchange.id,
    ...{ requestId, time, run, route, method, path, endpoint, outcome },
    ...{ kind, location, severity, class: row.class, primaryValue: primary, shadowValue: shadow },
    ...{ primaryStatus, shadowStatus, primaryMs, shadowMs, divergenceId: row.divergence },
  }
}

/** One row of `exchanges`: as the API has it. */
export function exchangeRow(row: ExchangeRow): ExportRow {
  return { ...row }
}

/** One row of `divergences`: as the API has it, without what is more than one value. */
export function divergenceRow(row: DivergenceRow): ExportRow {
  const keys = Object.keys(divergenceColumns) as (keyof typeof divergenceColumns)[]
  return Object.fromEntries(keys.map((key) => [key, row[key]]))
}
