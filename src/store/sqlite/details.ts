/** The wide part of an exchange: heads as JSON tuples, suppressed differences, references to bodies. */

import type { Statement } from 'better-sqlite3'
import { viewBody } from '../../core/body-view.ts'
import type { CapturedBody, Exchange, HeaderList, Observation } from '../../core/exchange.ts'
import type { SuppressedDifference } from '../../core/judgement.ts'
import type { JudgedExchange } from '../../core/ports.ts'
import type { ObservationView, RequestView } from '../../core/report.ts'
import { readBody, type BodyTable } from './bodies.ts'
import { rowsOf, type Database } from './database.ts'

/** What an exchange shows beyond its row. */
export interface Details {
  readonly request: RequestView
  readonly primary?: ObservationView
  readonly shadow?: ObservationView
  readonly suppressed: readonly SuppressedDifference[]
}

type BodyHead = readonly [
  length: number,
  sha256: string | null,
  incomplete: NonNullable<CapturedBody['incomplete']> | null,
]

type ObservationHead =
  | readonly ['failure', reason: string, message: string, sentHeaders: HeaderList, ms: number]
  | readonly [
      'response',
      status: number,
      reason: string,
      headers: HeaderList,
      trailers: HeaderList,
      sentHeaders: HeaderList,
      ms: number,
      body: BodyHead,
    ]

type Heads = readonly [
  method: string,
  target: string,
  headers: HeaderList,
  body: BodyHead,
  primary: ObservationHead | null,
  shadow: ObservationHead | null,
]

/** Writes the details of one writer's exchanges. */
export class DetailTable {
  readonly #bodies: BodyTable
  readonly #insert: Statement<
    [number, string, string | null, number | null, number | null, number | null]
  >

  constructor(db: Database, bodies: BodyTable) {
    this.#bodies = bodies
    this.#insert = db.prepare(
      `INSERT INTO details
         (exchange_key, heads, suppressed, request_body_id, primary_body_id, shadow_body_id)
       VALUES (?, ?, ?, ?, ?, ?)`,
    )
  }

  insert(key: number, { exchange, judgement }: JudgedExchange): void {
    const { suppressed } = judgement
    this.#insert.run(
      key,
      JSON.stringify(headsOf(exchange)),
      suppressed.length === 0 ? null : JSON.stringify(suppressed),
      this.#bodies.add(exchange.request.body.bytes),
      this.#addBody(exchange.primary),
      this.#addBody(exchange.shadow),
    )
  }

  #addBody(observation: Observation | undefined): number | null {
    return observation?.kind === 'response' ? this.#bodies.add(observation.body.bytes) : null
  }
}

/** Reads the details of one exchange. */
export function findDetails(db: Database, key: number): Details | undefined {
  const [row] = rowsOf<{
    heads: string
    suppressed: string | null
    request_body_id: number | null
    primary_body_id: number | null
    shadow_body_id: number | null
  }>(db, 'SELECT * FROM details WHERE exchange_key = ?', [key])
  if (row === undefined) return undefined
  const [method, target, headers, body, primary, shadow] = JSON.parse(row.heads) as Heads
  const requestBody = bodyOf(body, readBody(db, row.request_body_id))
  return {
    request: { method, target, headers, body: viewBody(requestBody, headers) },
    ...(primary !== null && { primary: toView(primary, readBody(db, row.primary_body_id)) }),
    ...(shadow !== null && { shadow: toView(shadow, readBody(db, row.shadow_body_id)) }),
    suppressed:
      row.suppressed === null ? [] : (JSON.parse(row.suppressed) as SuppressedDifference[]),
  }
}

function headsOf({ request, primary, shadow }: Exchange): Heads {
  return [
    request.method,
    request.target,
    request.headers,
    bodyHeadOf(request.body),
    primary === undefined ? null : observationHeadOf(primary),
    shadow === undefined ? null : observationHeadOf(shadow),
  ]
}

function observationHeadOf(observation: Observation): ObservationHead {
  const { sentHeaders, durationMs } = observation
  if (observation.kind === 'failure') {
    return ['failure', observation.reason, observation.message, sentHeaders, durationMs]
  }
  const { status, reason, headers, trailers } = observation
  const body = bodyHeadOf(observation.body)
  return ['response', status, reason, headers, trailers, sentHeaders, durationMs, body]
}

function bodyHeadOf({ length, sha256, incomplete }: CapturedBody): BodyHead {
  return [length, sha256 ?? null, incomplete ?? null]
}

function bodyOf([length, sha256, incomplete]: BodyHead, bytes: Buffer): CapturedBody {
  return {
    bytes,
    length,
    ...(sha256 !== null && { sha256 }),
    ...(incomplete !== null && { incomplete }),
  }
}

function toView(head: ObservationHead, bytes: Buffer): ObservationView {
  if (head[0] === 'failure') {
    const [kind, reason, message, sentHeaders, durationMs] = head
    return { kind, reason, message, durationMs, sentHeaders }
  }
  const [kind, status, reason, headers, trailers, sentHeaders, durationMs, body] = head
  const view = viewBody(bodyOf(body, bytes), headers)
  return { kind, status, reason, headers, trailers, body: view, durationMs, sentHeaders }
}
