/**
 * The walk that decides whether two JSON values are equal and says where they are not. Nothing else decides:
 * every difference is reported, or suppressed under a rule's id, or the values are equal.
 */

import { alignArrays } from './align.ts'
import { type ClockExcuse, CLOCK_RULE } from './clock.ts'
import {
  type Findings,
  hasRoom,
  MAX_DIFFERENCES,
  addFinding,
  escapePointer,
  severityOf,
} from './findings.ts'
import { type Looking, absenceRule, equalJson, excuseLeaf } from './json-equal.ts'
import {
  type Json,
  type JsonObject,
  PreciseNumber,
  RepeatedMember,
  isJsonArray,
  typeOfJson,
} from './json-value.ts'
import type { DifferenceKind } from './judgement.ts'
import { openText } from './opened-text.ts'
import type { PatternAllowance } from './pattern.ts'
import { renderJson } from './render.ts'
import type { RuleNode } from './rule-node.ts'

/** What may excuse a difference, by the id of a rule. */
export interface Excuses {
  /** The rules of the place where the walk begins. */
  readonly rules?: RuleNode | undefined
  /** What the patterns of rules may cost; shared by all of an exchange. */
  readonly allowance?: PatternAllowance | undefined
  /** Shadow's string as primary would have written it, and the rule for that; absent when nothing is to be put back. */
  readonly rename?:
    { readonly by: string; readonly canonical: (text: string) => string } | undefined
  /** Whether two values are told by the clock. */
  readonly clock?: ClockExcuse | undefined
  /** The rule under which the elements of the whole have no order. */
  readonly anyOrderBy?: string | undefined
  /** Asked for a member that differs between two objects at the same place. */
  readonly member?:
    ((name: string, primary: JsonObject, shadow: JsonObject) => string | undefined) | undefined
}

/** Nodes that aligning arrays may look at before arrays are compared by index: a bound, reached by nothing ordinary. */
const MAX_LOOKS = 4_000_000

/** Walks two JSON bodies and adds what differs; nesting must be bounded by whoever parsed them. */
export function diffJson(
  primary: Json,
  shadow: Json,
  findings: Findings,
  excuses: Excuses = {},
): void {
  const looking: Looking = {
    nodes: MAX_LOOKS,
    canonical: excuses.rename?.canonical,
    steps: excuses.allowance?.steps ?? 0,
    lenient: false,
  }
  walk(primary, shadow, excuses.rules, { path: [], findings, excuses, looking })
  if (excuses.allowance !== undefined) excuses.allowance.steps = looking.steps
}

interface Walk {
  readonly path: (string | number)[]
  readonly findings: Findings
  readonly excuses: Excuses
  readonly looking: Looking
}

function walk(primary: Json, shadow: Json, node: RuleNode | undefined, at: Walk): void {
  if (primary === shadow) return
  if (node?.ignoredBy !== undefined) {
    ignore(primary, shadow, node.ignoredBy, at)
    return
  }
  const type = typeOfJson(primary)
  if (type !== typeOfJson(shadow)) {
    report('type', primary, shadow, at)
  } else if (isJsonArray(primary)) {
    walkArrays(primary, shadow as readonly Json[], node, at)
  } else if (type === 'object') {
    walkObjects(primary as JsonObject, shadow as JsonObject, node, at)
  } else if (primary instanceof RepeatedMember) {
    walkRepeated(primary, shadow as RepeatedMember, at)
  } else if (!isSameNumber(primary, shadow)) {
    const by = builtin(primary, shadow, at.excuses) ?? excuseLeaf(primary, shadow, at.looking, node)
    if (by !== undefined || !walkOpened(primary, shadow, node, at)) {
      report('value', primary, shadow, at, by)
    }
  }
}

/** Walks what two strings hold; false when they are not to be opened, or hold nothing. */
function walkOpened(primary: Json, shadow: Json, node: RuleNode | undefined, at: Walk): boolean {
  if (node?.openedBy === undefined) return false
  if (typeof primary !== 'string' || typeof shadow !== 'string') return false
  const left = openText(primary)
  const right = openText(shadow)
  if (left === undefined || right === undefined) return false
  const { findings } = at
  const before = findings.differencesTotal + findings.suppressedTotal
  walk(left, right, node, at)
  if (findings.differencesTotal + findings.suppressedTotal === before) {
    report('value', primary, shadow, at, node.openedBy)
  }
  return true
}

function isSameNumber(primary: Json, shadow: Json): boolean {
  return (
    primary instanceof PreciseNumber &&
    shadow instanceof PreciseNumber &&
    primary.canonical === shadow.canonical
  )
}

/** One suppressed difference for all that an ignored place holds, if it differs at all. */
function ignore(primary: Json, shadow: Json, by: string, at: Walk): void {
  if (equalJson(primary, shadow, { nodes: MAX_LOOKS, steps: 0, lenient: false })) return
  report(typeOfJson(primary) === typeOfJson(shadow) ? 'value' : 'type', primary, shadow, at, by)
}

