/** The query parameters that lists and exports share, and how they become a filter and a page. */

import { Type, type Static, type TObject } from 'typebox'
import { AppError } from '../core/errors.ts'
import type { Filter, PageRequest } from '../core/lists.ts'
import {
  DifferenceKind,
  DivergenceClass,
  DivergenceState,
  Outcome,
  Severity,
  Source,
} from './schemas.ts'

const text = (description: string, maxLength = 500) =>
  Type.Optional(Type.String({ minLength: 1, maxLength, description }))

const time = (description: string) =>
  Type.Optional(Type.String({ format: 'date-time', description }))

const filterParameters = {
  run: text('Name or id of a run (`id:7`: the id whatever runs are called).'),
  route: text('Name of the route.'),
  endpoint: text('As listed, for example `GET /users/{id}`.', 2000),
  method: text('The request method, case-sensitive.', 100),
  source: Type.Optional(Source),
  outcome: Type.Optional(Outcome),
  kind: Type.Optional(DifferenceKind),
  severity: Type.Optional(Severity),
  class: Type.Optional(DivergenceClass),
  state: Type.Optional(DivergenceState),
  status: Type.Optional(
    Type.Integer({ minimum: 100, maximum: 999, description: "Primary's or shadow's status." }),
  ),
  requestId: text('The `x-request-id`, whole.', 128),
  q: text('A part of path, endpoint, location or request id, whichever the list has.'),
  divergence: text('Id of a divergence: the exchanges that show it.', 100),
  since: time('From this moment on (RFC 3339).'),
  until: time('Before this moment (RFC 3339).'),
}

type FilterName = keyof typeof filterParameters

/** What any of the lists may find in its query. */
export type FilterQuery = Static<TObject<typeof filterParameters>>

/** Filters of exchanges and of differences. */
export const EXCHANGE_FILTERS = [
  'run',
  'route',
  'endpoint',
  'method',
  'source',
  'outcome',
  'kind',
  'severity',
  'status',
  'requestId',
  'q',
  'divergence',
  'since',
  'until',
] as const satisfies readonly FilterName[]

/** Filters of divergences: what they, not their single exchanges, have. */
export const DIVERGENCE_FILTERS = [
  'run',
  'endpoint',
  'method',
  'kind',
  'severity',
  'class',
  'state',
  'q',
  'since',
  'until',
] as const satisfies readonly FilterName[]

/** Filters of endpoints. */
export const ENDPOINT_FILTERS = [
  'run',
  'endpoint',
  'method',
  'q',
  'since',
  'until',
] as const satisfies readonly FilterName[]

const paging = {
  cursor: text('`next` of the page before.', 2000),
  limit: Type.Integer({ minimum: 1, maximum: 1000, default: 50, description: 'Rows of a page.' }),
}

/** Exactly these filters and nothing else. */
export function filtersOf<const Names extends readonly FilterName[]>(names: Names) {
  const entries = names.map((name) => [name, filterParameters[name]] as const)
  return Object.fromEntries(entries) as unknown as Pick<typeof filterParameters, Names[number]>
}

/** The query of a list with these filters; an unknown parameter is refused. */
export function listQuery<const Names extends readonly FilterName[]>(names: Names) {
  return Type.Object({ ...filtersOf(names), ...paging }, { additionalProperties: false })
}

/** The part of a query that says where to go on. */
export function toPage(query: { cursor?: string; limit: number }): PageRequest {
  return { cursor: query.cursor, limit: query.limit }
}

/** The part of a query that says which rows. */
export function toFilter(query: FilterQuery): Filter {
  const { run, route, endpoint, method, outcome, kind, severity, status, requestId, q } = query
  const since = toMilliseconds('since', query.since)
  const until = toMilliseconds('until', query.until)
  if (since !== undefined && until !== undefined && since >= until) {
    throw new AppError(
      'invalid',
      `until: expected a time after since (${String(query.since)}), found ${String(query.until)}`,
    )
  }
  const { divergence, state, source } = query
  return {
    ...{ run, route, endpoint, method, outcome, kind, severity, status, requestId, q },
    ...{ source, divergence, class: query.class, state, since, until },
  }
}

function toMilliseconds(parameter: string, time: string | undefined): number | undefined {
  if (time === undefined) return undefined
  const milliseconds = Date.parse(time)
  // A leap second has the right form and is still no time that JavaScript knows.
  if (Number.isNaN(milliseconds)) {
    throw new AppError(
      'invalid',
      `${parameter}: expected a time without leap second, found ${time}`,
    )
  }
  return milliseconds
}
