/** What a proposed rule would hide among the newest stored exchanges, read in short steps. */

import { setImmediate } from 'node:timers/promises'
import type { JudgedExchange, StoreReader } from '../core/ports.ts'
import { previewRule } from '../core/preview.ts'
import type { RulePreview } from '../core/service-report.ts'
import type { Rule } from '../core/rule.ts'
import { isInScope } from '../core/rule-set.ts'
import type { Settings } from '../core/settings.ts'
import { comparerUnder } from './comparing.ts'

/** How far a preview looks back. */
export interface PreviewBounds {
  readonly maxExchanges: number
  readonly maxMs: number
}

const BOUNDS: PreviewBounds = { maxExchanges: 2000, maxMs: 2000 }
const ROWS_PER_PAGE = 500
/** A rule for a rare endpoint looks at this many rows at most. */
const MAX_ROWS = 20_000

/** Judges stored exchanges with and without the rule; one of the same id among `rules` is the one it replaces. */
export async function previewOf(
  reader: StoreReader,
  rule: Rule,
  rules: readonly Rule[],
  settings: Settings,
  bounds: PreviewBounds = BOUNDS,
): Promise<RulePreview> {
  const isThere = rules.some(({ id }) => id === rule.id)
  const proposed = isThere
    ? rules.map((each) => (each.id === rule.id ? rule : each))
    : [...rules, rule]
  return previewRule(
    newestInScope(reader, rule, bounds),
    comparerUnder(rules, settings),
    comparerUnder(proposed, settings),
  )
}

async function* newestInScope(
  reader: StoreReader,
  rule: Rule,
  { maxExchanges, maxMs }: PreviewBounds,
): AsyncGenerator<JudgedExchange> {
  const endsAt = performance.now() + maxMs
  let found = 0
  let seen = 0
  let cursor: string | undefined
  do {
    const page = await reader.listExchanges({}, { limit: ROWS_PER_PAGE, cursor })
    for (const row of page.items) {
      if (row.outcome === 'unmirrored') continue
      if (!isInScope(rule, row.endpoint, row.method, row.primaryStatus ?? 0)) continue
      const judged = await reader.findJudged(row.id)
      // It may have been pruned since the page was read.
      if (judged === undefined) continue
      yield judged
      found += 1
      if (found >= maxExchanges || performance.now() >= endsAt) return
      // Comparing is work: others get their turn between two exchanges.
      await setImmediate()
    }
    seen += page.items.length
    cursor = page.next
  } while (cursor !== undefined && seen < MAX_ROWS && performance.now() < endsAt)
}
