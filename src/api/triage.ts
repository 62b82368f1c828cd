/** What people say of divergences. */

import { Type, type Static } from 'typebox'
import type { CommandPort } from '../core/commands.ts'
import { AppError } from '../core/errors.ts'
import type { Clock, Triage } from '../core/ports.ts'
import { actorOf } from './access.ts'
import { getDivergence } from './divergences.ts'
import { listOf } from './matching.ts'
import { getCommands, getReader, type Api, type ReaderSource } from './resources.ts'
import { DivergenceDetail, DivergenceState } from './schemas.ts'

const triageFields = {
  state: DivergenceState,
  note: Type.Optional(Type.String({ maxLength: 2000, description: 'Why, for other people.' })),
  until: Type.Optional(
    Type.String({
      format: 'date-time',
      description: 'An expected one is open again from then on.',
    }),
  ),
  rate: Type.Optional(
    Type.Number({
      minimum: 0,
      maximum: 1,
      description: 'An expected one is open again above this share of the endpoint’s exchanges.',
    }),
  ),
}

const TriageBody = Type.Object(triageFields, { title: 'Triage', additionalProperties: false })

const BulkTriageBody = Type.Object(
  {
    ids: listOf(Type.String({ minLength: 1, maxLength: 100 }), { minItems: 1, maxItems: 1000 }),
    ...triageFields,
  },
  { title: 'BulkTriage', additionalProperties: false },
)

/** Adds `PATCH /api/v1/divergences/:id` and `POST /api/v1/divergences/triage`. */
export function triageRoutes(
  app: Api,
  source: ReaderSource,
  commands: CommandPort | undefined,
  clock: Clock,
): void {
  app.patch(
    '/api/v1/divergences/:id',
    {
      config: { access: 'operator' },
      schema: {
        operationId: 'triageDivergence',
        summary: 'Says what a divergence is: open, expected or fixed',
        tags: ['divergences'],
        params: Type.Object({ id: Type.String({ description: 'Id of the divergence.' }) }),
        querystring: Type.Object({}, { additionalProperties: false }),
        body: TriageBody,
        response: { 200: DivergenceDetail },
      },
    },
    async (request) => {
      const { id } = request.params
      const triage = toTriage(request.body, clock)
      const port = getCommands(commands)
      await port.execute('triage', { ids: [id], triage }, actorOf(request))
      return getDivergence(getReader(source), id, 10)
    },
  )

  app.post(
    '/api/v1/divergences/triage',
    {
      config: { access: 'operator' },
      schema: {
        operationId: 'triageDivergences',
        summary: 'Says the same of several divergences at once; with an unknown id of none',
        tags: ['divergences'],
        querystring: Type.Object({}, { additionalProperties: false }),
        body: BulkTriageBody,
        response: {
          200: Type.Object(
            { changed: Type.Integer({ minimum: 0 }) },
            { title: 'Triaged', description: 'How many changed.' },
          ),
        },
      },
    },
    async (request) => {
      const ids = [...new Set(request.body.ids)]
      const triage = toTriage(request.body, clock)
      return getCommands(commands).execute('triage', { ids, triage }, actorOf(request))
    },
  )
}

function toTriage({ state, note, until, rate }: Static<typeof TriageBody>, clock: Clock): Triage {
  if (state !== 'expected' && (until !== undefined || rate !== undefined)) {
    const given = until === undefined ? 'rate' : 'until'
    throw new AppError('invalid', `${given}: only an expected divergence opens again by itself`)
  }
  const time = until === undefined ? undefined : Date.parse(until)
  if (time !== undefined && !(time > clock.now())) {
    throw new AppError('invalid', `until: expected a time to come, found ${String(until)}`)
  }
  return { state, note, until: time, rate }
}
