/** Endpoints: what was seen of each. */

import { Type } from 'typebox'
import type { StoreReader } from '../core/ports.ts'
import type { Settings } from '../core/settings.ts'
import { untestedEndpoints } from '../core/untested-endpoints.ts'
import { listOf, pageOf } from './matching.ts'
import { ENDPOINT_FILTERS, filtersOf, listQuery, toFilter, toPage } from './query.ts'
import { getReader, type Api, type ReaderSource } from './resources.ts'
import { EndpointRow, TrafficView } from './schemas.ts'

/** Adds `/api/v1/endpoints`, what is below it, and `/api/v1/traffic`. */
export function endpointRoutes(app: Api, source: ReaderSource, settings: () => Settings): void {
  app.get(
    '/api/v1/endpoints/untested',
    {
      config: { access: 'viewer' },
      schema: {
        operationId: 'listUntestedEndpoints',
        summary: 'Endpoints that the configuration names and of which nothing was compared',
        description:
          'Those of `endpoints.patterns` and of its OpenAPI document, in their order; empty without either.',
        tags: ['endpoints'],
        querystring: Type.Object(filtersOf(['run']), { additionalProperties: false }),
        response: {
          200: Type.Object(
            { items: listOf(Type.String()) },
            { title: 'UntestedEndpoints', description: 'Names of endpoints.' },
          ),
        },
      },
    },
    async ({ query }) => ({
      items: untestedEndpoints(
        settings().endpoints?.patterns ?? [],
        await comparedEndpoints(getReader(source), query.run),
      ),
    }),
  )

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

async function comparedEndpoints(
  reader: StoreReader,
  run: string | undefined,
): Promise<readonly string[]> {
  const compared: string[] = []
  let cursor: string | undefined
  do {
    const page = await reader.listEndpoints(run === undefined ? {} : { run }, {
      limit: 1000,
      cursor,
    })
    for (const { endpoint, match, divergent } of page.items) {
      if (match + divergent > 0) compared.push(endpoint)
    }
    cursor = page.next
  } while (cursor !== undefined)
  return compared
}
