/** Exchanges: the list with all filters, and one in full. */

import { Type } from 'typebox'
import { AppError } from '../core/errors.ts'
import { changesOf } from './changes.ts'
import { pageOf } from './matching.ts'
import { EXCHANGE_FILTERS, listQuery, toFilter, toPage } from './query.ts'
import { getReader, type Api, type ReaderSource } from './resources.ts'
import { ChangesView, ExchangeDetail, ExchangeRow } from './schemas.ts'

/** Adds `/api/v1/exchanges` and what is below it. */
export function exchangeRoutes(app: Api, source: ReaderSource): void {
  app.get(
    '/api/v1/exchanges',
    {
      schema: {
        operationId: 'listExchanges',
        summary: 'Exchanges, newest first; `requestId` looks one up',
        tags: ['exchanges'],
        querystring: listQuery(EXCHANGE_FILTERS),
        response: { 200: pageOf(ExchangeRow, 'ExchangePage') },
      },
    },
    async ({ query }) => getReader(source).listExchanges(toFilter(query), toPage(query)),
  )

  app.get(
    '/api/v1/exchanges/:id',
    {
      schema: {
        operationId: 'getExchange',
        summary: 'One exchange in full: request, observations, differences, what was suppressed',
        tags: ['exchanges'],
        params: Type.Object({ id: Type.String({ description: 'Id of the exchange.' }) }),
        querystring: Type.Object({}, { additionalProperties: false }),
        response: { 200: ExchangeDetail },
      },
    },
    async ({ params }) => getExchange(source, params.id),
  )

  app.get(
    '/api/v1/exchanges/:id/changes',
    {
      schema: {
        operationId: 'getChanges',
        summary: 'What shadow changed in the JSON body, in words, before any rule',
        tags: ['exchanges'],
        params: Type.Object({ id: Type.String({ description: 'Id of the exchange.' }) }),
        querystring: Type.Object({}, { additionalProperties: false }),
        response: { 200: ChangesView },
      },
    },
    async ({ params }) => changesOf(await getExchange(source, params.id)),
  )
}

async function getExchange(source: ReaderSource, id: string) {
  const exchange = await getReader(source).findExchange(id)
  if (exchange === undefined) {
    throw new AppError('not_found', `No exchange with the id ${JSON.stringify(id)} is stored`)
  }
  return exchange
}
