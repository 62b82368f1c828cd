/** What the parts are started with and what they tell and answer: the agreement over the channel. */

import type { Actor, CommandMap, CommandName } from './core/commands.ts'
import type { Counters } from './core/counters.ts'
import type { ProxyBooks, RunIdentity, StoredOverride } from './core/ports.ts'
import type { RunRow } from './core/run-report.ts'
import type { BreakerState } from './core/service-reading.ts'
import type { ListenAddress, Settings } from './core/settings.ts'

/** What of the settings the recorder lives by; the rest, tokens included, is not its business. */
export type RecorderSettings = Pick<
  Settings,
  'store' | 'rules' | 'disabledRules' | 'record' | 'retention' | 'endpoints'
>

/** The recorder's start. */
export interface RecorderStart {
  readonly settings: RecorderSettings
  /** The socket on which exchanges arrive. */
  readonly queuePath: string
  /** The supervisor's socket for the command line. */
  readonly commandsPath: string
  readonly run: RunIdentity
  /** Whether a recorder of this service ran before: a run that a person ended since stays ended. */
  readonly isRestart: boolean
}

/** The recorder's answer to the proxies' books. */
export interface BooksKept {
  /** Why the exchanges that came last were not kept; absent when they were. */
  readonly problem?: string
}

/** What the recorder tells when the store is open. */
export interface RecorderStarted {
  readonly overrides: readonly StoredOverride[]
}

/** The commands that the recorder does, as the supervisor hands them on. */
export interface RecorderCommands extends Omit<CommandMap, 'mirror' | 'reload' | 'run-start'> {
  /** Keeps the change; the proxies are the supervisor's. */
  readonly mirror: {
    readonly input: CommandMap['mirror']['input']
    readonly output: readonly StoredOverride[]
  }
  /** Takes other settings, of which only rules, redaction and the like can change. */
  readonly reload: {
    readonly input: { readonly settings: RecorderSettings }
    readonly output: Record<string, never>
  }
  readonly 'run-start': {
    readonly input: { readonly run: RunIdentity; readonly books: readonly ProxyBooks[] }
    readonly output: RunRow
  }
}

/** The body of the question `command`. */
export interface CommandAsk<Name extends string = CommandName> {
  readonly name: Name
  readonly input: unknown
  readonly actor: Actor
}

/** The proxy's start. */
export interface ProxyStart {
  readonly settings: Settings
  readonly overrides: readonly StoredOverride[]
  readonly queuePath: string
  /** Unique for each start of the service; the pseudonym in `Via`. */
  readonly instance: string
}

/** What a proxy tells when it listens. */
export interface ProxyStarted {
  readonly address: ListenAddress
  readonly healthAddress?: ListenAddress
  /** The Unix socket that is listened on instead of the address. */
  readonly socketPath?: string
}

/** The body of a proxy's `steer`: what holds from now on; without settings those it has. */
export interface ProxySteer {
  readonly settings?: Settings
  readonly overrides: readonly StoredOverride[]
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
