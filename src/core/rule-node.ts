/**
 * The rules about places in a body, compiled so that a walk carries them along: one node says what holds at a
 * place, and leads to the node of each member below. A node that nothing holds below is undefined, so that
 * most of a body is walked as if there were no rules.
 */

import { matchesWildcard } from './glob.ts'
import { type LeafRule, createLeafRule } from './normalize.ts'
import type { Rule } from './rule.ts'

/** What the rules say at one place of a body. */
export interface RuleNode {
  /** Nothing here or below counts, says this rule. */
  readonly ignoredBy?: string | undefined
  /** A null here equals an absence, says this rule. */
  readonly nullBy?: string | undefined
  /** The order of this array does not count, says this rule. */
  readonly unorderedBy?: string | undefined
  /** The member by which elements of this array belong together. */
  readonly key?: string | undefined
  /** Strings here are compared by what they hold, says this rule. */
  readonly openedBy?: string | undefined
  /** What may excuse two values here, in the order of the rules. */
  readonly leaf: readonly LeafRule[]
  /** The node of a member or an element. */
  child(segment: string | number): RuleNode | undefined
}

/** A rule at one of its places, the path split at its slashes. */
interface Placed {
  /** Its number among all of the set. */
  readonly index: number
  readonly rule: Rule
  readonly segments: readonly string[]
  readonly leaf: LeafRule | undefined
}

/** How far a place has been followed. */
interface Position {
  readonly placed: Placed
  readonly at: number
}

/** Nodes and children remembered at most; beyond that they are made anew, which only costs time. */
const MAX_REMEMBERED = 4_096

/** The node of the whole body; undefined when no rule is about bodies. */
export function compileBodyRules(rules: readonly Rule[]): RuleNode | undefined {
  const start: Position[] = []
  for (const rule of rules) {
    if (rule.kind === 'only-headers') continue
    const leaf = createLeafRule(rule)
    for (const location of rule.at) {
      if (!location.startsWith('body:')) continue
      const segments = location
        .slice('body:'.length)
        .split('/')
        .slice(1)
        .map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'))
      start.push({ placed: { index: start.length, rule, segments, leaf }, at: 0 })
    }
  }
  return createNode(closure(start), new Map())
}

/** `**` stands for no segment too. */
function closure(positions: readonly Position[]): readonly Position[] {
  const all: Position[] = []
  const seen = new Set<string>()
  for (const position of positions) {
    for (let at = position.at; ; at++) {
      const key = `${position.placed.index}.${at}`
      if (seen.has(key)) break
      seen.add(key)
      all.push({ placed: position.placed, at })
      if (position.placed.segments[at] !== '**') break
    }
  }
  return all
}

function createNode(
  positions: readonly Position[],
  known: Map<string, RuleNode>,
): RuleNode | undefined {
  if (positions.length === 0) return undefined
  const reached = positions
    .filter(({ placed, at }) => at === placed.segments.length)
    .map(({ placed }) => placed)
  const ruleOf = (kind: Rule['kind']) => reached.find(({ rule }) => rule.kind === kind)?.rule
  const key = ruleOf('key')
  const children = new Map<string, RuleNode | undefined>()
  // Elements are told apart by their index only where a rule names one.
  const namesIndexes = positions.some(({ placed, at }) => {
    const segment = placed.segments[at] ?? '*'
    return segment !== '*' && segment !== '**' && /^[\d*]+$/.test(segment)
  })
  const { names, globs } = namedBy(positions)
  let other: { readonly node: RuleNode | undefined } | undefined
  const step = (segment: string): RuleNode | undefined => {
    // Most members are named by no rule, and all of those lead to the same place.
    if (!names.has(segment) && !globs.some((glob) => matchesWildcard(glob, segment))) {
      other ??= { node: intern(advance(positions, segment), known) }
      return other.node
    }
    if (children.has(segment)) return children.get(segment)
    const node = intern(advance(positions, segment), known)
    if (children.size < MAX_REMEMBERED) children.set(segment, node)
    return node
  }
  return {
    ignoredBy: ruleOf('ignore')?.id,
    nullBy: ruleOf('null-is-missing')?.id,
    unorderedBy: ruleOf('unordered')?.id,
    key: key?.kind === 'key' ? key.by : undefined,
    openedBy: ruleOf('open')?.id,
    leaf: reached.flatMap(({ leaf }) => leaf ?? []),
    child: (segment) =>
      step(typeof segment === 'string' ? segment : namesIndexes ? String(segment) : '0'),
  }
}

/** What the rules call the members below: by name, or by a part of it. */
function namedBy(positions: readonly Position[]): {
  readonly names: ReadonlySet<string>
  readonly globs: readonly string[]
} {
  const names = new Set<string>()
  const globs = new Set<string>()
  for (const { placed, at } of positions) {
    const segment = placed.segments[at]
    if (segment === undefined || segment === '*' || segment === '**') continue
    if (segment.includes('*')) globs.add(segment)
    else names.add(segment)
  }
  return { names, globs: [...globs] }
}

/** One node for each set of positions, however many members lead to it. */
function intern(
  positions: readonly Position[],
  known: Map<string, RuleNode>,
): RuleNode | undefined {
  const key = positions.map(({ placed, at }) => `${placed.index}.${at}`).join()
  const node = known.get(key) ?? createNode(positions, known)
  if (node !== undefined && known.size < MAX_REMEMBERED) known.set(key, node)
  return node
}

function advance(positions: readonly Position[], segment: string): readonly Position[] {
  const next: Position[] = []
  for (const { placed, at } of positions) {
    const pattern = placed.segments[at]
    if (pattern === '**') next.push({ placed, at })
    else if (pattern !== undefined && matchesWildcard(pattern, segment)) {
      next.push({ placed, at: at + 1 })
    }
  }
  return closure(next)
}
