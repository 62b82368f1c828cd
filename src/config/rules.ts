/**
 * The `rules` of the configuration file: people's rules, and builtin ones switched off by their id
 * (`{ id: builtin:server, disabled: true }`).
 */

import { BUILTIN_RULES } from '../core/header-catalogue.ts'
import { parseRules } from '../core/parse-rule.ts'
import type { Rule } from '../core/rule.ts'
import type { KeyPath } from './document.ts'
import type { Section } from './section.ts'

/** What the list says. */
export interface RuleList {
  readonly rules: readonly Rule[]
  /** Ids of builtin rules that are off. */
  readonly disabledRules: readonly string[]
}

/** Reads the list below `rules`. */
export function readRules(root: Section): RuleList {
  const path: KeyPath = ['rules']
  const disabledRules: string[] = []
  const stated: { readonly index: number; readonly input: unknown }[] = []
  const inputs = root.list('rules', (input) => input) ?? []
  for (const [index, input] of inputs.entries()) {
    const id = builtinId(input)
    if (id === undefined) stated.push({ index, input })
    else if (isSwitchedOff(input) && BUILTIN_RULES.some((rule) => rule.id === id)) {
      disabledRules.push(id)
    } else {
      root.report.problem(
        [...path, index],
        `expected a builtin rule with "disabled: true"; there are ${BUILTIN_RULES.map((rule) => rule.id).join(', ')}`,
      )
    }
  }
  const parsed = parseRules(stated.map(({ input }) => input))
  for (const { key, message } of parsed.problems) {
    const [position = '0', ...rest] = key.split('.')
    const place = [...path, stated[Number(position)]?.index ?? 0, ...rest]
    if (!root.report.isWrong(place)) root.report.problem(place, message)
  }
  return { rules: parsed.rules, disabledRules }
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
