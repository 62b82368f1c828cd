/** The wide part of an exchange: heads, suppressed differences, references to bodies. */

import type { Statement } from 'better-sqlite3'
import { viewBody } from '../../core/body-view.ts'
import type { Observation } from '../../core/exchange.ts'
import type {
  ControlJudgement,
  DifferenceKind,
  SuppressedDifference,
} from '../../core/judgement.ts'
import type { JudgedExchange } from '../../core/ports.ts'
import type { ObservationView, RequestView } from '../../core/exchange-report.ts'
import { readBody, type BodyTable } from './bodies.ts'
import { rowsOf, type Database } from './database.ts'
import { packHeads, unpackHeads } from './heads.ts'
import { severityOf, severityRank } from './severity.ts'
import { readWord, type WordTable } from './words.ts'

/** What an exchange shows beyond its row. */
export interface Details {
  readonly request: RequestView
  readonly primary?: ObservationView
  readonly shadow?: ObservationView
  readonly control?: ObservationView
  readonly suppressed: readonly SuppressedDifference[]
  readonly suppressedTotal?: number
}

/** Writes the details of one writer's exchanges. */
export class DetailTable {
  readonly #bodies: BodyTable
  readonly #words: WordTable
  readonly #insert: Statement

  constructor(db: Database, bodies: BodyTable, words: WordTable) {
    this.#bodies = bodies
    this.#words = words
    this.#insert = db.prepare(
      `INSERT INTO details
         (exchange_key, heads, suppressed, suppressed_total, control_differences,
          request_body_id, primary_body_id, shadow_body_id, control_body_id)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    )
  }

  insert(key: number, { exchange, judgement }: JudgedExchange): void {
    this.#insert.run(
      key,
      packHeads(exchange, this.#words),
      packSuppressed(judgement.suppressed),
      judgement.suppressedTotal ?? null,
      packControl(judgement.control),
      this.#bodies.add(exchange.request.body.bytes),
      this.#addBody(exchange.primary),
      this.#addBody(exchange.shadow),
      this.#addBody(exchange.control),
    )
  }

  #addBody(observation: Observation | undefined): number | null {
    return observation?.kind === 'response' ? this.#bodies.add(observation.body.bytes) : null
  }
}

interface SqlDetails {
  readonly heads: string
  readonly suppressed: string | null
  readonly suppressed_total: number | null
  readonly request_body_id: number | null
  readonly primary_body_id: number | null
  readonly shadow_body_id: number | null
  readonly control_body_id: number | null
}

/** Reads the details of one exchange. */
export function findDetails(db: Database, key: number): Details | undefined {
  const [row] = rowsOf<SqlDetails>(db, 'SELECT * FROM details WHERE exchange_key = ?', [key])
  if (row === undefined) return undefined
  const { request, primary, shadow, control } = unpackHeads(
    row.heads,
    (id) => readWord(db, id),
    (part) => readBody(db, row[`${part}_body_id`]),
  )
  return {
    request: { ...request, body: viewBody(request.body, request.headers) },
    ...(primary !== undefined && { primary: toView(primary) }),
    ...(shadow !== undefined && { shadow: toView(shadow) }),
    ...(control !== undefined && { control: toView(control) }),
    suppressed: unpackSuppressed(row.suppressed),
    ...(row.suppressed_total !== null && { suppressedTotal: row.suppressed_total }),
  }
}

function toView(observation: Observation): ObservationView {
  if (observation.kind === 'failure') return observation
  return { ...observation, body: viewBody(observation.body, observation.headers) }
}

type PackedSuppressed = readonly [
  by: string,
  kind: DifferenceKind,
  severity: number,
  location: string,
  primary: string | 0,
  shadow: string | 0,
  /** Where it is not the location. */
  pattern?: string,
]

/** Suppressed differences as they are stored; `null` for none. */
export function packSuppressed(suppressed: readonly SuppressedDifference[]): string | null {
  if (suppressed.length === 0) return null
  return JSON.stringify(
    suppressed.map((difference): PackedSuppressed => {
      const { by, kind, severity, location, pattern, primary = 0, shadow = 0 } = difference
      const packed = [by, kind, severityRank(severity), location, primary, shadow] as const
      return pattern === location ? packed : [...packed, pattern]
    }),
  )
}

/** Suppressed differences as they were stored. */
export function unpackSuppressed(text: string | null): readonly SuppressedDifference[] {
  if (text === null) return []
  return (JSON.parse(text) as PackedSuppressed[]).map(
    ([by, kind, severity, location, primary, shadow, pattern = location]) => ({
      kind,
      location,
      pattern,
      severity: severityOf(severity),
      ...(primary !== 0 && { primary }),
      ...(shadow !== 0 && { shadow }),
      by,
    }),
  )
}

type PackedControl = readonly (readonly [kind: DifferenceKind, pattern: string, beyond?: 1])[]

/** What control showed as it is stored; `null` when it did not measure. */
export function packControl(control: ControlJudgement | undefined): string | null {
  if (control === undefined) return null
  const packed: PackedControl = control.differences.map(({ kind, pattern, beyond }) =>
    beyond === true ? [kind, pattern, 1] : [kind, pattern],
  )
  return JSON.stringify(packed)
}

/** What control showed in an exchange when it was judged; `undefined` when it did not measure it. */
export function unpackControl(text: string | null): ControlJudgement | undefined {
  if (text === null) return undefined
  const packed = JSON.parse(text) as PackedControl
  return {
    differences: packed.map(([kind, pattern, beyond]) => ({
      kind,
      pattern,
      ...(beyond !== undefined && { beyond: true }),
    })),
  }
}
