/** Schemas of rules, as people send them and as they are listed. */

import { Type } from 'typebox'
import type * as report from '../core/report.ts'
import type { Rule } from '../core/rule.ts'
import { matching } from './matching.ts'

/** A rule: its form is what `core/parse-rule.ts` takes, which also says what is wrong with one. */
const RuleDocument = Type.Unsafe<Rule>(
  Type.Object(
    { id: Type.String(), kind: Type.String() },
    { title: 'Rule', additionalProperties: true, description: 'One rule; see docs/rules.md.' },
  ),
)

/** A rule that the evidence suggests. */
export const RuleSuggestion = matching<report.RuleSuggestion>()(
  Type.Object(
    { rule: RuleDocument, evidence: Type.String() },
    { title: 'RuleSuggestion', description: 'Never in force by itself.' },
  ),
)
