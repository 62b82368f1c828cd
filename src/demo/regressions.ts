/**
 * What version 2 of the demo shop does differently, in one table: the shop asks it what to break, the
 * demo command prints it, and the tests hold shadowdiff to finding it.
 */

import type { DifferenceKind } from '../core/judgement.ts'

/** One thing that version 2 answers differently. */
export interface Regression {
  readonly id: string
  /** Where it shows. */
  readonly endpoint: string
  /** One sentence for people. */
  readonly what: string
  /** The divergences to look for; none when only the latency tells. */
  readonly shows: readonly { readonly kind: DifferenceKind; readonly location: string }[]
}

/** The regressions of version 2. */
export const REGRESSIONS = [
  {
    id: 'renamed-field',
    endpoint: 'GET /products/{id}',
    what: '`imageUrl` is called `image_url` now',
    shows: [
      { kind: 'missing', location: 'body:/imageUrl' },
      { kind: 'extra', location: 'body:/image_url' },
    ],
  },
  {
    id: 'missing-null',
    endpoint: 'GET /products/{id}',
    what: '`discount: null` is left out where a product has no discount',
    shows: [{ kind: 'missing', location: 'body:/discount' }],
  },
  {
    id: 'not-found-as-ok',
    endpoint: 'GET /products/{id}',
    what: 'a product that does not exist is 200 with an empty body instead of 404',
    shows: [
      { kind: 'value', location: 'status' },
      { kind: 'missing', location: 'header:content-type' },
      { kind: 'missing', location: 'body:' },
    ],
  },
  {
    id: 'lost-cent',
    endpoint: 'GET /products/{id}/price',
    what: 'tax is cut off instead of rounded: some totals are one cent lower',
    shows: [
      { kind: 'value', location: 'body:/tax' },
      { kind: 'value', location: 'body:/total' },
    ],
  },
  {
    id: 'number-as-text',
    endpoint: 'GET /products/{id}/stock',
    what: '`available` is text ("12") instead of a number (12)',
    shows: [{ kind: 'type', location: 'body:/warehouses/*/available' }],
  },
  {
    id: 'last-page-lost',
    endpoint: 'GET /products',
    what: 'pages are counted one short, so the last page is never linked',
    shows: [
      { kind: 'value', location: 'body:/pages' },
      { kind: 'missing', location: 'body:/links/next' },
    ],
  },
  {
    id: 'lost-cache-header',
    endpoint: 'GET /categories',
    what: 'the `cache-control` header is gone',
    shows: [{ kind: 'missing', location: 'header:cache-control' }],
  },
  {
    id: 'created-as-ok',
    endpoint: 'POST /carts/{uuid}/items',
    what: 'putting something into a cart is answered 200 instead of 201',
    shows: [{ kind: 'value', location: 'status' }],
  },
  {
    id: 'shouting-status',
    endpoint: 'POST /orders',
    what: 'the order status is `PLACED` instead of `placed`',
    shows: [{ kind: 'value', location: 'body:/status' }],
  },
  {
    id: 'slow-search',
    endpoint: 'GET /search',
    what: 'every search takes a quarter of a second longer: same answer, look at the latency',
    shows: [],
  },
] as const satisfies readonly Regression[]

/** Names one regression. */
export type RegressionId = (typeof REGRESSIONS)[number]['id']

/** The one place where both versions answer truly at random: what noise looks like. */
export const NOISE: Regression = {
  id: 'noise',
  endpoint: 'GET /recommendations',
  what: '`trackingId` is random in both versions: noise, no regression',
  shows: [{ kind: 'value', location: 'body:/trackingId' }],
}

/** One sentence for each thing to look for, the noise last. */
export function describeRegressions(): string[] {
  return [...REGRESSIONS, NOISE].map(({ endpoint, what }) => `${endpoint}: ${what}`)
}
