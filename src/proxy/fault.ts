/**
 * The rehearsal of a bad shadow, after Envoy's fault filter: a copy may be held before it is sent, and may be
 * answered here in the shadow's place. Each is decided by the request id, so that a rehearsal is repeatable.
 */

import type { Observation } from '../core/exchange.ts'
import type { ShadowSettings } from '../core/settings.ts'
import { isSampled } from './sample.ts'

/** Says which fault it was: in what a delayed copy is sent with, and in an answer that is ours. */
export const FAULT_HEADER = 'x-shadowdiff-fault'

/** What happens to one copy. */
export interface Fault {
  /** How long it is held before anything else. */
  readonly delayMs: number
  /** It is not sent, but answered with this status. */
  readonly abortStatus: number | undefined
}

/** The fault of a request's copy, if it has one. */
export function faultOf(settings: ShadowSettings['fault'], requestId: string): Fault | undefined {
  if (settings === undefined) return undefined
  const { delay, abort } = settings
  const isDelayed = delay !== undefined && isSampled(requestId, delay.percent, 'delay')
  const isAborted = abort !== undefined && isSampled(requestId, abort.percent, 'abort')
  if (!isDelayed && !isAborted) return undefined
  return {
    delayMs: isDelayed ? delay.forMs : 0,
    abortStatus: isAborted ? abort.status : undefined,
  }
}

/** What an aborted copy is recorded with; the header keeps it from being taken for the shadow's own. */
export function abortedAnswer(status: number, durationMs: number): Observation {
  return {
    kind: 'response',
    sentHeaders: [],
    durationMs,
    status,
    reason: '',
    headers: [FAULT_HEADER, 'abort'],
    trailers: [],
    body: { bytes: Buffer.alloc(0), length: 0 },
  }
}