/** The rule that comes with the program and lets these two values differ. */
function builtin(primary: Json, shadow: Json, excuses: Excuses): string | undefined {
  const by = renamed(primary, shadow, excuses)
  return by ?? (excuses.clock?.(primary, shadow) === true ? CLOCK_RULE : undefined)
}

function renamed(primary: Json, shadow: Json, { rename }: Excuses): string | undefined {
  if (rename === undefined || typeof primary !== 'string' || typeof shadow !== 'string') return
  return rename.canonical(shadow) === primary ? rename.by : undefined
}

function walkObjects(
  primary: JsonObject,
  shadow: JsonObject,
  node: RuleNode | undefined,
  at: Walk,
): void {
  let shared = 0
  for (const name of Object.keys(primary)) {
    const left = primary[name] as Json
    const child = node?.child(name)
    if (!Object.hasOwn(shadow, name)) {
      const by = absenceRule(left, child) ?? at.excuses.member?.(name, primary, shadow)
      at.path.push(name)
      report('missing', left, undefined, at, by)
      at.path.pop()
      continue
    }
    shared++
    const right = shadow[name] as Json
    if (left === right) continue
    const by = isContainer(left)
      ? undefined
      : (renamed(left, right, at.excuses) ?? at.excuses.member?.(name, primary, shadow))
    at.path.push(name)
    if (by === undefined) walk(left, right, child, at)
    else report(typeOfJson(left) === typeOfJson(right) ? 'value' : 'type', left, right, at, by)
    at.path.pop()
  }
  const shadowNames = Object.keys(shadow)
  if (shadowNames.length === shared) return
  for (const name of shadowNames) {
    if (Object.hasOwn(primary, name)) continue
    const right = shadow[name] as Json
    const by = absenceRule(right, node?.child(name)) ?? at.excuses.member?.(name, primary, shadow)
    at.path.push(name)
    report('extra', undefined, right, at, by)
    at.path.pop()
  }
}

/** Objects are never excused whole; short arrays are, because some services echo headers as lists of values. */
function isContainer(value: Json): boolean {
  return isJsonArray(value) ? value.length > 8 : typeOfJson(value) === 'object'
}

function walkRepeated(primary: RepeatedMember, shadow: RepeatedMember, at: Walk): void {
  if (primary.values.length !== shadow.values.length) {
    report('length', primary, shadow, at)
    return
  }
  primary.values.forEach((value, index) => {
    walk(value, shadow.values[index] as Json, undefined, at)
  })
}

function walkArrays(
  primary: readonly Json[],
  shadow: readonly Json[],
  node: RuleNode | undefined,
  at: Walk,
): void {
  const step = (i: number, j: number) => {
    const left = primary[i] as Json
    const right = shadow[j] as Json
    if (left === right) return
    at.path.push(i)
    walk(left, right, node?.child(i), at)
    at.path.pop()
  }
  if (primary.length === 1 && shadow.length === 1 && node?.key === undefined) {
    step(0, 0)
    return
  }
  const alignment = alignArrays(primary, shadow, at.looking, node)
  if (alignment.reordered) {
    const by = at.path.length === 0 ? at.excuses.anyOrderBy : undefined
    report('order', primary, shadow, at, by ?? node?.unorderedBy)
  }
  for (const [i, j] of alignment.pairs) step(i, j)
  for (const i of alignment.missing) {
    at.path.push(i)
    report('missing', primary[i], undefined, at, absenceRule(primary[i] as Json, node?.child(i)))
    at.path.pop()
  }
  for (const j of alignment.extra) {
    at.path.push(j)
    report('extra', undefined, shadow[j], at, absenceRule(shadow[j] as Json, node?.child(j)))
    at.path.pop()
  }
}

function report(
  kind: DifferenceKind,
  primary: Json | undefined,
  shadow: Json | undefined,
  at: Walk,
  by?: string,
): void {
  const { findings } = at
  // Past the bound only the count grows; rendering a million values would cost more than finding them.
  if (by === undefined && !hasRoom(findings, kind, () => patternOf(at.path))) {
    findings.differencesTotal++
    return
  }
  if (by !== undefined && findings.suppressed.length >= MAX_DIFFERENCES) {
    findings.suppressedTotal++
    return
  }
  const difference = {
    kind,
    ...locate(at.path),
    severity: severityOf(kind),
    ...(primary !== undefined && { primary: renderJson(primary) }),
    ...(shadow !== undefined && { shadow: renderJson(shadow) }),
  }
  addFinding(findings, difference, by)
}

/** The location without its indexes alone: all that a difference costs that is only counted. */
function patternOf(path: readonly (string | number)[]): string {
  let pattern = 'body:'
  for (const segment of path) {
    pattern += typeof segment === 'number' ? '/*' : `/${escapePointer(segment)}`
  }
  return pattern
}

function locate(path: readonly (string | number)[]): { location: string; pattern: string } {
  let location = 'body:'
  let pattern = 'body:'
  for (const segment of path) {
    if (typeof segment === 'number') {
      location += `/${segment}`
      pattern += '/*'
    } else {
      const escaped = escapePointer(segment)
      location += `/${escaped}`
      pattern += `/${escaped}`
    }
  }
  return { location, pattern }
}
