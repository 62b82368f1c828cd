import type { Counters } from './counters.ts'

/** How the parts of the running service are, read at the moment of asking. */
export interface ServiceReading {
  /** Name of the run that new exchanges belong to; absent: the configuration's. */
  readonly run?: string
  readonly counters: Counters
  readonly proxy: { readonly accepting: boolean; readonly restarts: number }
  readonly recorder: {
    readonly state: 'starting' | 'up' | 'down'
    /** Whether the store has been opened at least once since the service started. */
    readonly storeOpened: boolean
    readonly restarts: number
    /** Exchanges waiting for the recorder, over all proxies. */
    readonly queued: number
    /** Why what it gets is not kept at the moment, for people; absent while all is well. */
    readonly problem?: string
  }
  /** State of the shadow's breaker by route name. */
  readonly breaker: Readonly<Record<string, BreakerState>>
}

/** A sick shadow is left alone while `open`; `half-open` tries one copy. */
export type BreakerState = 'closed' | 'open' | 'half-open'
