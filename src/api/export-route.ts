/** `GET /api/v1/export`: a download, streamed as fast as the client takes it. */

import { Readable } from 'node:stream'
import { Type } from 'typebox'
import { AppError } from '../core/errors.ts'
import type { Clock } from '../core/ports.ts'
import type { Filter } from '../core/lists.ts'
import {
  EXPORT_FILTERS,
  exportChunks,
  foreignFilter,
  type ExportChunk,
  type ExportRequest,
} from './export.ts'
import type { ExportSubject } from './export-columns.ts'
import { EXCHANGE_FILTERS, filtersOf, toFilter } from './query.ts'
import { getReader, type Api, type ReaderSource } from './resources.ts'
import { Streamed } from './service-schemas.ts'

const MAX_EXPORTS = 4

const ANY_FILTERS = [...EXCHANGE_FILTERS, 'class', 'state'] as const

const CONTENT_TYPES = {
  csv: 'text/csv; charset=utf-8',
  jsonl: 'application/x-ndjson',
  har: 'application/json; charset=utf-8',
}

/** Adds `/api/v1/export`. */
export function exportRoutes(app: Api, source: ReaderSource, clock: Clock): void {
  const running = new Set<Readable>()
  app.addHook('preClose', async () => {
    for (const stream of running) stream.destroy()
  })

  app.get(
    '/api/v1/export',
    {
      exposeHeadRoute: false,
      config: { access: 'viewer' },
      schema: {
        operationId: 'exportRows',
        summary: 'Download of differences, exchanges or divergences, newest first',
        description:
          'A row per line. In CSV, cells under `…_value` are JSON text, an empty cell means absent, ' +
          'and what a spreadsheet would take for a formula has an apostrophe before it. JSON lines of ' +
          'exchanges hold them in full, as `shadowdiff import exchanges` reads them.',
        tags: ['export'],
        querystring: Type.Object(
          {
            format: Type.Enum(['csv', 'jsonl', 'har'], {
              type: 'string',
              default: 'csv',
              description: '`har` (HAR 1.2) holds exchanges only.',
            }),
            what: Type.Optional(
              Type.Enum(['differences', 'exchanges', 'divergences'], {
                type: 'string',
                description: 'Absent: differences, and exchanges as HAR.',
              }),
            ),
            ...filtersOf(ANY_FILTERS),
          },
          { additionalProperties: false },
        ),
        response: {
          200: {
            description: 'The file.',
            content: {
              'text/csv': { schema: Streamed },
              'application/x-ndjson': { schema: Streamed },
              'application/json': { schema: Streamed },
            },
          },
        },
      },
    },
    async ({ query }, reply) => {
      const { format } = query
      const { what = format === 'har' ? 'exchanges' : 'differences' } = query
      const filter = toFilter(query)
      refuseForeignFilters(what, filter)
      const request = { reader: getReader(source), what, format, filter }
      if (running.size >= MAX_EXPORTS) {
        throw new AppError('unavailable', `${MAX_EXPORTS} exports are running already`)
      }
      const stream = await openStream(request)
      running.add(stream)
      stream.once('close', () => running.delete(stream))
      const stamp = new Date(clock.now()).toISOString().replaceAll(/[-:]|\.\d+/g, '')
      return reply
        .type(CONTENT_TYPES[format])
        .header(
          'content-disposition',
          `attachment; filename="shadowdiff-${what}-${stamp}.${format}"`,
        )
        .header('content-security-policy', "default-src 'none'; sandbox")
        .send(stream)
    },
  )
}

/** Reads the first rows before anything is promised: a store that fails is a problem, not half a file. */
async function openStream(request: ExportRequest): Promise<Readable> {
  const chunks = exportChunks(request)
  const first = await chunks.next()
  return Readable.from(textsOf(first, chunks), { objectMode: false })
}

async function* textsOf(first: IteratorResult<ExportChunk>, rest: AsyncGenerator<ExportChunk>) {
  try {
    if (first.done !== true) yield first.value.text
    for await (const { text } of rest) yield text
  } finally {
    await rest.return(undefined)
  }
}

function refuseForeignFilters(what: ExportSubject, filter: Filter): void {
  const foreign = foreignFilter(what, filter)
  if (foreign === undefined) return
  const allowed = EXPORT_FILTERS[what].join(', ')
  throw new AppError(
    'invalid',
    `${foreign}: ${what} cannot be filtered by it; allowed are ${allowed}`,
  )
}
