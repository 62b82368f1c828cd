/** What a rule says about two single values: whether they may differ as they do. */

import { type Json, typeOfJson } from './json-value.ts'
import { type PatternAllowance, compilePattern } from './pattern.ts'
import type { Rule } from './rule.ts'
import { isSameClass, numberOf, timeOf } from './value-class.ts'

/** One rule at one place. */
export interface LeafRule {
  readonly id: string
  /** Texts, when this rule says how to write them before they are compared. */
  rewrite?(text: string, allowance: PatternAllowance): string | undefined
  /** Whether two values count as equal. */
  excuses?(primary: Json, shadow: Json): boolean
}

/** A rule made ready for single values; undefined when it is not about those. */
export function createLeafRule(rule: Rule): LeafRule | undefined {
  const { id } = rule
  switch (rule.kind) {
    case 'tolerate':
      return { id, excuses: (primary, shadow) => isWithinTolerance(primary, shadow, rule) }
    case 'class':
      return { id, excuses: (primary, shadow) => isSameClass(primary, shadow, rule.as) }
    case 'rewrite': {
      const compiled = compilePattern(rule.pattern)
      // Whoever made the rule was told; a pattern that cannot be applied hides nothing.
      if ('problem' in compiled) return undefined
      return {
        id,
        rewrite: (text, allowance) => compiled.pattern.replace(text, rule.with, allowance),
      }
    }
    case 'ignore':
    case 'unordered':
    case 'key':
    case 'open':
    case 'null-is-missing':
    case 'only-headers':
      return undefined
  }
}

/** The id of the rule under which two different values count as equal; undefined when none lets them. */
export function excuseValues(
  primary: Json,
  shadow: Json,
  rules: readonly LeafRule[],
  allowance: PatternAllowance,
): string | undefined {
  let left = primary
  let right = shadow
  for (const rule of rules) {
    if (rule.rewrite !== undefined && typeof left === 'string' && typeof right === 'string') {
      left = rule.rewrite(left, allowance) ?? left
      right = rule.rewrite(right, allowance) ?? right
      if (left === right) return rule.id
    } else if (rule.excuses?.(left, right) === true) {
      return rule.id
    }
  }
  return undefined
}

function isWithinTolerance(
  primary: Json,
  shadow: Json,
  rule: Extract<Rule, { readonly kind: 'tolerate' }>,
): boolean {
  if (typeOfJson(primary) !== typeOfJson(shadow)) return false
  if (rule.withinMs !== undefined) {
    const distance = Math.abs((timeOf(primary) ?? NaN) - (timeOf(shadow) ?? NaN))
    if (distance <= rule.withinMs) return true
  }
  const a = numberOf(primary)
  const b = numberOf(shadow)
  if (a === undefined || b === undefined) return false
  // Ten and a hundredth are a hundredth apart, though their doubles are a little more.
  const distance = Math.abs(a - b) * (1 - 1e-12)
  if (rule.absolute !== undefined && distance <= rule.absolute) return true
  return (
    rule.relative !== undefined && distance <= rule.relative * Math.max(Math.abs(a), Math.abs(b))
  )
}
