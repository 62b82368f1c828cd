/** What the recorder gets of a request: the exchange that a passage becomes, or a request that we answered ourselves. */

import type { CapturedBody, Exchange, Observation, UnmirroredReason } from '../core/exchange.ts'
import type { ExchangeFate } from '../core/ports.ts'
import type { Admitted, RequestHead } from './admit.ts'
import type { BodyCapture } from './body.ts'
import { uuidV7 } from './ids.ts'
import type { PassageContext } from './passage.ts'

const NOTHING = Buffer.alloc(0)
const NO_BODY: CapturedBody = { bytes: NOTHING, length: 0 }

/** Nobody waits for the row of a request that was not mirrored. */
export const NO_FATE: ExchangeFate = { recorded: () => undefined, lost: () => undefined }

/** Reasons that are only counted: there is nothing to look up behind them. */
const COUNTED_ONLY: ReadonlySet<UnmirroredReason> = new Set([
  'not-sampled',
  'method',
  'paused',
  'no-shadow',
])

/** Whether a request that was not mirrored for this reason gets a row. */
export function isRecorded(reason: UnmirroredReason): boolean {
  return !COUNTED_ONLY.has(reason)
}

/** What is known of a request when all is done. */
export interface Ended {
  readonly startedAt: number
  readonly head: RequestHead
  readonly admitted: Admitted
  readonly route: string
  readonly requestBody: BodyCapture | undefined
  readonly shadowWaitMs: number
  readonly primary: Observation | undefined
  readonly shadow: Observation | undefined
  readonly control: Observation | undefined
  readonly unmirrored: UnmirroredReason | undefined
}

/** The exchange, with at most `maxBodyBytes` of the request's body; called once. */
export function exchangeOf(ended: Ended, maxBodyBytes: number): Exchange {
  const { startedAt, head, primary, shadow, control, unmirrored } = ended
  const exchange: { -readonly [K in keyof Exchange]: Exchange[K] } = {
    id: uuidV7(startedAt),
    requestId: ended.admitted.requestId,
    startedAt,
    route: ended.route,
    source: 'live',
    request: {
      method: head.method,
      target: head.target,
      headers: head.headers,
      body: ended.requestBody?.finish(maxBodyBytes) ?? NO_BODY,
    },
    shadowWaitMs: ended.shadowWaitMs,
  }
  if (primary !== undefined) exchange.primary = primary
  if (shadow !== undefined) exchange.shadow = shadow
  if (control !== undefined) exchange.control = control
  if (unmirrored !== undefined) {
    exchange.unmirrored = unmirrored
    if (primary !== undefined) exchange.primary = withoutBody(primary)
  }
  return exchange
}

/** The body may have been kept before it was known that there would be nothing to compare it with. */
function withoutBody(observation: Observation): Observation {
  if (observation.kind === 'failure') return observation
  const { length, incomplete } = observation.body
  return {
    ...observation,
    body: { bytes: NOTHING, length, ...(incomplete === undefined ? {} : { incomplete }) },
  }
}

/** Counts a request that we answer ourselves, and records it so that its id can be looked up. */
export function recordRefused(
  { books, queue }: PassageContext,
  { method, target, headers }: RequestHead,
  requestId: string,
  reason: 'bad-request' | 'no-route',
): void {
  books.saw()
  books.leftUnmirrored(reason)
  const startedAt = Date.now()
  queue.push(
    {
      id: uuidV7(startedAt),
      requestId,
      startedAt,
      route: '',
      source: 'live',
      request: { method, target, headers, body: NO_BODY },
      unmirrored: reason,
      shadowWaitMs: 0,
    },
    NO_FATE,
  )
}
