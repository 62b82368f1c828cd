/** Endpoints: what was seen of each. */

import { pageOf } from './matching.ts'
import { ENDPOINT_FILTERS, listQuery, toFilter, toPage } from './query.ts'
import { getReader, type Api, type ReaderSource } from './resources.ts'
import { EndpointRow } from './schemas.ts'

/** Adds `/api/v1/endpoints`. */
export function endpointRoutes(app: Api, source: ReaderSource): void {
  app.get(
    '/api/v1/endpoints',
    {
      config: { access: 'viewer' },
      schema: {
        operationId: 'listEndpoints',
        summary: 'Endpoints with their counts, divergence rate and latencies',
        tags: ['endpoints'],
        querystring: listQuery(ENDPOINT_FILTERS),
        response: { 200: pageOf(EndpointRow, 'EndpointPage') },
      },
    },
    async ({ query }) => getReader(source).listEndpoints(toFilter(query), toPage(query)),
  )
}
