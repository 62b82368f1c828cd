/** The rules in force, ready to be asked for one exchange. */

import { createHash } from 'node:crypto'

import { matchesEndpoint, matchesWildcard } from './glob.ts'
import { type LeafRule, createLeafRule } from './normalize.ts'
import type { Rule } from './rule.ts'
import { type RuleNode, compileBodyRules } from './rule-node.ts'

/** What the rules say about the lines of one header or trailer, or about the status. */
export interface LineRules {
  /** It does not count at all, says this rule. */
  readonly ignoredBy?: string | undefined
  /** The order of its list does not count, says this rule. */
  readonly unorderedBy?: string | undefined
  readonly leaf: readonly LeafRule[]
}

/** The rules that concern one exchange. */
export interface ActiveRules {
  /** At the whole body; undefined when no rule is about it. */
  readonly body: RuleNode | undefined
  /** At `status`, `header:name` or `trailer:name`; undefined when no rule is about it. */
  at(location: string): LineRules | undefined
}

/** All rules in force. */
export interface RuleSet {
  /** Whether a rule that comes with the program is in force. */
  readonly isEnabled: (builtin: string) => boolean
  /** Those whose scope an exchange is in. */
  active(endpoint: string, method: string, status: number): ActiveRules
}

/** Exchanges of one kind share what was compiled; so many kinds are remembered. */
const MAX_REMEMBERED = 2_000

/** Compiles rules in their order; `disabled` names builtin ones that are off. */
export function createRuleSet(rules: readonly Rule[], disabled: readonly string[]): RuleSet {
  const off = new Set(disabled)
  const known = new Map<string, ActiveRules>()
  const none = activate([])
  return {
    isEnabled: (builtin) => !off.has(builtin),
    active(endpoint, method, status) {
      if (rules.length === 0) return none
      const key = `${status} ${method} ${endpoint}`
      const remembered = known.get(key)
      if (remembered !== undefined) return remembered
      const active = activate(rules.filter((rule) => isInScope(rule, endpoint, method, status)))
      // Forgetting all at once is rare, and simpler than knowing which to forget.
      if (known.size >= MAX_REMEMBERED) known.clear()
      known.set(key, active)
      return active
    },
  }
}

/** A text that is the same for the same rules: what a verdict was reached under. */
export function rulesVersion(rules: readonly Rule[], disabled: readonly string[]): string {
  const statements = rules.map((rule) =>
    Object.entries(rule)
      .filter(([key]) => !['note', 'author', 'time'].includes(key))
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  )
  return createHash('sha256')
    .update(JSON.stringify([statements, [...new Set(disabled)].sort()]))
    .digest('hex')
    .slice(0, 12)
}

/** Whether a rule speaks of exchanges of this endpoint and method that primary answered with this status. */
export function isInScope(rule: Rule, endpoint: string, method: string, status: number): boolean {
  if (rule.methods !== undefined && !rule.methods.includes(method)) return false
  if (rule.endpoint !== undefined && !matchesEndpoint(rule.endpoint, endpoint)) return false
  const text = String(status)
  return (
    rule.statuses === undefined ||
    rule.statuses.some((each) => each === text || each === `${text.charAt(0)}xx`)
  )
}

function activate(rules: readonly Rule[]): ActiveRules {
  const lines = new Map<string, LineRules | undefined>()
  const isAboutLines = rules.some(
    (rule) => rule.kind === 'only-headers' || rule.at.some((each) => !each.startsWith('body:')),
  )
  return {
    body: compileBodyRules(rules),
    at(location) {
      if (!isAboutLines) return undefined
      if (lines.has(location)) return lines.get(location)
      const found = linesAt(rules, location)
      if (lines.size < MAX_REMEMBERED) lines.set(location, found)
      return found
    },
  }
}

function linesAt(rules: readonly Rule[], location: string): LineRules | undefined {
  let ignoredBy: string | undefined
  let unorderedBy: string | undefined
  const leaf: LeafRule[] = []
  for (const rule of rules) {
    if (rule.kind === 'only-headers') continue
    if (!rule.at.some((each) => isAt(each, location))) continue
    if (rule.kind === 'ignore') ignoredBy ??= rule.id
    if (rule.kind === 'unordered') unorderedBy ??= rule.id
    const ready = createLeafRule(rule)
    if (ready !== undefined) leaf.push(ready)
  }
  ignoredBy ??= excludedBy(rules, location)
  if (ignoredBy === undefined && unorderedBy === undefined && leaf.length === 0) return undefined
  return { ignoredBy, unorderedBy, leaf }
}

/** `header:set-cookie` speaks of `header:set-cookie/sid/path` too. */
function isAt(rule: string, location: string): boolean {
  const glob = rule.toLowerCase()
  return matchesWildcard(glob, location) || matchesWildcard(`${glob}/*`, location)
}

/** The allow-list that a response header is not on; several lists are one. */
function excludedBy(rules: readonly Rule[], location: string): string | undefined {
  if (!location.startsWith('header:')) return undefined
  const lists = rules.flatMap((rule) => (rule.kind === 'only-headers' ? [rule] : []))
  const isListed = lists.some(({ names }) => names.some((name) => isAt(`header:${name}`, location)))
  return isListed ? undefined : lists[0]?.id
}
