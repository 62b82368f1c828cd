/** The interfaces that the edges implement, so that no edge needs to know another. */

import type { Actor, CommandMap } from './commands.ts'
import type { Comparer } from './compare.ts'
import type { Counters, RecordedOutcome } from './counters.ts'
import type { KnownEndpoints } from './endpoint-learner.ts'
import type { Exchange, HeaderList, LostReason, Observation } from './exchange.ts'
import type { Judgement } from './judgement.ts'
import type {
  DifferenceRow,
  DivergenceCounts,
  DivergenceDetail,
  DivergenceRow,
  DivergenceState,
  NewestDivergence,
} from './divergence-report.ts'
import type { ExchangeDetail, ExchangeRow } from './exchange-report.ts'
import type { Filter, Page, PageRequest } from './lists.ts'
import type { EndpointRow, RunComparison, RunRow, TrafficView } from './run-report.ts'
import type { AuditRow, JobView } from './service-report.ts'
import type { Rule } from './rule.ts'
import type { ServiceReading } from './service-reading.ts'
import type { UpstreamSettings } from './settings.ts'
import type { RunEvidence } from './verdict-evidence.ts'

/** What becomes of exchanges that were handed to the queue; every one gets exactly one call. */
export interface ExchangeFate {
  /** Its row can be read now. */
  recorded(outcome: RecordedOutcome): void
  /** It will never become a row. */
  lost(reason: LostReason): void
}

/** The proxy's end of the way to the recorder: bounded, never blocking, never throwing. */
export interface ExchangeQueue {
  /** Takes an exchange over; `fate` is told once, now or later. */
  push(exchange: Exchange, fate: ExchangeFate): void
  /** Whether a recorder is taking exchanges at the moment. */
  readonly connected: boolean
  /** Exchanges waiting or not acknowledged yet. */
  readonly depth: number
  /** Waits until everything is acknowledged, or `deadlineMs` has passed; the rest is `lost: shutdown`. */
  close(deadlineMs: number): Promise<void>
}

/** An exchange with the comparer's word on it: what the store keeps. */
export interface JudgedExchange {
  readonly exchange: Exchange
  /** `GET /users/{id}`. */
  readonly endpoint: string
  readonly judgement: Judgement
}

/** Which run new exchanges belong to. */
export interface RunIdentity {
  readonly name: string
  readonly primaryVersion: string
  readonly shadowVersion: string
}

/** The recorder's end of the store: the only writer. */
export interface ExchangeWriter {
  /**
   * Continues the newest run of this name and versions, or starts it. With `keepsEnd` one that was ended stays
   * ended, and exchanges that still come are its own all the same.
   */
  openRun(run: RunIdentity, options?: { readonly keepsEnd?: boolean }): Promise<void>
  /** Writes all of them in one transaction; when it resolves they can be read. */
  save(batch: readonly JudgedExchange[]): Promise<void>
  close(): Promise<void>
}

/** What a person says of a divergence. */
export interface Triage {
  readonly state: DivergenceState
  readonly note?: string | undefined
  /** An expected divergence is open again from then on, epoch milliseconds, … */
  readonly until?: number | undefined
  /** … or when more than this share of the endpoint's exchanges shows it, 0 to 1. */
  readonly rate?: number | undefined
}

/** What people may have done to what is stored; only the writer can do it, also while it records. With an actor it is written to the audit list. */
export interface StoreCommands {
  /** Removes the exchanges that match, with their bodies and values, from the disk; resolves with their number. */
  forget(filter: Filter, actor?: Actor): Promise<number>
  /** Writes a whole copy to a file that does not exist yet. */
  backup(path: string, actor?: Actor): Promise<void>
  /** Says what a divergence is; resolves with whether there is one of this id. */
  triage(id: string, triage: Triage): Promise<boolean>
}

/**
 * The writer's end of what {@link ReviewReader} reads. Each change and its audit row are one transaction;
 * `conflict`, `not_found` and `invalid` are the caller's, and nothing has changed then.
 */
