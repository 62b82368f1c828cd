/** What people read of the program at work, and of what they changed in it: rules, mirroring, jobs, who did it. */

import type { ControlCounters, Counters } from './counters.ts'
import type { DifferenceKind, Severity } from './judgement.ts'
import type { Rule } from './rule.ts'
import type { BreakerState, ServiceReading } from './service-reading.ts'

/** `GET /api/v1/status`. */
export interface StatusView {
  readonly version: string
  readonly run: string
  readonly upstreams: readonly {
    readonly route: string
    readonly primary: string
    readonly shadow?: string
    /** Primary's own address where primary itself is asked again. */
    readonly control?: string
    /** 0 to 100. */
    readonly percent?: number
    readonly methods?: 'all' | 'safe' | readonly string[]
  }[]
  /** State of the shadow's breaker by route name. */
  readonly breaker: Readonly<Record<string, BreakerState>>
  readonly counters: Omit<Counters, 'control'>
  /** Repeats to primary's version; absent when no route has a control. */
  readonly control?: ControlCounters
  readonly proxy: ServiceReading['proxy']
  readonly recorder: ServiceReading['recorder']
  /** The address clients talk to. */
  readonly listen: string
  /** Path of the database file. */
  readonly store: string
}

/** What of the mirroring people changed at run time, and what holds because of it. */
export interface MirrorView {
  readonly routes: readonly {
    readonly route: string
    /** What the configuration says, 0 to 100. */
    readonly configured: number
    /** What holds: 0 while paused, else the smaller of configured and override. */
    readonly effective: number
    readonly paused: boolean
    readonly percent?: number
    /** Whose change that is: one of this route alone, one of all routes, or both; absent: nothing is changed. */
    readonly changed?: 'route' | 'all' | 'both'
    /** Who changed it last, and when. */
    readonly by?: string
    readonly at?: string
  }[]
}

/** One rule in force, wherever it comes from; `origin` `file` and `builtin` are read-only. */
export interface RuleRow {
  readonly id: string
  readonly origin: 'builtin' | 'file' | 'console'
  /** Absent for builtin rules: what those do is in the program, not in a statement. */
  readonly rule?: Rule
  /** What it says, for people. */
  readonly sentence: string
  /** Builtin rules may be switched off by the file. */
  readonly disabled: boolean
  /** Raised by each change; the entity tag of the API. */
  readonly version: number
  /** Differences that it hid, in all runs. */
  readonly hidden: number
  /** Exchanges in which it hid something. */
  readonly exchanges: number
  readonly lastHit?: string
  /** It has hidden nothing although at least 1,000 exchanges were compared since it was made, or last hit. */
  readonly idle: boolean
}

/** What a rule would hide among stored exchanges, before it is saved. */
export interface RulePreview {
  /** Exchanges that were judged again: the newest ones in the rule's scope. */
  readonly examined: number
  /** Of those, the ones that could not be judged again (redacted, truncated), by reason. */
  readonly skipped: Readonly<Record<string, number>>
  /** Differences that would be hidden. */
  readonly hidden: number
  /** Exchanges that would become a match. */
  readonly matching: number
  /** Divergences that would lose differences, worst first, at most 50. */
  readonly divergences: readonly {
    readonly id: string
    readonly endpoint: string
    readonly kind: DifferenceKind
    readonly location: string
    readonly severity: Severity
    readonly hidden: number
    readonly of: number
    /** Ids of exchanges in which it would be hidden. */
    readonly examples: readonly string[]
  }[]
  /** Sentences to read before saving: breaking severity among what is hidden, everything hidden, nothing matched. */
  readonly warnings: readonly string[]
}

/** Long work in the recorder. */
export interface JobView {
  readonly id: number
  readonly kind: 'recompare'
  readonly state: 'running' | 'done' | 'failed' | 'cancelled'
  /** Exchanges looked at, and how many there are in all. */
  readonly done: number
  readonly total: number
  /** Exchanges whose outcome or differences are others now. */
  readonly changed: number
  /** Exchanges that could not be judged again, by reason; they keep their first judgement. */
  readonly skipped: Readonly<Record<string, number>>
  readonly rulesVersion: string
  readonly startedAt: string
  readonly endedAt?: string
  readonly actor: string
  /** Why it failed. */
  readonly message?: string
}

/** Who did what and when. */
export interface AuditRow {
  readonly id: number
  readonly time: string
  readonly actor: string
  readonly role: string
  /** A command's name, `login`, or `login-failed`. */
  readonly action: string
  /** What it was done to: a divergence's id, a rule's id, a route. */
  readonly subject: string
  /** The command's content as JSON text, without secrets. */
  readonly detail: string
}

/** `GET /api/v1/me`: who asks. */
export interface MeView {
  readonly name: string
  readonly role: 'viewer' | 'operator' | 'gate'
  /** Whether the console asks for a token at all. */
  readonly authRequired: boolean
}
