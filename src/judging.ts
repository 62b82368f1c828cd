/** How the recorder judges under given settings and console rules. */

import { createComparer } from './core/compare.ts'
import { AppError } from './core/errors.ts'
import type { RedactionKey } from './core/placeholder.ts'
import type { Judging, StoredRule } from './core/ports.ts'
import { createRedactor } from './core/redact.ts'
import { rulesVersion } from './core/rule-set.ts'
import type { Rule } from './core/rule.ts'
import type { RecorderSettings } from './parts.ts'

/** Comparer and redactor under the file's rules and then the console's; an id that both have is refused. */
export function createJudging(
  settings: RecorderSettings,
  consoleRules: readonly StoredRule[],
  key: RedactionKey,
): Judging {
  const rules = effectiveRules(settings.rules, consoleRules)
  const { disabledRules, record } = settings
  const redactor = createRedactor({
    ...key,
    ...record.redact,
    ...(record.bodies !== undefined && { bodies: record.bodies }),
  })
  return {
    comparer: createComparer({ rules, disabled: disabledRules }),
    rulesVersion: rulesVersion(rules, disabledRules),
    redact: (judged) => redactor.redact(judged),
  }
}

function effectiveRules(
  file: readonly Rule[],
  consoleRules: readonly StoredRule[],
): readonly Rule[] {
  const known = new Set(file.map(({ id }) => id))
  const twice = consoleRules.filter(({ rule }) => known.has(rule.id)).map(({ rule }) => rule.id)
  if (twice.length > 0) {
    throw new AppError(
      'invalid',
      `rules: the console has ${twice.map((id) => `"${id}"`).join(', ')} already; give the rule of the file another id, or delete the console's`,
    )
  }
  return [...file, ...consoleRules.map(({ rule }) => rule)]
}
