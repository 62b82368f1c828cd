/**
 * The `rules` of the configuration file: people's rules, and builtin ones switched off by their id
 * (`{ id: builtin:server, disabled: true }`).
 */

import { BUILTIN_RULES } from '../core/header-catalogue.ts'
import { parseRules } from '../core/parse-rule.ts'
import type { Rule } from '../core/rule.ts'
import type { KeyPath, Problem } from './document.ts'

/** What the list says. */
export interface RuleList {
  readonly rules: readonly Rule[]
  /** Ids of builtin rules that are off. */
  readonly disabledRules: readonly string[]
}

/** Reads the list; every problem is reported with its place. */
export function readRules(
  list: readonly unknown[],
  where: (path: KeyPath) => string,
  path: KeyPath,
): RuleList & { readonly problems: readonly Problem[] } {
  const problems: Problem[] = []
  const disabledRules: string[] = []
  const stated: { readonly index: number; readonly input: unknown }[] = []
  for (const [index, input] of list.entries()) {
    const id = builtinId(input)
    if (id === undefined) stated.push({ index, input })
    else if (isSwitchedOff(input) && BUILTIN_RULES.some((rule) => rule.id === id)) {
      disabledRules.push(id)
    } else {
      problems.push({
        where: where([...path, index]),
        message: `${[...path, index].join('.')}: expected a builtin rule with "disabled: true"; there are ${BUILTIN_RULES.map((rule) => rule.id).join(', ')}`,
      })
    }
  }
  const parsed = parseRules(stated.map(({ input }) => input))
  for (const { key, message } of parsed.problems) {
    const [position = '0', ...rest] = key.split('.')
    const place = [...path, stated[Number(position)]?.index ?? 0, ...rest]
    problems.push({ where: where(place), message: `${place.join('.')}: ${message}` })
  }
  return { rules: parsed.rules, disabledRules, problems }
}

/** The id of an entry that is about a builtin rule. */
function builtinId(input: unknown): string | undefined {
  if (typeof input !== 'object' || input === null || !('id' in input)) return undefined
  return typeof input.id === 'string' && input.id.startsWith('builtin:') ? input.id : undefined
}

function isSwitchedOff(input: unknown): boolean {
  if (typeof input !== 'object' || input === null || !('disabled' in input)) return false
  return (
    input.disabled === true && Object.keys(input).every((key) => key === 'id' || key === 'disabled')
  )
}
