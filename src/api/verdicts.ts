/** Verdicts: from the totals of a run, and for the run that goes on from what only the service knows. */

import { AppError } from '../core/errors.ts'
import type { Clock, ServiceProbe } from '../core/ports.ts'
import type { VerdictView } from '../core/run-report.ts'
import type { Settings } from '../core/settings.ts'
import { judgeRun } from '../core/verdict.ts'
import type { RunEvidence } from '../core/verdict-evidence.ts'
import { DEFAULT_LIMITS, type VerdictLimits } from '../core/verdict-limits.ts'
import { getReader, type ReaderSource } from './resources.ts'

/** Which run, and what of the configuration's limits is replaced. */
export interface VerdictQuestion {
  readonly run?: string | undefined
  readonly minRequests?: number | undefined
  readonly maxDivergence?: number | undefined
  readonly maxLatencyRatio?: number | undefined
}

/** Gives verdicts. */
export interface Verdicts {
  /** As it is now, or was within the second in which nothing was written; `not_found` without such a run, `unavailable` when the service does not answer. */
  judge(question: VerdictQuestion): Promise<VerdictView>
  /** Of the newest run under the configuration's limits, at most a second old. */
  latest(): Promise<VerdictView>
}

/** What judging needs. */
export interface VerdictOptions {
  readonly source: ReaderSource
  readonly probe: ServiceProbe
  readonly settings: () => Settings
  readonly clock: Clock
}

interface Kept {
  readonly at: number
  readonly verdict: Promise<VerdictView>
}

/** Several readers a second, scrapers and open dashboards, are given the same word. */
const FRESH_FOR_MS = 1000
/** A run that had no request for so long has no rate. */
const QUIET_AFTER_MS = 60_000

/** Judges runs of this store. */
export function createVerdicts({ source, probe, settings, clock }: VerdictOptions): Verdicts {
  let kept: Kept | undefined
  let asked: (Kept & { readonly version: number; readonly settings: Settings }) | undefined
  const judge = async (question: VerdictQuestion): Promise<VerdictView> => {
    const evidence = await readEvidence(source, probe, question.run)
    const limits = limitsOf(settings().verdict ?? DEFAULT_LIMITS, question)
    const verdict = judgeRun(evidence, limits)
    const etaMs = etaOf(evidence, verdict.needed)
    return { ...verdict, limits, ...(etaMs !== undefined && { etaMs }) }
  }
  /** Every open dashboard asks the same: while nothing was written they are given the same word. */
  const judgeDefault = async (): Promise<VerdictView> => {
    const version = await getReader(source).version()
    const at = clock.now()
    const now = settings()
    const isFresh =
      asked?.version === version && asked.settings === now && at - asked.at < FRESH_FOR_MS
    if (asked !== undefined && isFresh) return asked.verdict
    const verdict = judge({})
    const mine = { at, version, settings: now, verdict }
    asked = mine
    verdict.catch(() => {
      if (asked === mine) asked = undefined
    })
    return verdict
  }
  return {
    judge: (question) =>
      Object.values(question).every((value) => value === undefined)
        ? judgeDefault()
        : judge(question),
    latest() {
      const at = clock.now()
      if (kept === undefined || at - kept.at >= FRESH_FOR_MS) kept = { at, verdict: judge({}) }
      return kept.verdict
    },
  }
}

async function readEvidence(
  source: ReaderSource,
  probe: ServiceProbe,
  run: string | undefined,
): Promise<RunEvidence> {
  const reader = getReader(source)
  const evidence = await reader.runEvidence(run)
  if (evidence === undefined) {
    throw new AppError(
      'not_found',
      run === undefined ? 'No run was recorded yet' : `No run is called ${JSON.stringify(run)}`,
    )
  }
  const newest = await reader.findRun(undefined)
  const asked = run === undefined ? newest : await reader.findRun(run)
  if (newest === undefined || newest.endedAt !== undefined || newest.id !== asked?.id) {
    return evidence
  }
  // A breaker belongs to the run that goes on; older ones are as they were.
  return { ...evidence, breaker: (await probe.read()).breaker }
}

function limitsOf(configured: VerdictLimits, question: VerdictQuestion): VerdictLimits {
  const { minRequests, maxDivergence, maxLatencyRatio } = question
  return {
    ...configured,
    ...(minRequests !== undefined && { minRequests }),
    ...(maxDivergence !== undefined && { maxDivergence }),
    ...(maxLatencyRatio !== undefined && { maxLatencyRatio }),
  }
}

function etaOf({ samples, traffic }: RunEvidence, needed: number | undefined): number | undefined {
  const { durationMs, idleMs, ended } = traffic
  if (needed === undefined || needed === 0 || samples === 0 || durationMs <= 0) return undefined
  if (ended || idleMs > QUIET_AFTER_MS) return undefined
  return Math.round((needed * durationMs) / samples)
}