export interface ReviewWriter {
  /** One row of the audit list, for what changes nothing else in the store: a login, a reload. */
  audit(actor: Actor, action: string, subject: string, detail: string): Promise<void>
  /** Says the same of several divergences at once; `not_found` names those that are not there. Resolves with how many changed. */
  triageAll(ids: readonly string[], triage: Triage, actor: Actor): Promise<number>
  /** Ends the run that goes on and starts this one; `books` is the proxies' reading at this moment, from which its own books begin. */
  startRun(run: RunIdentity, actor: Actor, books: readonly ProxyBooks[]): Promise<RunRow>
  /** Ends a run; exchanges that still come while it is the newest one are its own. */
  endRun(id: number, actor: Actor): Promise<RunRow>
  /** Notes on the open run under which rules new exchanges are judged from now on. */
  setRulesVersion(version: string): Promise<void>
  /** Console rules in the order in which they were made, and what each has hidden. */
  consoleRules(): Promise<readonly StoredRule[]>
  ruleHits(): Promise<readonly RuleHits[]>
  /** Keeps a rule with the actor as its author and the time; a known id is a `conflict`. */
  createRule(rule: Rule, actor: Actor): Promise<StoredRule>
  /** Replaces the rule of the same id; another version than this one is a `conflict`. */
  updateRule(rule: Rule, version: number, actor: Actor): Promise<StoredRule>
  deleteRule(id: string, version: number, actor: Actor): Promise<void>
  mirrorOverrides(): Promise<readonly StoredOverride[]>
  /** Applies the change; resolves with all overrides that hold then. */
  setMirrorOverride(
    change: CommandMap['mirror']['input'],
    actor: Actor,
  ): Promise<readonly StoredOverride[]>
  /** Starts to judge what is stored again, in small steps beside the recording; another such job is a `conflict`. */
  startRecompare(filter: Filter, under: Judging, actor: Actor): Promise<JobView>
  /** Goes on with the job that the writer before this one left, if it left one; anew when the rules are others now. */
  resumeRecompare(under: Judging): Promise<JobView | undefined>
  findJob(id: number): Promise<JobView | undefined>
  /** Asks a running job to stop; one that is over is a `conflict`. */
  cancelJob(id: number, actor: Actor): Promise<JobView>
  /** Takes lines of our own JSONL of exchanges into this run, redacted anew, with the judgement that they bring. */
  importExchanges(
    input: CommandMap['import']['input'],
    under: Judging,
    actor: Actor,
  ): Promise<CommandMap['import']['output']>
}

/** The writer's end of learning endpoints. */
export interface EndpointMerger {
  /**
   * Lets one endpoint take over others, one transaction each: counts are added up, the most open triage state
   * wins, old names and ids of divergences go on leading there. Resolves with how many there were to take over.
   */
  mergeEndpoints(heir: string, merged: readonly string[]): Promise<number>
  /** What a learner begins with; at most the newest 50,000. */
  knownEndpoints(): Promise<KnownEndpoints>
}

/** How stored or imported exchanges are judged. */
export interface Judging {
  readonly comparer: Comparer
  readonly rulesVersion: string
  redact(judged: JudgedExchange): JudgedExchange
  /** Whether a rule of this id is in force: what it hid of a secret stays hidden then. Absent: all are. */
  readonly isInForce?: (rule: string) => boolean
}

/** What one proxy process has counted since it started. */
export interface ProxyBooks {
  /** Unique for each start of a proxy process. */
  readonly proxy: string
  readonly counters: Counters
}

/** Keeps with each run what the proxies counted meanwhile. */
export interface BooksWriter {
  /** A later reading of the same proxy; the open run gets what was added since the one before it. */
  keepBooks(books: readonly ProxyBooks[]): Promise<void>
}

