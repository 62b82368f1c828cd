/**
 * Flagger's webhooks: a verdict as a status, and its reason as the text that Flagger copies into its events.
 * 2xx means yes to the question in the path. Flagger sends no headers of ours, so the token may be in the payload.
 */

import { Type, type Static } from 'typebox'
import type { FastifyRequest } from 'fastify'
import type { Verdict } from '../core/verdict-reading.ts'
import { unauthorized, type Gatekeeper } from './access.ts'
import { oneOf } from './matching.ts'
import type { Api } from './resources.ts'
import { toQuestion, verdictParameters } from './verdict.ts'
import type { Verdicts } from './verdicts.ts'

const Payload = Type.Object(
  {
    name: Type.Optional(Type.String()),
    namespace: Type.Optional(Type.String()),
    phase: Type.Optional(Type.String()),
    metadata: Type.Optional(
      Type.Object(
        {
          token: Type.Optional(
            Type.String({ maxLength: 1000, description: 'A token, where no header can be sent.' }),
          ),
          run: verdictParameters.run,
        },
        { additionalProperties: true },
      ),
    ),
  },
  { title: 'FlaggerPayload', additionalProperties: true },
)

type Answer = 'rollout' | 'confirm' | 'rollback'

const IS_YES: Readonly<Record<Answer, (verdict: Verdict['verdict']) => boolean>> = {
  rollout: (verdict) => verdict !== 'fail',
  confirm: (verdict) => verdict === 'pass',
  rollback: (verdict) => verdict === 'fail',
}

/** Flagger shows the text in an event, which holds this much. */
const MAX_TEXT = 1000

/** Adds `POST /api/v1/gate/flagger/:hook`. */
export function flaggerRoutes(app: Api, verdicts: Verdicts, gatekeeper: Gatekeeper): void {
  app.post(
    '/api/v1/gate/flagger/:hook',
    {
      config: { access: 'payload' },
      preHandler: async (request) => {
        requireIdentity(request, gatekeeper)
      },
      schema: {
        operationId: 'answerFlagger',
        summary: 'Flagger’s question as a webhook asks it: 200 is yes, 409 is no, the text is why',
        description:
          '`rollout`: go on unless it fails. `confirm`: only if it passes. `rollback`: only if it fails.',
        tags: ['verdict'],
        params: Type.Object({ hook: oneOf(['rollout', 'confirm', 'rollback']) }),
        querystring: Type.Object(verdictParameters, { additionalProperties: false }),
        body: Payload,
        response: {
          200: { description: 'Yes.', content: { 'text/plain': { schema: Type.String() } } },
          409: { description: 'No.', content: { 'text/plain': { schema: Type.String() } } },
        },
      },
    },
    async ({ params: { hook }, query, body }, reply) => {
      const run = query.run ?? body.metadata?.run
      const { verdict, reason } = await verdicts.judge({ ...toQuestion(query), run })
      const text = `${verdict}: ${reason}`
      return reply
        .code(IS_YES[hook](verdict) ? 200 : 409)
        .type('text/plain; charset=utf-8')
        .serializer((body: string) => body)
        .send(`${text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT - 1)}…` : text}\n`)
    },
  )
}

/** The body is read before anybody is known here; it is small, and nothing is done with it before. */
function requireIdentity(request: FastifyRequest, gatekeeper: Gatekeeper): void {
  if (request.identity !== undefined) return
  const { metadata } = request.body as Static<typeof Payload>
  if (metadata?.token === undefined) {
    throw unauthorized('Expected a token: Authorization: Bearer TOKEN, or metadata.token')
  }
  request.identity = gatekeeper.identify(request, metadata.token, 'payload')
}
