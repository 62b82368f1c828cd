/** What a rule would hide among stored exchanges, found out before it is saved. */

import type { Comparer } from './compare.ts'
import { divergenceId } from './divergence.ts'
import type { Difference, DifferenceKind, Severity } from './judgement.ts'
import type { JudgedExchange } from './ports.ts'
import { rejudge } from './rejudge.ts'
import type { RulePreview } from './service-report.ts'
import { formatList } from './verdict-words.ts'

/** Divergences that a preview lists. */
const MAX_DIVERGENCES = 50
/** Exchanges that it names for each. */
const MAX_EXAMPLES = 5
/** Places that a warning names. */
const MAX_NAMED = 5

const SEVERITIES: readonly Severity[] = ['breaking', 'changed', 'added']

/** What is counted of one divergence. */
interface Counted {
  readonly id: string
  readonly endpoint: string
  readonly kind: DifferenceKind
  readonly location: string
  severity: Severity
  hidden: number
  of: number
  readonly examples: string[]
}

/**
 * Judges stored exchanges by today's rules and by those with the rule, and tells the difference. One exchange
 * at a time is held, so that they may come from a store.
 */
export async function previewRule(
  exchanges: AsyncIterable<JudgedExchange> | Iterable<JudgedExchange>,
  current: Comparer,
  proposed: Comparer,
): Promise<RulePreview> {
  const skipped: Record<string, number> = {}
  const divergences = new Map<string, Counted>()
  let examined = 0
  let matching = 0
  let shown = 0
  for await (const stored of exchanges) {
    examined++
    const before = rejudge(stored, current)
    const after = rejudge(stored, proposed)
    const kept = before.kept ?? after.kept
    if (kept !== undefined) skipped[kept] = (skipped[kept] ?? 0) + 1
    if (before.judgement.outcome === 'divergent' && after.judgement.outcome === 'match') matching++
    const left = new Set(after.judgement.differences.map(placeOf))
    for (const difference of before.judgement.differences) {
      count(divergences, stored, difference, !left.delete(placeOf(difference)))
    }
    shown += left.size
  }
  const hiding = [...divergences.values()].filter((each) => each.hidden > 0).sort(worstFirst)
  const hidden = hiding.reduce((sum, each) => sum + each.hidden, 0)
  const differences = [...divergences.values()].reduce((sum, { of }) => sum + of, 0)
  return {
    examined,
    skipped,
    hidden,
    matching,
    divergences: hiding.slice(0, MAX_DIVERGENCES),
    warnings: warningsOf({ examined, hidden, differences, shown, hiding }),
  }
}

function placeOf({ kind, location }: Difference): string {
  return `${kind} ${location}`
}

function count(
  divergences: Map<string, Counted>,
  { exchange, endpoint }: JudgedExchange,
  { kind, pattern, severity }: Difference,
  isHidden: boolean,
): void {
  const id = divergenceId(endpoint, kind, pattern)
  let counted = divergences.get(id)
  if (counted === undefined) {
    counted = { id, endpoint, kind, location: pattern, severity, hidden: 0, of: 0, examples: [] }
    divergences.set(id, counted)
  }
  counted.of++
  if (rankOf(severity) < rankOf(counted.severity)) counted.severity = severity
  if (!isHidden) return
  counted.hidden++
  const { examples } = counted
  if (examples.length < MAX_EXAMPLES && examples.at(-1) !== exchange.id) examples.push(exchange.id)
}

function rankOf(severity: Severity): number {
  return SEVERITIES.indexOf(severity)
}

function worstFirst(a: Counted, b: Counted): number {
  return rankOf(a.severity) - rankOf(b.severity) || b.hidden - a.hidden
}

function warningsOf(found: {
  readonly examined: number
  readonly hidden: number
  readonly differences: number
  readonly shown: number
  readonly hiding: readonly Counted[]
}): readonly string[] {
  const { examined, hidden, differences, shown, hiding } = found
  const warnings: string[] = []
  const breaking = hiding.filter(({ severity }) => severity === 'breaking')
  if (breaking.length > 0) {
    const places = breaking.map(({ endpoint, location }) => `${location} of ${endpoint}`)
    warnings.push(`It hides breaking differences: ${formatList(places, MAX_NAMED)}.`)
  }
  if (hidden > 0 && hidden === differences) {
    warnings.push(`It hides all ${hidden} differences of the ${examined} exchanges examined.`)
  }
  if (shown > 0) warnings.push(`It shows ${shown} differences that do not count today.`)
  if (examined === 0) warnings.push('No stored exchange is in its scope.')
  else if (hidden === 0 && shown === 0) {
    warnings.push(`It changes nothing among the ${examined} exchanges examined.`)
  }
  return warnings
}
