/** A rule as it is written in the configuration and in the API: the inverse of `parseRule`. */

import type { Rule } from './rule.ts'

/** The rule's written form, which `parseRule` reads back. */
export function writeRule(rule: Rule): Readonly<Record<string, unknown>> {
  const { id, endpoint, methods, statuses, note, author, time } = rule
  const scope = { endpoint, method: methods, status: statuses, note, author, time }
  return Object.fromEntries(
    Object.entries({ id, ...scope, ...writeStatement(rule) }).filter(
      ([, value]) => value !== undefined,
    ),
  )
}

function writeStatement(rule: Rule): Record<string, unknown> {
  switch (rule.kind) {
    case 'only-headers':
      return { onlyHeaders: rule.names }
    case 'ignore':
    case 'unordered':
    case 'open':
      return { [rule.kind]: rule.at }
    case 'null-is-missing':
      return { nullIsMissing: rule.at }
    case 'key':
      return { key: rule.at, by: rule.by }
    case 'tolerate': {
      const { absolute, relative, withinMs } = rule
      const within = withinMs === undefined ? undefined : `${withinMs}ms`
      return { tolerate: rule.at, absolute, relative, within }
    }
    case 'class':
      return { class: rule.at, as: rule.as }
    case 'rewrite':
      return { rewrite: rule.at, pattern: rule.pattern, with: rule.with }
  }
}
