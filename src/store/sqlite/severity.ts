/** Severities as numbers, the worst first, so that SQL can order and compare them. */

import type { Severity } from '../../core/judgement.ts'

const SEVERITIES = ['breaking', 'changed', 'added'] as const satisfies readonly Severity[]

/** 1 for the worst. */
export function severityRank(severity: Severity): number {
  return SEVERITIES.indexOf(severity) + 1
}

/** The severity of a rank. */
export function severityOf(rank: number): Severity {
  return SEVERITIES[rank - 1] ?? 'changed'
}
