/** Exchanges: the list with all filters, and one in full. */

import { Type } from 'typebox'
import type { CommandPort } from '../core/commands.ts'
import { AppError } from '../core/errors.ts'
import { actorOf } from './access.ts'
import { changesOf } from './changes.ts'
import { pageOf } from './matching.ts'
import { EXCHANGE_FILTERS, filtersOf, listQuery, toFilter, toPage } from './query.ts'
import { getCommands, getReader, type Api, type ReaderSource } from './resources.ts'
import { ChangesView, ExchangeDetail, ExchangeRow } from './schemas.ts'

/** Adds `/api/v1/exchanges` and what is below it. */
export function exchangeRoutes(
  app: Api,
  source: ReaderSource,
  commands: CommandPort | undefined,
): void {
  app.get(
    '/api/v1/exchanges',
    {
      config: { access: 'viewer' },
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

  app.delete(
    '/api/v1/exchanges',
    {
      config: { access: 'operator' },
      schema: {
        operationId: 'forgetExchanges',
        summary: 'Removes the exchanges that match, with their bodies, for good',
        tags: ['exchanges'],
        querystring: Type.Object(filtersOf(EXCHANGE_FILTERS), { additionalProperties: false }),
        response: {
          200: Type.Object(
            { forgotten: Type.Integer({ minimum: 0 }) },
            { title: 'Forgotten', description: 'How many exchanges are gone.' },
          ),
        },
      },
    },
    async (request) => {
      const filter = toFilter(request.query)
      if (Object.values(filter).every((value) => value === undefined)) {
        const names = EXCHANGE_FILTERS.join(', ')
        throw new AppError('invalid', `expected at least one of the filters ${names}, found none`)
      }
      return getCommands(commands).execute('forget', { filter }, actorOf(request))
    },
  )

  app.get(
    '/api/v1/exchanges/:id',
    {
      config: { access: 'viewer' },
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
      config: { access: 'viewer' },
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

/** The exchange in full, or `not_found`. */
export async function getExchange(source: ReaderSource, id: string) {
  const exchange = await getReader(source).findExchange(id)
  if (exchange === undefined) {
    throw new AppError('not_found', `No exchange with the id ${JSON.stringify(id)} is stored`)
  }
  return exchange
}
