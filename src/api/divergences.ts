/** Divergences: what a person triages. */

import { Type } from 'typebox'
import { AppError } from '../core/errors.ts'
import type { ExchangeReader } from '../core/ports.ts'
import { pageOf } from './matching.ts'
import { DIVERGENCE_FILTERS, filtersOf, listQuery, toFilter, toPage } from './query.ts'
import { getReader, type Api, type ReaderSource } from './resources.ts'
import { DivergenceCounts, DivergenceDetail, DivergenceRow } from './schemas.ts'

/** Adds `/api/v1/divergences` and what is below it. */
export function divergenceRoutes(app: Api, source: ReaderSource): void {
  app.get(
    '/api/v1/divergences',
    {
      config: { access: 'viewer' },
      schema: {
        operationId: 'listDivergences',
        summary: 'Divergences: the same difference over many exchanges of an endpoint',
        tags: ['divergences'],
        querystring: listQuery(DIVERGENCE_FILTERS),
        response: { 200: pageOf(DivergenceRow, 'DivergencePage') },
      },
    },
    async ({ query }) => getReader(source).listDivergences(toFilter(query), toPage(query)),
  )

  app.get(
    '/api/v1/divergences/counts',
    {
      config: { access: 'viewer' },
      schema: {
        operationId: 'countDivergences',
        summary: 'How many divergences of each class match',
        tags: ['divergences'],
        querystring: Type.Object(filtersOf(DIVERGENCE_FILTERS), { additionalProperties: false }),
        response: { 200: DivergenceCounts },
      },
    },
    async ({ query }) => getReader(source).countDivergences(toFilter(query)),
  )

  app.get(
    '/api/v1/divergences/:id',
    {
      config: { access: 'viewer' },
      schema: {
        operationId: 'getDivergence',
        summary: 'One divergence with its newest examples',
        tags: ['divergences'],
        params: Type.Object({ id: Type.String({ description: 'Id of the divergence.' }) }),
        querystring: Type.Object(
          {
            examples: Type.Integer({
              minimum: 0,
              maximum: 100,
              default: 10,
              description: 'How many examples at most.',
            }),
          },
          { additionalProperties: false },
        ),
        response: { 200: DivergenceDetail },
      },
    },
    async ({ params: { id }, query }) => getDivergence(getReader(source), id, query.examples),
  )
}

/** The divergence, or `not_found`. */
export async function getDivergence(reader: ExchangeReader, id: string, examples: number) {
  const divergence = await reader.findDivergence(id, examples)
  if (divergence === undefined) {
    throw new AppError('not_found', `No divergence with the id ${JSON.stringify(id)} is stored`)
  }
  return divergence
}
