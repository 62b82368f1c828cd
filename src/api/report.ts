/** `GET /api/v1/report`: the run in one file that can be handed on. */

import { Type } from 'typebox'
import { AppError } from '../core/errors.ts'
import type { Clock, StoreReader } from '../core/ports.ts'
import type { DivergenceDetail, DivergenceRow } from '../core/divergence-report.ts'
import type { Settings } from '../core/settings.ts'
import { renderReport, REPORT_POLICY } from './report-page.ts'
import { getReader, type Api, type ReaderSource } from './resources.ts'
import { readRules } from './rules.ts'
import type { Verdicts } from './verdicts.ts'

/** Divergences that are listed, and those of them that are shown with examples. */
const MAX_LISTED = 500
const MAX_DETAILED = 100
const EXAMPLES = 3

/** What the report is made of. */
export interface ReportOptions {
  readonly source: ReaderSource
  readonly verdicts: Verdicts
  readonly settings: () => Settings
  readonly clock: Clock
  /** Version of the program. */
  readonly version: string
}

/** Adds the route. */
export function reportRoutes(app: Api, options: ReportOptions): void {
  const { source, verdicts, settings, clock, version } = options
  app.get(
    '/api/v1/report',
    {
      exposeHeadRoute: false,
      config: { access: 'viewer' },
      schema: {
        operationId: 'getReport',
        summary: 'The report of a run as one printable HTML file',
        description:
          'Verdict, reasons, divergences with examples, coverage, rules in force; it loads nothing and runs nothing.',
        tags: ['verdict'],
        querystring: Type.Object(
          {
            run: Type.Optional(
              Type.String({
                minLength: 1,
                maxLength: 500,
                description:
                  'Name or id of a run (`id:7`: the id whatever runs are called); absent: the newest.',
              }),
            ),
            download: Type.Boolean({ default: false, description: 'As a file to be kept.' }),
          },
          { additionalProperties: false },
        ),
        response: {
          200: { description: 'The file.', content: { 'text/html': { schema: Type.String() } } },
        },
      },
    },
    async ({ query }, reply) => {
      const reader = getReader(source)
      const run = await reader.findRun(query.run)
      if (run === undefined) {
        const which =
          query.run === undefined ? 'recorded yet' : `called ${JSON.stringify(query.run)}`
        throw new AppError('not_found', `No run is ${which}`)
      }
      // A name may belong to several runs, and look like a number.
      const one = { run: `id:${run.id}` }
      const verdict = await verdicts.judge(one)
      const page = await reader.listDivergences(one, { limit: MAX_LISTED })
      const counts = await reader.countDivergences(one)
      const all = counts.divergence + counts.noise + counts.expected
      const counted = page.items.filter(isCounted)
      const file = renderReport({
        ...{ run, verdict, version },
        divergences: await detailed(reader, counted.slice(0, MAX_DETAILED)),
        others: page.items.filter((row) => !isCounted(row)),
        unlisted: all - page.items.length + Math.max(0, counted.length - MAX_DETAILED),
        rules: await readRules(source, settings()),
        madeAt: new Date(clock.now()).toISOString(),
      })
      if (query.download) {
        const name = `shadowdiff-report-${run.name.replaceAll(/[^\w.-]+/g, '-').slice(0, 80)}.html`
        void reply.header('content-disposition', `attachment; filename="${name}"`)
      }
      return reply
        .type('text/html; charset=utf-8')
        .header('content-security-policy', `${REPORT_POLICY}; frame-ancestors 'none'; sandbox`)
        .serializer((body: string) => body)
        .send(file)
    },
  )
}

function isCounted(row: DivergenceRow): boolean {
  return row.class === 'divergence' && row.state === 'open'
}

async function detailed(
  reader: StoreReader,
  rows: readonly DivergenceRow[],
): Promise<readonly DivergenceDetail[]> {
  const details: DivergenceDetail[] = []
  for (const { id } of rows) {
    const detail = await reader.findDivergence(id, EXAMPLES)
    if (detail !== undefined) details.push(detail)
  }
  return details
}
