/** The mirroring as people may change it at run time, and the configuration read again. */

import { Type } from 'typebox'
import type { CommandPort } from '../core/commands.ts'
import { AppError } from '../core/errors.ts'
import { mirrorView } from '../core/mirroring.ts'
import type { Settings } from '../core/settings.ts'
import { actorOf } from './access.ts'
import { getCommands, getReader, type Api, type ReaderSource } from './resources.ts'
import { MirrorView } from './review-schemas.ts'

/** What the routes need. */
export interface MirrorOptions {
  readonly source: ReaderSource
  readonly commands: CommandPort | undefined
  /** What holds now, also after a reload. */
  readonly settings: () => Settings
}

/** Adds `GET` and `PATCH /api/v1/mirror`, and `POST /api/v1/reload`. */
export function mirrorRoutes(app: Api, { source, commands, settings }: MirrorOptions): void {
  app.get(
    '/api/v1/mirror',
    {
      config: { access: 'viewer' },
      schema: {
        operationId: 'getMirror',
        summary: 'What is mirrored of each route, and who changed it',
        tags: ['service'],
        querystring: Type.Object({}, { additionalProperties: false }),
        response: { 200: MirrorView },
      },
    },
    async () => mirrorView(settings().routes, await getReader(source).mirrorOverrides()),
  )

  app.patch(
    '/api/v1/mirror',
    {
      config: { access: 'operator' },
      schema: {
        operationId: 'changeMirror',
        summary: 'Pauses the mirroring or lowers its percentage, of one route or of all',
        description:
          'What is absent stays, `null` takes an override back. It holds from the next request on and survives restarts.',
        tags: ['service'],
        querystring: Type.Object({}, { additionalProperties: false }),
        body: Type.Object(
          {
            paused: Type.Optional(
              Type.Unsafe<boolean | null>({ type: ['boolean', 'null'], description: 'No copies.' }),
            ),
            percent: Type.Optional(
              Type.Unsafe<number | null>({
                type: ['number', 'null'],
                minimum: 0,
                maximum: 100,
                description: 'At most this; the configured percentage stays the upper limit.',
              }),
            ),
            route: Type.Optional(
              Type.String({ minLength: 1, maxLength: 500, description: 'Absent: all routes.' }),
            ),
          },
          { title: 'MirrorChange', additionalProperties: false },
        ),
        response: { 200: MirrorView },
      },
    },
    async (request) => {
      const { paused, percent, route } = request.body
      if (paused === undefined && percent === undefined) {
        throw new AppError('invalid', 'expected paused or percent, found neither')
      }
      const mirrored = settings().routes.filter(({ shadow }) => shadow !== undefined)
      if (route !== undefined && !mirrored.some(({ name }) => name === route)) {
        const known = mirrored.map(({ name }) => name).join(', ')
        throw new AppError(
          'not_found',
          `route: no mirrored route is called ${JSON.stringify(route)}; there are: ${known}`,
        )
      }
      return getCommands(commands).execute(
        'mirror',
        {
          ...(paused !== undefined && { paused }),
          ...(percent !== undefined && { percent }),
          ...(route !== undefined && { route }),
        },
        actorOf(request),
      )
    },
  )

  app.post(
    '/api/v1/reload',
    {
      config: { access: 'operator' },
      schema: {
        operationId: 'reload',
        summary: 'Reads the configuration again; a bad one changes nothing',
        tags: ['service'],
        querystring: Type.Object({}, { additionalProperties: false }),
        response: {
          200: Type.Object(
            {
              needRestart: Type.Immutable(
                Type.Array(Type.String(), {
                  description: 'Keys that differ now and take effect only at the next start.',
                }),
              ),
            },
            { title: 'Reloaded', description: 'What holds now.' },
          ),
        },
      },
    },
    async (request) => getCommands(commands).execute('reload', {}, actorOf(request)),
  )
}
