/** Runs: the verifications that were recorded, begun, ended and compared. */

import { Type } from 'typebox'
import type { CommandPort } from '../core/commands.ts'
import { AppError } from '../core/errors.ts'
import { actorOf } from './access.ts'
import { pageOf } from './matching.ts'
import { listQuery, toPage } from './query.ts'
import { getCommands, getReader, type Api, type ReaderSource } from './resources.ts'
import { RunComparison } from './review-schemas.ts'
import { RunRow } from './schemas.ts'

const name = (description: string) => Type.String({ minLength: 1, maxLength: 200, description })

/** Adds `/api/v1/runs` and what is below it. */
export function runRoutes(app: Api, source: ReaderSource, commands: CommandPort | undefined): void {
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

  app.post(
    '/api/v1/runs',
    {
      config: { access: 'operator' },
      schema: {
        operationId: 'startRun',
        summary: 'Ends the run that goes on and starts this one',
        tags: ['runs'],
        querystring: Type.Object({}, { additionalProperties: false }),
        body: Type.Object(
          {
            name: name('Of the run.'),
            primaryVersion: name('What primary is called.'),
            shadowVersion: name('What shadow is called.'),
          },
          { title: 'RunIdentity', additionalProperties: false },
        ),
        response: { 201: RunRow },
      },
    },
    async (request, reply) => {
      const run = await getCommands(commands).execute('run-start', request.body, actorOf(request))
      return reply.code(201).send(run)
    },
  )

  app.patch(
    '/api/v1/runs/:id',
    {
      config: { access: 'operator' },
      schema: {
        operationId: 'endRun',
        summary: 'Ends a run: its verdict does not wait for more',
        tags: ['runs'],
        params: Type.Object({ id: Type.Integer({ minimum: 1, description: 'Id of the run.' }) }),
        querystring: Type.Object({}, { additionalProperties: false }),
        body: Type.Object(
          { end: Type.Literal(true) },
          { title: 'RunChange', additionalProperties: false },
        ),
        response: { 200: RunRow },
      },
    },
    async (request) =>
      getCommands(commands).execute('run-end', { id: request.params.id }, actorOf(request)),
  )

  app.get(
    '/api/v1/runs/compare',
    {
      config: { access: 'viewer' },
      schema: {
        operationId: 'compareRuns',
        summary: 'What appeared, what is gone, what is still there, what nobody asked for again',
        tags: ['runs'],
        querystring: Type.Object(
          { before: name('Name or id of a run.'), after: name('Name or id of another run.') },
          { additionalProperties: false },
        ),
        response: { 200: RunComparison },
      },
    },
    async ({ query: { before, after } }) => {
      const reader = getReader(source)
      const comparison = await reader.compareRuns(before, after)
      if (comparison !== undefined) return comparison
      const isBefore = (await reader.findRun(before)) === undefined
      const missing = isBefore ? `before: no run is called ${JSON.stringify(before)}` : undefined
      throw new AppError('not_found', missing ?? `after: no run is called ${JSON.stringify(after)}`)
    },
  )
}
