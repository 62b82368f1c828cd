/** What people do to what is stored: each change and its row of the audit list are one transaction. */

import { setImmediate } from 'node:timers/promises'
import type { Actor, CommandMap } from '../../core/commands.ts'
import type { KnownEndpoints } from '../../core/endpoint-learner.ts'
import { AppError } from '../../core/errors.ts'
import type {
  JudgedExchange,
  Judging,
  ProxyBooks,
  RuleHits,
  RunIdentity,
  StoredOverride,
  StoredRule,
  Triage,
} from '../../core/ports.ts'
import type { Filter } from '../../core/lists.ts'
import type { RunRow } from '../../core/run-report.ts'
import type { JobView } from '../../core/service-report.ts'
import type { Rule } from '../../core/rule.ts'
import { addAudit } from './audit.ts'
import { knownEndpoints } from './heirs.ts'
import { expectExchanges, importFile } from './import.ts'
import { findJob } from './jobs.ts'
import { mergeEndpoint } from './merge.ts'
import { mirrorOverrides, setMirrorOverride } from './overrides.ts'
import { Recompare } from './recompare.ts'
import { ruleHits } from './rule-hits.ts'
import { consoleRules, createRule, deleteRule, updateRule } from './rules.ts'
import { setRulesVersion } from './run-rules.ts'
import { closedRun, endRun, openRun, runOf } from './runs.ts'
import type { MatchSampling } from './sampling.ts'
import type { WriterSession } from './session.ts'
import { setTriageOfAll } from './triage.ts'

/** The part of a writer that carries out what people decide. */
export abstract class ReviewCommands {
  protected readonly session: WriterSession
  readonly #recompare: Recompare

  constructor(session: WriterSession) {
    this.session = session
    this.#recompare = new Recompare(session)
  }

  async audit(actor: Actor, action: string, subject: string, detail: string): Promise<void> {
    this.#change(actor, action, subject, detail, () => undefined)
  }

  async triageAll(ids: readonly string[], triage: Triage, actor: Actor): Promise<number> {
    const subject = ids.length === 1 ? (ids[0] ?? '') : `${ids.length} divergences`
    const detail = JSON.stringify({ ids: ids.slice(0, MAX_LISTED), triage })
    const { db, runId } = this.session
    return this.#change(actor, 'triage', subject, detail, (now) =>
      setTriageOfAll(db, ids, triage, runId, now),
    )
  }

  async startRun(run: RunIdentity, actor: Actor, books: readonly ProxyBooks[]): Promise<RunRow> {
    const { session } = this
    const [id, row] = this.#change(actor, 'run-start', run.name, JSON.stringify(run), (now) => {
      this.beforeRunChange(books)
      const opened = openRun(session.db, run, now)
      return [opened, getRun(session, opened)] as const
    })
    session.runId = id
    return row
  }

  async endRun(id: number, actor: Actor): Promise<RunRow> {
    const { session } = this
    return this.#change(actor, 'run-end', String(id), '{}', (now) => {
      endRun(session.db, id, now)
      return getRun(session, id)
    })
  }

  async setRulesVersion(version: string): Promise<void> {
    const { session } = this
    const { runId } = session
    if (runId === undefined) throw new Error('no run is open')
    session.write(() => {
      setRulesVersion(session.db, runId, version, session.clock.now())
    })
  }

  async consoleRules(): Promise<readonly StoredRule[]> {
    return consoleRules(this.session.db)
  }

  async ruleHits(): Promise<readonly RuleHits[]> {
    return ruleHits(this.session.db)
  }

  async createRule(rule: Rule, actor: Actor): Promise<StoredRule> {
    return this.#change(actor, 'rule-create', rule.id, JSON.stringify({ rule }), (now) =>
      createRule(this.session.db, authored(rule, actor, now)),
    )
  }

  async updateRule(rule: Rule, version: number, actor: Actor): Promise<StoredRule> {
    return this.#change(actor, 'rule-update', rule.id, JSON.stringify({ rule, version }), (now) =>
      updateRule(this.session.db, authored(rule, actor, now), version),
    )
  }

  async deleteRule(id: string, version: number, actor: Actor): Promise<void> {
    this.#change(actor, 'rule-delete', id, JSON.stringify({ version }), () => {
      deleteRule(this.session.db, id, version)
    })
  }

  async mirrorOverrides(): Promise<readonly StoredOverride[]> {
    return mirrorOverrides(this.session.db)
  }

  async setMirrorOverride(
    change: CommandMap['mirror']['input'],
    actor: Actor,
  ): Promise<readonly StoredOverride[]> {
    const { db } = this.session
    return this.#change(actor, 'mirror', change.route ?? '', JSON.stringify(change), (now) => {
      setMirrorOverride(db, change, actor.name, now)
      return mirrorOverrides(db)
    })
  }

  async startRecompare(filter: Filter, under: Judging, actor: Actor): Promise<JobView> {
    return this.#recompare.start(filter, under, actor)
  }

  async resumeRecompare(under: Judging): Promise<JobView | undefined> {
    return this.#recompare.resume(under)
  }

  async findJob(id: number): Promise<JobView | undefined> {
    return findJob(this.session.db, id)
  }

  async cancelJob(id: number, actor: Actor): Promise<JobView> {
    return this.#recompare.cancel(id, actor)
  }

  async importExchanges(
    { path, run }: CommandMap['import']['input'],
    under: Judging,
    actor: Actor,
  ): Promise<CommandMap['import']['output']> {
    const { session } = this
    await expectExchanges(path)
    const runId = this.#change(actor, 'import', path, JSON.stringify({ run }), (now) =>
      closedRun(session.db, run, now),
    )
    return importFile(path, (batch) =>
      this.saveTo(
        runId,
        batch.map((judged) => under.redact(judged)),
        'all',
      ),
    )
  }

  async mergeEndpoints(heir: string, merged: readonly string[]): Promise<number> {
    const { session } = this
    let total = 0
    for (const name of merged) {
      if (session.write(() => mergeEndpoint(session.db, heir, name))) total++
      this.forgetEndpoints()
      await setImmediate()
    }
    return total
  }

  async knownEndpoints(): Promise<KnownEndpoints> {
    return knownEndpoints(this.session.db, this.session.runId)
  }

  /** Endpoints have other heirs than before. */
  protected abstract forgetEndpoints(): void

  /** Writes exchanges to a run in one transaction; tells how many were new. */
  protected abstract saveTo(
    runId: number,
    batch: readonly JudgedExchange[],
    matches: MatchSampling,
  ): number

  /** Stops what works beside the writing, before the database is closed. */
  protected stopJobs(): void {
    this.#recompare.stop()
  }

  /** Called in the transaction that starts a run, before it does: what was counted until now is the old run's. */
  protected abstract beforeRunChange(books: readonly ProxyBooks[]): void

  #change<T>(
    actor: Actor,
    action: string,
    subject: string,
    detail: string,
    work: (now: number) => T,
  ): T {
    const { session } = this
    return session.write(() => {
      const now = session.clock.now()
      const result = work(now)
      addAudit(session.db, { actor, action, subject, detail }, now)
      return result
    })
  }
}

/** Ids that an audit row names; the subject tells how many there were. */
const MAX_LISTED = 1000

function authored(rule: Rule, actor: Actor, now: number): Rule {
  return { ...rule, author: actor.name, time: new Date(now).toISOString() }
}

function getRun({ db }: WriterSession, id: number): RunRow {
  const row = runOf(db, id)
  if (row === undefined) throw new AppError('not_found', `there is no run ${id}`)
  return row
}
