/** `GET /api/v1/events`: what changes, as it changes. */

import { Type } from 'typebox'
import type { Gatekeeper } from './access.ts'
import { EventHub, type EventHubOptions } from './events.ts'
import type { Api } from './resources.ts'
import { Streamed } from './service-schemas.ts'

/** Adds `/api/v1/events`; a stream ends when the app closes, or the session or token it was opened with. */
export function eventRoutes(app: Api, gatekeeper: Gatekeeper, options: EventHubOptions): void {
  const hub = new EventHub(options)
  app.addHook('preClose', async () => {
    hub.close()
  })

  app.get(
    '/api/v1/events',
    {
      exposeHeadRoute: false,
      config: { access: 'viewer' },
      schema: {
        operationId: 'streamEvents',
        summary: 'Server-sent events: `hello`, then what changes',
        description:
          '`hello` {version} comes first, also after a reconnect: read everything anew. `changed` ' +
          '{version} says that something was written, `divergence` {id, endpoint, kind, location, severity, total} ' +
          'that a divergence was seen for the first time, `counters` holds the counters of the status, ' +
          '`verdict` {run, verdict, settled, reason} comes when its word changes, `job` with the progress ' +
          'of long work, `review` {id, action} with each row of the audit list. Each comes at most once a second.',
        tags: ['service'],
        querystring: Type.Object({}, { additionalProperties: false }),
        response: {
          200: {
            description: 'The stream.',
            content: { 'text/event-stream': { schema: Streamed } },
          },
        },
      },
    },
    async (request, reply) => {
      const stream = await hub.connect(gatekeeper.watch(request))
      // Reverse proxies such as nginx collect answers unless they are told not to.
      return reply
        .type('text/event-stream; charset=utf-8')
        .header('x-accel-buffering', 'no')
        .send(stream)
    },
  )
}
