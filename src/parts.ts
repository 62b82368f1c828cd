/** What the parts are started with and what they tell and answer: the agreement over the channel. */

import type { Counters } from './core/counters.ts'
import type { RunIdentity } from './core/ports.ts'
import type { BreakerState, ServiceReading } from './core/service-reading.ts'
import type { Rule } from './core/rule.ts'
import type { ListenAddress, Settings } from './core/settings.ts'

/** The recorder's start. */
export interface RecorderStart {
  readonly store: string
  /** The socket on which exchanges arrive. */
  readonly queuePath: string
  readonly run: RunIdentity
  readonly rules: readonly Rule[]
  /** Ids of builtin rules that are off. */
  readonly disabledRules: readonly string[]
}

/** The proxy's start. */
export interface ProxyStart {
  readonly settings: Settings
  readonly queuePath: string
  /** Unique for each start of the service; the pseudonym in `Via`. */
  readonly instance: string
}

/** What a proxy tells when it listens. */
export interface ProxyStarted {
  readonly address: ListenAddress
  readonly healthAddress?: ListenAddress
}

/** A proxy's answer to `reading`. */
export interface ProxyReading {
  readonly counters: Counters
  readonly breaker: Readonly<Record<string, BreakerState>>
  readonly queued: number
}

/** The console's start. */
export interface ConsoleStart {
  readonly settings: Settings
  /** Where clients reach the proxy. */
  readonly proxyAddress: ListenAddress
}

/** What the console tells when it listens. */
export interface ConsoleStarted {
  readonly address: ListenAddress
}

/** The supervisor's answer to the console's `reading`. */
export type SupervisorReading = ServiceReading
