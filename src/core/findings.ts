/** What comparing finds, on its way to a judgement: kept up to a bound, counted beyond it. */

import type { Difference, DifferenceKind, Severity, SuppressedDifference } from './judgement.ts'

/** Where a walk puts what it finds; kept up to a bound, counted beyond it. */
export interface Findings {
  readonly differences: Difference[]
  readonly suppressed: SuppressedDifference[]
  differencesTotal: number
  suppressedTotal: number
  /** Kinds and patterns of what is kept; made when there is more than the bound. */
  places?: Set<string>
  /** Characters of patterns that were looked at beyond the bound. */
  lookedAt?: number
}

/** How many differences, and how many suppressed ones, an exchange keeps. */
export const MAX_DIFFERENCES = 1_000

/** Beyond it, the first difference of this many other places is kept, as long as this many were found. */
const MAX_MORE_PLACES = 500
/** Characters of patterns: deep ones cost more than others. */
const MAX_LOOKED_AT = 4_000_000

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
    if (hasRoom(findings, difference.kind, () => difference.pattern)) {
      findings.differences.push(difference)
      findings.places?.add(placeOf(difference.kind, difference.pattern))
    }
    findings.differencesTotal++
  } else {
    findings.suppressedTotal++
    if (findings.suppressed.length >= MAX_DIFFERENCES) return
    // Copying it would cost more than comparing the header that it is about.
    difference.by = by
    findings.suppressed.push(difference as SuppressedDifference)
  }
}

/**
 * Whether a difference that counts would be kept. A long list must not hide what differs after it: where nothing
 * was found yet, there is room.
 */
export function hasRoom(
  findings: Findings,
  kind: DifferenceKind,
  patternOf: () => string,
): boolean {
  const { differences, lookedAt = 0 } = findings
  if (differences.length < MAX_DIFFERENCES) return true
  if (differences.length >= MAX_DIFFERENCES + MAX_MORE_PLACES) return false
  if (lookedAt > MAX_LOOKED_AT) return false
  findings.places ??= new Set(differences.map((one) => placeOf(one.kind, one.pattern)))
  const pattern = patternOf()
  findings.lookedAt = lookedAt + pattern.length
  return !findings.places.has(placeOf(kind, pattern))
}

function placeOf(kind: DifferenceKind, pattern: string): string {
  return `${kind} ${pattern}`
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