/** The readers' end of the store: short read transactions, never a write. */
export interface ExchangeReader {
  listExchanges(filter: Filter, page: PageRequest): Promise<Page<ExchangeRow>>
  findExchange(id: string): Promise<ExchangeDetail | undefined>
  listDivergences(filter: Filter, page: PageRequest): Promise<Page<DivergenceRow>>
  /** How many of each class match. */
  countDivergences(filter: Filter): Promise<DivergenceCounts>
  /** With its newest examples, at most `examples` of them. */
  findDivergence(id: string, examples: number): Promise<DivergenceDetail | undefined>
  newestDivergence(): Promise<NewestDivergence | undefined>
  listEndpoints(filter: Filter, page: PageRequest): Promise<Page<EndpointRow>>
  listRuns(page: PageRequest): Promise<Page<RunRow>>
  /** Of all endpoints or of one; without a window, all of the time that there is. */
  traffic(
    filter: Pick<Filter, 'run' | 'source' | 'endpoint' | 'since' | 'until'>,
  ): Promise<TrafficView>
  /** All rows that match, newest first, in constant memory; each step is a short read of its own. */
  iterateExchanges(filter: Filter): AsyncIterable<ExchangeRow>
  iterateDivergences(filter: Filter): AsyncIterable<DivergenceRow>
  iterateDifferences(filter: Filter): AsyncIterable<DifferenceRow>
  /** Changes whenever anything was written. */
  version(): Promise<number>
  close(): Promise<void>
}

/** A rule that was made in the console, as it is stored, and what every rule has hidden. */
export interface StoredRule {
  readonly rule: Rule
  readonly version: number
}

/** What a rule has hidden, in all runs. */
export interface RuleHits {
  readonly id: string
  readonly hidden: number
  readonly exchanges: number
  /** Epoch milliseconds. */
  readonly lastHit: number
}

/** What people changed of the mirroring of one route (`''`: of all) at run time. */
export interface StoredOverride {
  readonly route: string
  readonly paused: boolean
  readonly percent?: number
  readonly by: string
  /** Epoch milliseconds. */
  readonly at: number
}

/** What people did, and what follows from it: read by the console, written by the recorder. */
export interface ReviewReader {
  /** Console rules in the order in which they were made. */
  consoleRules(): Promise<readonly StoredRule[]>
  /** By rule id, of every origin. */
  ruleHits(): Promise<readonly RuleHits[]>
  /** Exchanges compared (match + divergent) in all runs since then; epoch milliseconds. */
  comparedSince(time: number): Promise<number>
  listAudit(page: PageRequest): Promise<Page<AuditRow>>
  findJob(id: number): Promise<JobView | undefined>
  /** Newest first. */
  listJobs(page: PageRequest): Promise<Page<JobView>>
  mirrorOverrides(): Promise<readonly StoredOverride[]>
  compareRuns(before: string, after: string): Promise<RunComparison | undefined>
  /** The newest run of this name, or of this number where no run has the name (`id:7` is the number); without one the newest of all. */
  findRun(run: string | undefined): Promise<RunRow | undefined>
}

/** What a verdict is computed from. `breaker` is what only the running service knows, and empty here. */
export interface EvidenceReader {
  /** Of the run that {@link ReviewReader.findRun} finds. From totals alone, in one short read. */
  runEvidence(run: string | undefined): Promise<RunEvidence | undefined>
}

/** Exchanges as data: what a replay sends again, what is judged again. */
export interface RecordingReader {
  /** Exchanges that match as they were kept, oldest first; in short reads, with a few bytes of memory for each. */
  recordedExchanges(filter: Filter): AsyncIterable<Exchange>
  /** One exchange as it was kept, with its judgement. */
  findJudged(id: string): Promise<JudgedExchange | undefined>
}

/** All that a store's reader answers. */
export interface StoreReader
  extends ExchangeReader, ReviewReader, EvidenceReader, RecordingReader {}

/** A request that is there whole. */
export interface WholeRequest {
  readonly method: string
  readonly target: string
  /** With exactly one `Host`, without framing lines. */
  readonly headers: HeaderList
  readonly body: Buffer
}

/** Sends one request to one upstream, outside the request path; never rejects, unless its TLS material cannot be used. */
export type SendOnce = (upstream: UpstreamSettings, request: WholeRequest) => Promise<Observation>

/** Wall-clock time, so that tests can set it. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number
}

/** What the console asks the running service. */
export interface ServiceProbe {
  /** Asks the proxies themselves, so that what is told is true now; rejects with `unavailable` when they do not answer. */
  read(): Promise<ServiceReading>
}
