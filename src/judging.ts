/** How the recorder judges under given settings and console rules. */

import { createComparer } from './core/compare.ts'
import type { EndpointLearner } from './core/endpoint-learner.ts'
import { AppError } from './core/errors.ts'
import type { RedactionKey } from './core/placeholder.ts'
import type { Judging, ReviewWriter, StoredRule } from './core/ports.ts'
import { createRedactor } from './core/redact.ts'
import { rulesVersion } from './core/rule-set.ts'
import type { Rule } from './core/rule.ts'
import type { RecorderSettings } from './parts.ts'

/** How the recorder judges, and how that is changed. */
export interface JudgingDesk {
  readonly settings: RecorderSettings
  readonly current: Judging
  /** Throws `invalid` when these cannot be in force together, and changes nothing then. */
  check(settings: RecorderSettings, rules: readonly StoredRule[]): Judging
  /** From the next exchange on. */
  use(settings: RecorderSettings, judging: Judging): Promise<void>
}

/** Puts the settings' rules and the console's in force; `onUse` is told whenever others are. */
export async function createDesk(
  settings: RecorderSettings,
  writer: Pick<ReviewWriter, 'consoleRules'>,
  key: RedactionKey,
  onUse: (judging: Judging, settings: RecorderSettings) => void | Promise<void>,
  learner?: EndpointLearner,
): Promise<JudgingDesk> {
  const check = (next: RecorderSettings, rules: readonly StoredRule[]): Judging =>
    createJudging(next, rules, key, learner)
  learner?.respect(settings.endpoints?.patterns ?? [])
  let inForce = { settings, judging: check(settings, await writer.consoleRules()) }
  return {
    get settings() {
      return inForce.settings
    },
    get current() {
      return inForce.judging
    },
    check,
    use: async (next, judging) => {
      inForce = { settings: next, judging }
      learner?.respect(next.endpoints?.patterns ?? [])
      await onUse(judging, next)
    },
  }
}

/** Comparer and redactor under the file's rules and then the console's; an id that both have is refused. */
export function createJudging(
  settings: RecorderSettings,
  consoleRules: readonly StoredRule[],
  key: RedactionKey,
  learner?: EndpointLearner,
): Judging {
  const rules = effectiveRules(settings.rules, consoleRules)
  const { disabledRules, record, endpoints } = settings
  const redactor = createRedactor({
    ...key,
    ...record.redact,
    ...(record.bodies !== undefined && { bodies: record.bodies }),
  })
  return {
    comparer: createComparer({
      ...{ rules, disabled: disabledRules, learner },
      ...(endpoints && { endpointPatterns: endpoints.patterns }),
    }),
    rulesVersion: rulesVersion(rules, disabledRules),
    redact: (judged) => redactor.redact(judged),
    isInForce: (id) =>
      id.startsWith('builtin:')
        ? !disabledRules.includes(id)
        : rules.some((rule) => rule.id === id),
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
