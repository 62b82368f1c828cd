/**
 * The validated configuration, with every default filled in: what `config/` produces and every process
 * is started with. Plain data, because it travels between processes.
 */

import type { Rule } from './rule.ts'

/** Where something listens. */
export interface ListenAddress {
  readonly host: string
  readonly port: number
}

/** Which methods are mirrored: every one, the safe ones of RFC 9110 §9.2.1, or those named. */
export type MirroredMethods = 'all' | 'safe' | readonly string[]

/**
 * The Host of the shadow's copy: Envoy's `-shadow` suffix, the client's own, the shadow URL's
 * authority, or a fixed name.
 */
export type ShadowHost =
  | { readonly kind: 'suffix' }
  | { readonly kind: 'preserve' }
  | { readonly kind: 'upstream' }
  | { readonly kind: 'literal'; readonly host: string }

/** How to reach an upstream. */
export interface UpstreamSettings {
  /** An absolute http or https URL without user info; its path, if any, is not used. */
  readonly url: string
  /** From the request sent to the head of the answer; milliseconds. */
  readonly timeoutMs: number
  /** Between two reads of the answer's body; milliseconds. */
  readonly idleMs: number
}

/** Primary's leg of a route. */
export interface PrimarySettings extends UpstreamSettings {
  /**
   * Further tries with idempotent methods when no byte of an answer came, and how long each try may take;
   * absent: none.
   */
  readonly retries?: { readonly attempts: number; readonly perTryTimeoutMs: number }
}

/**
 * Whose requests reach the shadow in the order in which they reached primary, each after the one before it
 * was answered: those of one connection, or those with the same cookie or header.
 */
export type MirrorOrder =
  | { readonly kind: 'none' }
  | { readonly kind: 'connection' }
  | { readonly kind: 'cookie'; readonly name: string }
  | { readonly kind: 'header'; readonly name: string }

/** The shadow leg of a route. */
export interface ShadowSettings extends UpstreamSettings {
  /** 0 to 100; decided by a hash of the request id. */
  readonly percent: number
  readonly methods: MirroredMethods
  readonly host: ShadowHost
  /** A longer request body is not mirrored. */
  readonly maxRequestBodyBytes: number
  /** Copies on their way at once; more wait in the backlog. */
  readonly maxInFlight: number
  /** Copies waiting for a place at most; more are not mirrored. */
  readonly maxBacklog: number
  /** When a sick shadow is left alone, and for how long; absent: 5 failures, 30 s. */
  readonly breaker?: { readonly consecutiveFailures: number; readonly openForMs: number }
  /** Absent: none. */
  readonly order?: MirrorOrder
}

/** One route: where matching requests go. */
export interface RouteSettings {
  readonly name: string
  readonly primary: PrimarySettings
  /** Absent: requests are forwarded and not mirrored. */
  readonly shadow?: ShadowSettings
}

/** Who may use the console when it listens off loopback. */
export interface ConsoleUser {
  readonly name: string
  readonly role: 'viewer' | 'operator' | 'gate'
  readonly token: string
}

/** Everything that `shadowdiff run` needs. */
export interface Settings {
  readonly listen: ListenAddress
  readonly console: { readonly listen: ListenAddress; readonly users: readonly ConsoleUser[] }
  /** A health port of the proxy's own process. */
  readonly health?: ListenAddress
  /** Path of the database file, absolute. */
  readonly store: string
  readonly run: string
  /** Adds `Via` to what upstreams get, and refuses requests that already passed this instance. */
  readonly via: boolean
  /** Whether `X-Forwarded-*` are left alone or appended to. */
  readonly forwarded: 'preserve' | 'append'
  /** At least one; first match wins, the last one matches everything. */
  readonly routes: readonly RouteSettings[]
  /** People's rules, in the order in which they apply. */
  readonly rules: readonly Rule[]
  /** Ids of builtin rules that are off. */
  readonly disabledRules: readonly string[]
  readonly record: {
    /** Bytes of a body that are kept; of longer ones a prefix, the length and a hash. */
    readonly maxBodyBytes: number
  }
}
