/** Everything that may excuse a difference of one exchange: the builtin rules in force and people's own. */

import { RENAME_RULE, type Unsuffix, createUnsuffix } from './authority.ts'
import { type ClockExcuse, CLOCK_RULE, createClockExcuse } from './clock.ts'
import type { LineJudge } from './compare-headers.ts'
import type { ObservedResponse } from './exchange.ts'
import { canonicalSet } from './header-values.ts'
import { excuseValues } from './normalize.ts'
import type { PatternAllowance } from './pattern.ts'
import type { Operation } from './operation.ts'
import type { ActiveRules, RuleSet } from './rule-set.ts'

/** The rules of one exchange. */
export interface ExchangeRules {
  readonly active: ActiveRules
  /** Puts the name back that shadow was called by; undefined when it was called like primary. */
  readonly unsuffix: Unsuffix | undefined
  /** Lets times of the clock differ as the two answers do; undefined when that rule is off. */
  readonly clock: ClockExcuse | undefined
  /** The rule under which the elements of the whole body have no order. */
  readonly anyOrderBy: string | undefined
  readonly allowance: PatternAllowance
  readonly lines: LineJudge
  readonly isEnabled: (builtin: string) => boolean
}

/** The answers of a batch may come in any order (JSON-RPC 2.0 §6). */
const BATCH_RULE = 'builtin:batch-order'

/** Steps that patterns may take at worst for one exchange: some tenths of a second. */
const MAX_STEPS = 50_000_000

/** Gathers the rules that concern two answers to a request that came at `requestedAt`. */
export function rulesFor(
  rules: RuleSet,
  active: ActiveRules,
  primary: ObservedResponse,
  shadow: ObservedResponse,
  requestedAt: number,
  operation?: Operation,
): ExchangeRules {
  const allowance = { steps: MAX_STEPS }
  const unsuffix = rules.isEnabled(RENAME_RULE)
    ? createUnsuffix(primary.sentHeaders, shadow.sentHeaders)
    : undefined
  return {
    active,
    unsuffix,
    clock: rules.isEnabled(CLOCK_RULE)
      ? createClockExcuse(primary, shadow, requestedAt)
      : undefined,
    anyOrderBy:
      operation?.protocol === 'json-rpc' && rules.isEnabled(BATCH_RULE) ? BATCH_RULE : undefined,
    allowance,
    isEnabled: rules.isEnabled,
    lines: {
      excuse(location, left, right, builtin) {
        if (builtin !== undefined && rules.isEnabled(builtin)) return builtin
        const line = active.at(location)
        if (line === undefined) return undefined
        if (line.ignoredBy !== undefined) return line.ignoredBy
        // A line that only one side has can be ignored, not normalized.
        if (left.length === 0 || right.length === 0) return undefined
        const renamed = unsuffix === undefined ? right : right.map(unsuffix)
        if (line.unorderedBy !== undefined && canonicalSet(left) === canonicalSet(renamed)) {
          return line.unorderedBy
        }
        return excuseValues(left.join(', '), renamed.join(', '), line.leaf, allowance)
      },
    },
  }
}
