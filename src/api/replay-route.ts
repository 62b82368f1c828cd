/** `POST /api/v1/exchanges/:id/replay`. */

import { Type } from 'typebox'
import type { CommandPort } from '../core/commands.ts'
import { AppError } from '../core/errors.ts'
import type { Clock, SendOnce } from '../core/ports.ts'
import type { Settings } from '../core/settings.ts'
import { actorOf } from './access.ts'
import { comparerUnder, effectiveRules } from './comparing.ts'
import { viewExchange } from './exchange-view.ts'
import { getExchange } from './exchanges.ts'
import { replay } from './replay.ts'
import { getCommands, getReader, type Api, type ReaderSource } from './resources.ts'
import { ReplayView } from './schemas.ts'

/** Requests that are sent again at the same time, at most. */
const MAX_REPLAYS = 4

/** Adds the route. */
export function replayRoutes(
  app: Api,
  options: {
    readonly source: ReaderSource
    readonly commands: CommandPort | undefined
    readonly settings: () => Settings
    readonly clock: Clock
    /** Absent: nothing can be sent. */
    readonly send: SendOnce | undefined
  },
): void {
  const { source, commands, settings: current, clock, send } = options
  let running = 0
  app.post(
    '/api/v1/exchanges/:id/replay',
    {
      config: { access: 'operator' },
      schema: {
        operationId: 'replayExchange',
        summary: 'Sends a stored request again to both versions and compares the answers',
        description:
          'Nothing of it is stored. Headers whose values were not kept are left out and named in `unsent`.',
        tags: ['exchanges'],
        params: Type.Object({ id: Type.String({ description: 'Id of the exchange.' }) }),
        querystring: Type.Object({}, { additionalProperties: false }),
        body: Type.Object(
          {
            force: Type.Optional(
              Type.Boolean({ description: 'Also with a method that may change data.' }),
            ),
          },
          { title: 'Replay', additionalProperties: false },
        ),
        response: { 200: ReplayView },
      },
    },
    async (request) => {
      const { id } = request.params
      if (send === undefined) {
        throw new AppError('unsupported', 'This console sends nothing to the two versions')
      }
      const reader = getReader(source)
      const { run } = await getExchange(source, id)
      const stored = await reader.findJudged(id)
      if (stored === undefined) throw new AppError('not_found', `Exchange ${id} is gone`)
      if (running >= MAX_REPLAYS) {
        throw new AppError('unavailable', `${MAX_REPLAYS} requests are being sent again already`)
      }
      running += 1
      try {
        const { force = false } = request.body
        const settings = current()
        const comparer = comparerUnder(await effectiveRules(reader, settings), settings)
        const detail = JSON.stringify({ endpoint: stored.endpoint, force })
        const audit = { action: 'replay', subject: id, detail } as const
        // What reaches the two versions in somebody's name is on the list before it does.
        await getCommands(commands).execute('audit', audit, actorOf(request))
        const { judged, unsent } = await replay(stored, { settings, comparer, clock, force, send })
        return { ...viewExchange(judged, run), unsent }
      } finally {
        running -= 1
      }
    },
  )
}
