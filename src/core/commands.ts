/**
 * What people may have the running service do. Only the recorder writes the database and only the proxies
 * mirror, so the console and the command line send these; each names who asks, and is written to the audit
 * list in the transaction that it causes.
 */

import type { Rule } from './rule.ts'
import type { RunIdentity, Triage } from './ports.ts'
import type { Filter } from './lists.ts'
import type { RunRow } from './run-report.ts'
import type { JobView, MirrorView, RuleRow } from './service-report.ts'

/** Who asks. Without users the console's actor is `local`, the command line's `cli`. */
export interface Actor {
  readonly name: string
  readonly role: 'viewer' | 'operator' | 'gate'
}

/** A rule as a person gives it: the program adds author and time. */
export type RuleDraft = Rule

/** Every command: what it takes and what it gives. Errors are `AppError`s. */
export interface CommandMap {
  /** Says the same of several divergences at once; unknown ids are refused and nothing is changed. */
  readonly triage: {
    readonly input: { readonly ids: readonly string[]; readonly triage: Triage }
    readonly output: { readonly changed: number }
  }
  readonly forget: {
    readonly input: { readonly filter: Filter }
    readonly output: { readonly forgotten: number }
  }
  /** Writes a whole copy to an absolute path at which nothing is. */
  readonly backup: {
    readonly input: { readonly path: string }
    readonly output: { readonly bytes: number }
  }
  /** Ends the run that goes on and starts this one; new exchanges belong to it. */
  readonly 'run-start': { readonly input: RunIdentity; readonly output: RunRow }
  readonly 'run-end': { readonly input: { readonly id: number }; readonly output: RunRow }
  /** A duplicate id is a `conflict`. */
  readonly 'rule-create': { readonly input: { readonly rule: RuleDraft }; readonly output: RuleRow }
  /** `version` is the one that was read; another one now is a `conflict`. */
  readonly 'rule-update': {
    readonly input: { readonly rule: RuleDraft; readonly version: number }
    readonly output: RuleRow
  }
  readonly 'rule-delete': {
    readonly input: { readonly id: string; readonly version: number }
    readonly output: Record<string, never>
  }
  /** Judges what is stored again under today's rules; one such job at a time, another is a `conflict`. */
  readonly recompare: { readonly input: { readonly filter: Filter }; readonly output: JobView }
  readonly 'job-cancel': { readonly input: { readonly id: number }; readonly output: JobView }
  /** What is absent stays; `null` takes an override back. Without a route it holds for all. */
  readonly mirror: {
    readonly input: {
      readonly paused?: boolean | null
      readonly percent?: number | null
      readonly route?: string
    }
    readonly output: MirrorView
  }
  /** Reads the configuration again; a bad one changes nothing and is `invalid`, with every problem. */
  readonly reload: {
    readonly input: Record<string, never>
    /** Keys that differ now and take effect only at the next start. */
    readonly output: { readonly needRestart: readonly string[] }
  }
  /** One row of the audit list for what changes nothing else; the actor is whom it is about. */
  readonly audit: {
    readonly input: {
      readonly action: 'login' | 'login-failed' | 'logout' | 'replay'
      readonly subject: string
      readonly detail: string
    }
    readonly output: Record<string, never>
  }
  /** Takes lines of our own JSONL of exchanges; the ids that are there already are left alone. */
  readonly import: {
    readonly input: { readonly path: string; readonly run: RunIdentity }
    readonly output: { readonly imported: number; readonly known: number }
  }
}

/** A command's name. */
export type CommandName = keyof CommandMap

/** Sends commands to the running service; rejects with `unavailable` while it cannot take them. */
export interface CommandPort {
  execute<K extends CommandName>(
    name: K,
    input: CommandMap[K]['input'],
    actor: Actor,
  ): Promise<CommandMap[K]['output']>
}
