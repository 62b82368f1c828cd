/** Verdicts of runs that are as in `build-evidence.ts` but for what a test is about. */

import { judgeRun } from '../../src/core/verdict.ts'
import type { RunEvidence } from '../../src/core/verdict-evidence.ts'
import { DEFAULT_LIMITS, type VerdictLimits } from '../../src/core/verdict-limits.ts'
import type { RuleName, RuleReading, Verdict } from '../../src/core/verdict-reading.ts'
import { evidenceOf } from './build-evidence.ts'

/** The verdict of a run with this evidence, under the default limits but for these. */
export function judge(more: Partial<RunEvidence>, limits: Partial<VerdictLimits> = {}): Verdict {
  return judgeRun(evidenceOf(more), { ...DEFAULT_LIMITS, ...limits })
}

/** What one rule says in a verdict. */
export function rule(verdict: Verdict, name: RuleName): RuleReading {
  const reading = verdict.reasons.find((one) => one.rule === name)
  if (reading === undefined) throw new Error(`no rule ${name}`)
  return reading
}
