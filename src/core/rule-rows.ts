/** Every rule in force as people see it: where it comes from, what it says, what it has hidden. */

import { BUILTIN_RULES } from './header-catalogue.ts'
import type { RuleHits, StoredRule } from './ports.ts'
import type { RuleRow } from './service-report.ts'
import type { Rule } from './rule.ts'
import { describeRule } from './rule-words.ts'

/** What the rows are made of. */
export interface RuleSources {
  /** Rules of the configuration, in its order. */
  readonly file: readonly Rule[]
  /** Ids of builtin rules that are off. */
  readonly disabled: readonly string[]
  readonly console: readonly StoredRule[]
  readonly hits: readonly RuleHits[]
  /** Exchanges that were compared since then, in epoch milliseconds; asked for people's rules only. */
  readonly comparedSince: (time: number) => Promise<number>
}

/** So many comparisons without a hit make a rule idle. */
const IDLE_AFTER = 1000

/** All rules in the order in which they apply: builtin, file, console. */
export async function listRuleRows(sources: RuleSources): Promise<readonly RuleRow[]> {
  const { file, disabled, console, hits } = sources
  const byId = new Map(hits.map((each) => [each.id, each]))
  const compared = new Map<number, Promise<number>>()
  const comparedSince = (time: number) => {
    const known = compared.get(time) ?? sources.comparedSince(time)
    compared.set(time, known)
    return known
  }
  const builtin = BUILTIN_RULES.map(({ id, about }): RuleRow => ({
    id,
    origin: 'builtin',
    sentence: about,
    disabled: disabled.includes(id),
    version: 0,
    ...hitsOf(byId.get(id)),
    idle: false,
  }))
  const own = async (origin: 'file' | 'console', rule: Rule, version: number): Promise<RuleRow> => {
    const hit = byId.get(rule.id)
    const since = Math.max(hit?.lastHit ?? 0, Date.parse(rule.time ?? '') || 0)
    return {
      ...{ id: rule.id, origin, rule, sentence: describeRule(rule), disabled: false, version },
      ...hitsOf(hit),
      idle: hides(rule) && (await comparedSince(since)) >= IDLE_AFTER,
    }
  }
  return [
    ...builtin,
    ...(await Promise.all(file.map((rule) => own('file', rule, 0)))),
    ...(await Promise.all(console.map(({ rule, version }) => own('console', rule, version)))),
  ]
}

/** Whether hits say that a rule is needed: these two only say how to compare, and hide little or nothing. */
function hides({ kind }: Rule): boolean {
  return kind !== 'key' && kind !== 'open'
}

function hitsOf(hit: RuleHits | undefined): Pick<RuleRow, 'hidden' | 'exchanges' | 'lastHit'> {
  if (hit === undefined) return { hidden: 0, exchanges: 0 }
  const { hidden, exchanges, lastHit } = hit
  return { hidden, exchanges, lastHit: new Date(lastHit).toISOString() }
}
