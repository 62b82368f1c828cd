/** Endpoints: what was seen of each. */

import { Type } from 'typebox'
import { pageOf } from './matching.ts'
import { ENDPOINT_FILTERS, filtersOf, listQuery, toFilter, toPage } from './query.ts'
import { getReader, type Api, type ReaderSource } from './resources.ts'
import { EndpointRow, TrafficView } from './schemas.ts'

/** Adds `/api/v1/endpoints` and `/api/v1/traffic`. */
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

  app.get(
    '/api/v1/traffic',
    {
      config: { access: 'viewer' },
      schema: {
        operationId: 'getTraffic',
        summary: 'Outcomes and latencies over time',
        tags: ['endpoints'],
        querystring: Type.Object(filtersOf(['run', 'endpoint', 'since', 'until']), {
          additionalProperties: false,
        }),
        response: { 200: TrafficView },
      },
    },
    async ({ query }) => getReader(source).traffic(toFilter(query)),
  )
}
