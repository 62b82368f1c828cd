/** What a rule says, as a sentence for people. */

import type { Rule } from './rule.ts'
import { formatDuration, formatList, formatShare } from './verdict-words.ts'

/** One sentence without a period: what the rule lets pass, and where. */
export function describeRule(rule: Rule): string {
  return `${statementOf(rule)}${scopeOf(rule)}`
}

function statementOf(rule: Rule): string {
  if (rule.kind === 'only-headers') {
    return `only these response headers count: ${formatList(rule.names, MAX_NAMED)}`
  }
  const where = formatList(rule.at, MAX_NAMED)
  switch (rule.kind) {
    case 'ignore':
      return `nothing counts at ${where}`
    case 'unordered':
      return `the order does not count at ${where}`
    case 'key':
      return `elements belong together by their ${JSON.stringify(rule.by)} at ${where}`
    case 'tolerate':
      return `values may differ by ${toleranceOf(rule)} at ${where}`
    case 'class':
      return `values may differ and must stay of the class ${rule.as} at ${where}`
    case 'rewrite': {
      const { pattern, with: replacement } = rule
      return `${JSON.stringify(pattern)} becomes ${JSON.stringify(replacement)} before comparing at ${where}`
    }
    case 'null-is-missing':
      return `a null equals an absent member at ${where}`
    case 'open':
      return `texts that hold JSON or a JWT are compared by what they hold at ${where}`
  }
}

function toleranceOf(rule: Extract<Rule, { kind: 'tolerate' }>): string {
  const { absolute, relative, withinMs } = rule
  const parts = [
    ...(absolute === undefined ? [] : [String(absolute)]),
    ...(relative === undefined ? [] : [formatShare(relative)]),
    ...(withinMs === undefined ? [] : [formatDuration(withinMs)]),
  ]
  return parts.length === 0 ? 'nothing' : parts.join(' or ')
}

function scopeOf({ endpoint, methods, statuses }: Rule): string {
  const parts = [
    ...(endpoint === undefined ? [] : [`of ${endpoint}`]),
    ...(methods === undefined ? [] : [`for ${methods.join(', ')}`]),
    ...(statuses === undefined ? [] : [`where primary answers ${statuses.join(', ')}`]),
  ]
  return parts.length === 0 ? '' : `, ${parts.join(', ')}`
}

const MAX_NAMED = 8
