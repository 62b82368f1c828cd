/** What an endpoint of the lifelike API is, and how the usual kinds are written down. */

import { type Answer, type Fields, jsonAnswer } from './answer.ts'
import type { ApiRequest, Instance } from './instance.ts'

/** One endpoint. */
export interface Endpoint {
  /** As the comparer names it. */
  readonly endpoint: string
  /** Share of the traffic, relative to the others. */
  readonly weight: number
  readonly target: (subject: number) => string
  readonly body?: (subject: number) => string
  readonly answer: (request: ApiRequest, instance: Instance) => Answer
}

/** The id of a cart that every instance knows. */
export function cartId(subject: number): string {
  const hex = subject.toString(16).padStart(12, '0')
  return `0f0f0f0f-1111-4222-8333-${hex}`
}

/** An endpoint that is read. */
export function get(
  endpoint: string,
  weight: number,
  target: Endpoint['target'],
  answer: Endpoint['answer'],
): Endpoint {
  return { endpoint, weight, target, answer }
}

/** An endpoint that deletes. */
export function remove(...parts: Parameters<typeof get>): Endpoint {
  return get(...parts)
}

/** An endpoint that is sent JSON. */
export function post(...parts: Parameters<typeof get>): Endpoint {
  return { ...get(...parts), body: (subject) => JSON.stringify({ subject }) }
}

/** One operation of the GraphQL endpoint. */
export function graphql(
  endpoint: string,
  weight: number,
  query: string,
  data: (subject: number, it: Instance) => Fields,
): Endpoint {
  return {
    ...post(
      endpoint,
      weight,
      () => '/graphql',
      ({ subject }, it) =>
        jsonAnswer({ data: data(subject, it), extensions: { tookMs: it.below(30) } }),
    ),
    body: (subject) => JSON.stringify({ query, variables: { subject } }),
  }
}
