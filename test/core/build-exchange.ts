/** Exchanges made of the few things a test cares about. */

import { createComparer } from '../../src/core/compare.ts'
import type {
  CapturedBody,
  Exchange,
  HeaderList,
  Observation,
  ObservedResponse,
} from '../../src/core/exchange.ts'
import type { Judgement } from '../../src/core/judgement.ts'

/** A body that was kept whole. */
export function wholeBody(content: string | Buffer): CapturedBody {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content
  return { bytes, length: bytes.length }
}

/** What a test says about an answer. */
export interface AnswerParts {
  status?: number
  headers?: HeaderList
  trailers?: HeaderList
  body?: string | Buffer | CapturedBody
  sent?: HeaderList
}

/** A 200 with nothing in it, but for what is said. */
export function answer({
  status = 200,
  headers = [],
  trailers = [],
  body = '',
  sent = [],
}: AnswerParts = {}): ObservedResponse {
  const captured = typeof body === 'string' || Buffer.isBuffer(body) ? wholeBody(body) : body
  return {
    kind: 'response',
    status,
    reason: '',
    headers,
    trailers,
    body: captured,
    durationMs: 1,
    sentHeaders: sent,
  }
}

/** When the requests of these tests came. */
export const REQUESTED_AT = Date.parse('2026-11-20T12:00:00Z')

/** A live GET of `/`, but for what is said. */
export function exchange(
  primary: Observation,
  shadow: Observation,
  request: { method?: string; target?: string } = {},
): Exchange {
  return partialExchange({ primary, shadow }, request)
}

/** An exchange that may lack an observation. */
export function partialExchange(
  observations: Pick<Exchange, 'primary' | 'shadow' | 'unmirrored'>,
  request: { method?: string; target?: string } = {},
): Exchange {
  return {
    id: '019a9d3c-0000-7000-8000-000000000000',
    requestId: 'test',
    startedAt: REQUESTED_AT,
    route: 'default',
    source: 'live',
    request: {
      method: request.method ?? 'GET',
      target: request.target ?? '/',
      headers: [],
      body: wholeBody(''),
    },
    ...observations,
    shadowWaitMs: 0,
  }
}

/** The judgement of two answers under the default rules. */
export function judge(
  primary: AnswerParts,
  shadow: AnswerParts,
  request?: { method?: string; target?: string },
): Judgement {
  return createComparer().judge(exchange(answer(primary), answer(shadow), request)).judgement
}

/** Differences in one line each: kind, location, primary's value, shadow's value. */
export function lines(judgement: Judgement): string[] {
  return judgement.differences.map(
    ({ kind, location, primary = '-', shadow = '-' }) => `${kind} ${location} ${primary} ${shadow}`,
  )
}

/** Suppressed differences in one line each: location and rule. */
export function suppressions(judgement: Judgement): string[] {
  return judgement.suppressed.map(({ location, by }) => `${location} ${by}`)
}
