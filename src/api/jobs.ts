/** Long work in the recorder: what is stored, judged again under today's rules. */

import { Type } from 'typebox'
import type { CommandPort } from '../core/commands.ts'
import { AppError } from '../core/errors.ts'
import { actorOf } from './access.ts'
import { pageOf } from './matching.ts'
import { EXCHANGE_FILTERS, filtersOf, listQuery, toFilter, toPage } from './query.ts'
import { getCommands, getReader, type Api, type ReaderSource } from './resources.ts'
import { JobView } from './review-schemas.ts'

const params = Type.Object({ id: Type.Integer({ minimum: 1, description: 'Id of the job.' }) })

/** Adds `/api/v1/recompare` and `/api/v1/jobs`. */
export function jobRoutes(app: Api, source: ReaderSource, commands: CommandPort | undefined): void {
  app.post(
    '/api/v1/recompare',
    {
      config: { access: 'operator' },
      schema: {
        operationId: 'recompare',
        summary: 'Judges stored exchanges again under today’s rules; a job at a time',
        tags: ['jobs'],
        querystring: Type.Object(filtersOf(EXCHANGE_FILTERS), { additionalProperties: false }),
        response: { 202: JobView },
      },
    },
    async (request, reply) => {
      const filter = toFilter(request.query)
      const job = await getCommands(commands).execute('recompare', { filter }, actorOf(request))
      return reply.code(202).header('location', `jobs/${job.id}`).send(job)
    },
  )

  app.get(
    '/api/v1/jobs',
    {
      config: { access: 'viewer' },
      schema: {
        operationId: 'listJobs',
        summary: 'Jobs, newest first',
        tags: ['jobs'],
        querystring: listQuery([]),
        response: { 200: pageOf(JobView, 'JobPage') },
      },
    },
    async ({ query }) => getReader(source).listJobs(toPage(query)),
  )

  app.get(
    '/api/v1/jobs/:id',
    {
      config: { access: 'viewer' },
      schema: {
        operationId: 'getJob',
        summary: 'One job with its progress',
        tags: ['jobs'],
        params,
        querystring: Type.Object({}, { additionalProperties: false }),
        response: { 200: JobView },
      },
    },
    async ({ params: { id } }) => {
      const job = await getReader(source).findJob(id)
      if (job === undefined) throw new AppError('not_found', `There is no job ${id}`)
      return job
    },
  )

  app.post(
    '/api/v1/jobs/:id/cancel',
    {
      config: { access: 'operator' },
      schema: {
        operationId: 'cancelJob',
        summary: 'Stops a job; what it judged already stays judged',
        tags: ['jobs'],
        params,
        querystring: Type.Object({}, { additionalProperties: false }),
        response: { 200: JobView },
      },
    },
    async (request) => {
      const { id } = request.params
      return getCommands(commands).execute('job-cancel', { id }, actorOf(request))
    },
  )
}
