/** What comparing finds, on its way to a judgement: kept up to a bound, counted beyond it. */

import type { Difference, DifferenceKind, Severity, SuppressedDifference } from './judgement.ts'

/** Where a walk puts what it finds; kept up to a bound, counted beyond it. */
export interface Findings {
  readonly differences: Difference[]
  readonly suppressed: SuppressedDifference[]
  differencesTotal: number
  suppressedTotal: number
}

/** How many differences, and how many suppressed ones, an exchange keeps. */
export const MAX_DIFFERENCES = 1_000

/** No findings yet. */
export function createFindings(): Findings {
  return { differences: [], suppressed: [], differencesTotal: 0, suppressedTotal: 0 }
}

/** A difference on its way to be counted or suppressed. */
interface Finding extends Difference {
  by?: string
}

/** Takes a difference over; when `by` names a rule it is a suppressed one. */
export function addFinding(findings: Findings, difference: Finding, by?: string): void {
  if (by === undefined) {
    findings.differencesTotal++
    if (findings.differences.length < MAX_DIFFERENCES) findings.differences.push(difference)
  } else {
    findings.suppressedTotal++
    if (findings.suppressed.length >= MAX_DIFFERENCES) return
    // Copying it would cost more than comparing the header that it is about.
    difference.by = by
    findings.suppressed.push(difference as SuppressedDifference)
  }
}

/** How bad a difference inside a body is. */
export function severityOf(kind: DifferenceKind): Severity {
  switch (kind) {
    case 'missing':
    case 'type':
    case 'failure':
      return 'breaking'
    case 'extra':
      return 'added'
    case 'value':
    case 'order':
    case 'length':
      return 'changed'
  }
}

/** A member name as a JSON Pointer segment (RFC 6901 §3). */
export function escapePointer(name: string): string {
  return /[~/]/.test(name) ? name.replaceAll('~', '~0').replaceAll('/', '~1') : name
}
