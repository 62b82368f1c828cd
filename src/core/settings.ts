/**
 * The validated configuration, with every default filled in: what `config/` produces and every process
 * is started with. Plain data, because it travels between processes.
 */

import type { Rule } from './rule.ts'
import type { VerdictLimits } from './verdict-limits.ts'

/** Where something listens. */
export interface ListenAddress {
  readonly host: string
  readonly port: number
}

/** What the proxy's listener shows its clients; the files' contents, PEM. */
export interface ListenerTls {
  readonly cert: string
  readonly key: string
}

/** How an upstream is spoken to over TLS; file contents, PEM. */
export interface UpstreamTls {
  /** Trusted besides nothing else; absent: what the system trusts. */
  readonly ca?: string
  /** Our own certificate, with its key, for upstreams that ask for one. */
  readonly cert?: string
  readonly key?: string
  /** Name asked for (SNI) and verified; absent: the URL's host. */
  readonly serverName?: string
  /** Whether the certificate is verified; on unless switched off by name. */
  readonly verify: boolean
}

/** What an upstream gets otherwise than primary's client sent it. */
export interface HeaderEdits {
  /** Replace every line of the name, or are added. */
  readonly set: readonly (readonly [name: string, value: string])[]
  /** Lower case. */
  readonly remove: readonly string[]
}

/** Part of a text: all of it, its beginning, or a bounded regular expression that must match all of it. */
export type TextMatch =
  | { readonly kind: 'exact'; readonly value: string }
  | { readonly kind: 'prefix'; readonly value: string }
  | { readonly kind: 'regex'; readonly value: string }
  /** It is there, whatever it is. */
  | { readonly kind: 'present' }

/** Which requests a route takes: all that is given must match. The words are Istio's. */
export interface RouteMatch {
  /** Lower case, without port; `*.example` matches every name below. */
  readonly hosts?: readonly string[]
  /** Of the path without query, as it was sent; a prefix ends at a segment. */
  readonly path?: TextMatch
  readonly methods?: readonly string[]
  /** By lower-case name. */
  readonly headers?: Readonly<Record<string, TextMatch>>
  readonly query?: Readonly<Record<string, TextMatch>>
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
  /** Connections at once; what comes on top waits. Absent: a default by role. */
  readonly maxConnections?: number
  /** Path of a Unix socket that is connected to instead of the URL's host. */
  readonly socketPath?: string
  readonly tls?: UpstreamTls
  readonly headers?: HeaderEdits
  /** A path that begins with `from` is sent with `to` in its place. */
  readonly rewritePrefix?: { readonly from: string; readonly to: string }
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
  /** A rehearsal of a bad shadow; percentages are 0 to 100. */
  readonly fault?: {
    readonly delay?: { readonly percent: number; readonly forMs: number }
    readonly abort?: { readonly percent: number; readonly status: number }
  }
}

/** The control leg of a route: a repeat of the request to primary's version, to measure noise. */
export interface ControlSettings extends UpstreamSettings {
  /** Whether this is primary itself again, which takes safe methods only. */
  readonly isPrimary: boolean
  /** 0 to 100 of the mirrored requests; decided by a hash of the request id. */
  readonly percent: number
  /** Repeats on their way at once; more are skipped and counted. */
  readonly maxInFlight: number
}

/** One route: where matching requests go. */
export interface RouteSettings {
  readonly name: string
  /** Absent: every request. */
  readonly match?: RouteMatch
  readonly primary: PrimarySettings
  /** Absent: requests are forwarded and not mirrored. */
  readonly shadow?: ShadowSettings
  /** Absent: noise is not measured here. */
  readonly control?: ControlSettings
}

/** Who may use the console when it listens off loopback. */
export interface ConsoleUser {
  readonly name: string
  readonly role: 'viewer' | 'operator' | 'gate'
  readonly token: string
}

/** What is kept of what was recorded; absent: without this bound. */
export interface RetentionSettings {
  readonly ageMs?: number
  readonly sizeBytes?: number
}

/** How endpoints are named where paths alone do not tell. */
export interface EndpointSettings {
  /** Such as `GET /files/{name}`, in the order in which they are tried; an absent method means every one. */
  readonly patterns: readonly string[]
}

/** Everything that `shadowdiff run` needs. */
export interface Settings {
  readonly listen: ListenAddress
  /** Absent: the listener speaks plain HTTP. */
  readonly tls?: ListenerTls
  /** Path of a Unix socket that is listened on instead of {@link listen}. */
  readonly listenSocket?: string
  /** Proxy processes; absent: one. */
  readonly workers?: number
  readonly retention?: RetentionSettings
  /** Absent: the defaults. */
  readonly verdict?: VerdictLimits
  readonly endpoints?: EndpointSettings
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
  /** At least one; first match wins. What none of them matches is answered 404. */
  readonly routes: readonly RouteSettings[]
  /** People's rules, in the order in which they apply. */
  readonly rules: readonly Rule[]
  /** Ids of builtin rules that are off. */
  readonly disabledRules: readonly string[]
  readonly record: {
    /** Bytes of a body that are kept; of longer ones a prefix, the length and a hash. */
    readonly maxBodyBytes: number
    /** `hashed`: length and keyed hash only; `none`: not even that. Absent: `full`. */
    readonly bodies?: 'full' | 'hashed' | 'none'
    /** Which exchanges that match become rows: all (absent), a share (0 to 1), or none; all of them count. */
    readonly matches?: number
    /** What is redacted besides what is detected. */
    readonly redact?: { readonly headers: readonly string[]; readonly body: readonly string[] }
  }
}
