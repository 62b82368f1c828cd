/** Runs: the verifications that were recorded. */

import { pageOf } from './matching.ts'
import { listQuery, toPage } from './query.ts'
import { getReader, type Api, type ReaderSource } from './resources.ts'
import { RunRow } from './schemas.ts'

/** Adds `/api/v1/runs`. */
export function runRoutes(app: Api, source: ReaderSource): void {
  app.get(
    '/api/v1/runs',
    {
      config: { access: 'gate' },
      schema: {
        operationId: 'listRuns',
        summary: 'Runs, newest first',
        tags: ['runs'],
        querystring: listQuery([]),
        response: { 200: pageOf(RunRow, 'RunPage') },
      },
    },
    async ({ query }) => getReader(source).listRuns(toPage(query)),
  )
}
