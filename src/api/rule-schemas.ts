/** Schemas of rules, as people send them and as they are listed. */

import { Type } from 'typebox'
import type * as judgement from '../core/judgement.ts'
import type * as divergences from '../core/divergence-report.ts'
import type * as service from '../core/service-report.ts'
import type { Rule } from '../core/rule.ts'
import { listOf, matching, oneOf } from './matching.ts'

const Count = Type.Integer({ minimum: 0 })

/** A rule: its form is what `core/parse-rule.ts` takes, which also says what is wrong with one. */
const RuleDocument = Type.Unsafe<Rule>(
  Type.Object(
    { id: Type.String(), kind: Type.String() },
    {
      title: 'Rule',
      additionalProperties: true,
      description: 'One rule; its statement is `kind` with `at` and the like.',
    },
  ),
)

/** A rule as a person sends it; `core/parse-rule.ts` says what is wrong with it. */
export const RuleDraft = Type.Unsafe<Readonly<Record<string, unknown>>>({
  type: 'object',
  title: 'RuleDraft',
  additionalProperties: true,
  description:
    'A rule as in the configuration (docs/rules.md): `{"id": "gen-time", "ignore": "body:/generatedAt"}`, ' +
    'or as it is listed, with `kind` and `at`.',
  examples: [{ id: 'gen-time', endpoint: 'GET /items/**', ignore: 'body:/generatedAt' }],
})

/** A rule that the evidence suggests. */
export const RuleSuggestion = matching<divergences.RuleSuggestion>()(
  Type.Object(
    { rule: RuleDocument, evidence: Type.String() },
    { title: 'RuleSuggestion', description: 'Never in force by itself.' },
  ),
)

/** A rule in force. */
export const RuleRow = matching<service.RuleRow>()(
  Type.Object(
    {
      id: Type.String(),
      origin: oneOf(['builtin', 'file', 'console'], {
        description: 'Only those of the console can be changed here.',
      }),
      rule: Type.Optional(RuleDocument),
      sentence: Type.String({ description: 'What it says, for people.' }),
      disabled: Type.Boolean(),
      version: Type.Integer({ minimum: 0, description: 'The entity tag, without quotes.' }),
      hidden: Type.Integer({ minimum: 0, description: 'Differences that it hid, in all runs.' }),
      exchanges: Count,
      lastHit: Type.Optional(Type.String({ format: 'date-time' })),
      idle: Type.Boolean({
        description:
          'It has hidden nothing for at least 1,000 exchanges; never of `key` and `open`, which only say how to compare.',
      }),
    },
    {
      title: 'RuleRow',
      description: 'Builtin rules have no `rule`: what they do is in the program.',
    },
  ),
)

/** What a rule would hide. */
export const RulePreview = matching<service.RulePreview>()(
  Type.Object(
    {
      examined: Count,
      skipped: Type.Record(Type.String(), Count, {
        description: 'Exchanges that could not be judged again, by reason.',
      }),
      hidden: Type.Integer({ minimum: 0, description: 'Differences that would be hidden.' }),
      matching: Type.Integer({ minimum: 0, description: 'Exchanges that would become a match.' }),
      divergences: listOf(
        Type.Object({
          id: Type.String(),
          endpoint: Type.String(),
          kind: matching<judgement.DifferenceKind>()(
            oneOf(['value', 'type', 'missing', 'extra', 'order', 'length', 'failure']),
          ),
          location: Type.String(),
          severity: matching<judgement.Severity>()(oneOf(['breaking', 'changed', 'added'])),
          hidden: Count,
          of: Count,
          examples: listOf(Type.String()),
        }),
      ),
      warnings: listOf(Type.String(), { description: 'To read before saving.' }),
    },
    { title: 'RulePreview', description: 'What a rule would hide among stored exchanges.' },
  ),
)
