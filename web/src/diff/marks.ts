/** What the server said about each place of a body, found by JSON Pointer. */

import type { Difference } from '../../../src/core/judgement.ts'
import type { ExchangeDetail } from '../../../src/core/exchange-report.ts'

/** One difference at a place; `by` when a rule suppressed it. */
export interface Mark {
  readonly kind: Difference['kind']
  readonly by?: string
}

/** Finds marks; an element that only shadow has is counted as shadow counts, so it is asked for apart. */
export interface Marks {
  readonly at: (pointer: string) => readonly Mark[]
  /** A mark inside what this place holds as text: a string that a rule opened. */
  readonly inside: (pointer: string) => Mark | undefined
  readonly isMissing: (pointer: string) => Mark | undefined
  readonly isExtra: (pointer: string) => Mark | undefined
  /** Every difference is listed; otherwise rows that differ count even without a mark. */
  readonly complete: boolean
}

/** The marks of an exchange's bodies. */
export function marksOf(
  detail: Pick<ExchangeDetail, 'differences' | 'differencesTotal' | 'suppressed'>,
): Marks {
  const byPointer = new Map<string, Mark[]>()
  const inside = new Map<string, Mark>()
  const missing = new Map<string, Mark>()
  const extra = new Map<string, Mark>()
  const add = ({ kind, location }: Difference, by?: string) => {
    if (!location.startsWith('body:')) return
    const pointer = location.slice('body:'.length)
    const mark = by === undefined ? { kind } : { kind, by }
    for (let end = pointer.lastIndexOf('/'); end >= 0; end = pointer.lastIndexOf('/', end - 1)) {
      // Differences come first, so that a rule hides no other one beside it.
      const above = pointer.slice(0, end)
      if (!inside.has(above)) inside.set(above, mark)
      if (end === 0) break
    }
    if (kind === 'missing') missing.set(pointer, mark)
    else if (kind === 'extra') extra.set(pointer, mark)
    else byPointer.set(pointer, [...(byPointer.get(pointer) ?? []), mark])
  }
  for (const difference of detail.differences) add(difference)
  for (const difference of detail.suppressed) add(difference, difference.by)
  return {
    at: (pointer) => byPointer.get(pointer) ?? [],
    inside: (pointer) => inside.get(pointer),
    isMissing: (pointer) => missing.get(pointer),
    isExtra: (pointer) => extra.get(pointer),
    complete: detail.differencesTotal <= detail.differences.length,
  }
}

/** A member name as a segment of a JSON Pointer (RFC 6901 §3). */
export function pointerSegment(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1')
}
