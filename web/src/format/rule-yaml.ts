/** A rule as it stands in the configuration file, to be copied there. */

import type { Rule } from '../../../src/core/rule.ts'
import { ruleDocument } from '../../../src/core/rule-document.ts'

/** An entry of the list `rules`, in YAML. Texts are quoted as JSON has them, which YAML reads. */
export function ruleYaml(rule: Rule): string {
  const entries = Object.entries(ruleDocument(rule)).filter(
    ([name]) => name !== 'author' && name !== 'time',
  )
  return entries
    .map(([name, value], index) => `${index === 0 ? '- ' : '  '}${name}: ${valueText(value)}\n`)
    .join('')
}

function valueText(value: unknown): string {
  if (!Array.isArray(value)) return JSON.stringify(value)
  if (value.length === 1) return JSON.stringify(value[0])
  return `[${value.map((each) => JSON.stringify(each)).join(', ')}]`
}
