/** A rule in the form in which people write it, which is what `parseRule` reads. */

import type { Rule } from './rule.ts'

/** What `parseRule` makes this rule of again. */
export function ruleDocument(rule: Rule): Readonly<Record<string, unknown>> {
  const { id, endpoint, methods, statuses, note, author, time } = rule
  return {
    id,
    ...(endpoint !== undefined && { endpoint }),
    ...(methods !== undefined && { method: methods }),
    ...(statuses !== undefined && { status: statuses }),
    ...statementOf(rule),
    ...(note !== undefined && { note }),
    ...(author !== undefined && { author }),
    ...(time !== undefined && { time }),
  }
}

function statementOf(rule: Rule): Readonly<Record<string, unknown>> {
  switch (rule.kind) {
    case 'ignore':
    case 'unordered':
    case 'open':
      return { [rule.kind]: rule.at }
    case 'null-is-missing':
      return { nullIsMissing: rule.at }
    case 'only-headers':
      return { onlyHeaders: rule.names }
    case 'key':
      return { key: rule.at, by: rule.by }
    case 'class':
      return { class: rule.at, as: rule.as }
    case 'rewrite':
      return { rewrite: rule.at, pattern: rule.pattern, with: rule.with }
    case 'tolerate': {
      const { at, absolute, relative, withinMs } = rule
      return {
        tolerate: at,
        ...(absolute !== undefined && { absolute }),
        ...(relative !== undefined && { relative }),
        ...(withinMs !== undefined && { within: withinMs }),
      }
    }
  }
}
