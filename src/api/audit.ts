/** Who did what and when. */

import type { Api, ReaderSource } from './resources.ts'
import { getReader } from './resources.ts'
import { pageOf } from './matching.ts'
import { listQuery, toPage } from './query.ts'
import { AuditRow } from './review-schemas.ts'

/** Adds `/api/v1/audit`. */
export function auditRoutes(app: Api, source: ReaderSource): void {
  app.get(
    '/api/v1/audit',
    {
      config: { access: 'viewer' },
      schema: {
        operationId: 'listAudit',
        summary: 'Who did what and when, newest first',
        tags: ['service'],
        querystring: listQuery([]),
        response: { 200: pageOf(AuditRow, 'AuditPage') },
      },
    },
    async ({ query }) => getReader(source).listAudit(toPage(query)),
  )
}
