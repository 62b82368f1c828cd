/** `GET /api/v1/verdict`, in the form that Argo Rollouts' web metric and our own gate read. */

import { Type } from 'typebox'
import type { Api } from './resources.ts'
import { InvalidInput } from './errors.ts'
import { VerdictView } from './verdict-schemas.ts'
import type { VerdictQuestion, Verdicts } from './verdicts.ts'

/** Parameters that choose the run and replace limits. */
export const verdictParameters = {
  run: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 500,
      description:
        'Name or id of a run (`id:7`: the id whatever runs are called); absent: the newest.',
    }),
  ),
  minRequests: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: 1e12,
      description: 'Compared requests below which nothing passes.',
    }),
  ),
  maxDivergence: Type.Optional(
    Type.String({
      maxLength: 20,
      description: 'Share that may differ: `0.001`, or `0.1%25` (a % in a URL is written %25).',
    }),
  ),
  maxLatencyRatio: Type.Optional(
    Type.Number({
      exclusiveMinimum: 0,
      maximum: 1e6,
      description: 'How many times longer shadow may take in the median.',
    }),
  ),
}

/** Adds `/api/v1/verdict`. */
export function verdictRoutes(app: Api, verdicts: Verdicts): void {
  app.get(
    '/api/v1/verdict',
    {
      config: { access: 'gate' },
      schema: {
        operationId: 'getVerdict',
        summary: 'Whether shadow may replace primary, with reason and bound',
        description: 'Valid however often it is asked for. It passes, fails, or is neither yet.',
        tags: ['verdict'],
        querystring: Type.Object(verdictParameters, { additionalProperties: false }),
        response: { 200: VerdictView },
      },
    },
    async ({ query }) => verdicts.judge(toQuestion(query)),
  )
}

/** What a query asks. */
export function toQuestion(query: {
  readonly run?: string
  readonly minRequests?: number
  readonly maxDivergence?: string
  readonly maxLatencyRatio?: number
}): VerdictQuestion {
  const { run, minRequests, maxDivergence, maxLatencyRatio } = query
  const share = maxDivergence === undefined ? undefined : readShare(maxDivergence)
  return { run, minRequests, maxDivergence: share, maxLatencyRatio }
}

function readShare(text: string): number {
  const [, digits, percent] = /^(\d+(?:\.\d+)?|\.\d+)(%?)$/.exec(text) ?? []
  const share = Number(digits) / (percent === '%' ? 100 : 1)
  if (digits !== undefined && share <= 1) return share
  throw new InvalidInput([
    {
      parameter: 'maxDivergence',
      expected: 'a share from 0 to 1 such as 0.001, or 0.1%',
      found: JSON.stringify(text),
    },
  ])
}
