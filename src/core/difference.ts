/**
 * The walk that decides whether two JSON values are equal and says where they are not. Nothing else decides:
 * every difference is reported, or suppressed under a rule's id, or the values are equal.
 */

import { alignArrays } from './align.ts'
import type { Looking } from './json-equal.ts'
import {
  type Json,
  type JsonObject,
  PreciseNumber,
  RepeatedMember,
  isJsonArray,
  typeOfJson,
} from './json-value.ts'
import type { Difference, DifferenceKind, Severity, SuppressedDifference } from './judgement.ts'
import { renderJson } from './render.ts'

/** Says why a difference must not count, as the id of a rule. */
export interface Excuses {
  /** Shadow's string as primary would have written it, and the rule for that; absent when nothing is to be put back. */
  readonly rename?:
    { readonly by: string; readonly canonical: (text: string) => string } | undefined
  /** Asked for a member that differs between two objects at the same place. */
  readonly member?:
    ((name: string, primary: JsonObject, shadow: JsonObject) => string | undefined) | undefined
}

/** Where a walk puts what it finds; kept up to a bound, counted beyond it. */
export interface Findings {
  readonly differences: Difference[]
  readonly suppressed: SuppressedDifference[]
  differencesTotal: number
  suppressedTotal: number
}

/** How many differences, and how many suppressed ones, an exchange keeps. */
export const MAX_DIFFERENCES = 1_000

/** Nodes that aligning arrays may look at before arrays are compared by index: a bound, reached by nothing ordinary. */
const MAX_LOOKS = 4_000_000

/** No findings yet. */
export function createFindings(): Findings {
  return { differences: [], suppressed: [], differencesTotal: 0, suppressedTotal: 0 }
}

/** Adds a difference, or a suppressed one when `by` names a rule. */
export function addFinding(findings: Findings, difference: Difference, by?: string): void {
  if (by === undefined) {
    findings.differencesTotal++
    if (findings.differences.length < MAX_DIFFERENCES) findings.differences.push(difference)
  } else {
    findings.suppressedTotal++
    if (findings.suppressed.length < MAX_DIFFERENCES)
      findings.suppressed.push({ ...difference, by })
  }
}

/** Walks two JSON bodies and adds what differs; nesting must be bounded by whoever parsed them. */
export function diffJson(
  primary: Json,
  shadow: Json,
  findings: Findings,
  excuses: Excuses = {},
): void {
  const looking: Looking = { nodes: MAX_LOOKS, canonical: excuses.rename?.canonical }
  walk(primary, shadow, { path: [], findings, excuses, looking })
}

/** How bad a difference inside a body is. */
export function severityOf(kind: DifferenceKind): Severity {
  switch (kind) {
    case 'missing':
    case 'type':
    case 'failure':
      return 'breaking'
    case 'extra':
      return 'added'
    case 'value':
    case 'order':
    case 'length':
      return 'changed'
  }
}

interface Walk {
  readonly path: (string | number)[]
  readonly findings: Findings
  readonly excuses: Excuses
  readonly looking: Looking
}

function walk(primary: Json, shadow: Json, at: Walk): void {
  if (primary === shadow) return
  const type = typeOfJson(primary)
  if (type !== typeOfJson(shadow)) {
    report('type', primary, shadow, at)
  } else if (isJsonArray(primary)) {
    walkArrays(primary, shadow as readonly Json[], at)
  } else if (type === 'object') {
    walkObjects(primary as JsonObject, shadow as JsonObject, at)
  } else if (primary instanceof RepeatedMember) {
    walkRepeated(primary, shadow as RepeatedMember, at)
  } else if (primary instanceof PreciseNumber && shadow instanceof PreciseNumber) {
    if (primary.canonical !== shadow.canonical) report('value', primary, shadow, at)
  } else {
    report('value', primary, shadow, at, renamed(primary, shadow, at.excuses))
  }
}

function renamed(primary: Json, shadow: Json, { rename }: Excuses): string | undefined {
  if (rename === undefined || typeof primary !== 'string' || typeof shadow !== 'string') return
  return rename.canonical(shadow) === primary ? rename.by : undefined
}

function walkObjects(primary: JsonObject, shadow: JsonObject, at: Walk): void {
  const names = Object.keys(primary)
  let shared = 0
  for (const name of names) {
    const left = primary[name] as Json
    if (!Object.hasOwn(shadow, name)) {
      member('missing', name, primary, shadow, at)
      continue
    }
    shared++
    const right = shadow[name] as Json
    if (left === right) continue
    const by = isContainer(left)
      ? undefined
      : (renamed(left, right, at.excuses) ?? at.excuses.member?.(name, primary, shadow))
    at.path.push(name)
    if (by === undefined) walk(left, right, at)
    else report(typeOfJson(left) === typeOfJson(right) ? 'value' : 'type', left, right, at, by)
    at.path.pop()
  }
  const shadowNames = Object.keys(shadow)
  if (shadowNames.length === shared) return
  for (const name of shadowNames) {
    if (!Object.hasOwn(primary, name)) member('extra', name, primary, shadow, at)
  }
}

/** Objects are never excused whole; short arrays are, because some services echo headers as lists of values. */
function isContainer(value: Json): boolean {
  return isJsonArray(value) ? value.length > 8 : typeOfJson(value) === 'object'
}

function member(
  kind: 'missing' | 'extra',
  name: string,
  primary: JsonObject,
  shadow: JsonObject,
  at: Walk,
): void {
  at.path.push(name)
  const by = at.excuses.member?.(name, primary, shadow)
  if (kind === 'missing') report(kind, primary[name], undefined, at, by)
  else report(kind, undefined, shadow[name], at, by)
  at.path.pop()
}

function walkRepeated(primary: RepeatedMember, shadow: RepeatedMember, at: Walk): void {
  if (primary.values.length !== shadow.values.length) {
    report('length', primary, shadow, at)
    return
  }
  primary.values.forEach((value, index) => {
    walk(value, shadow.values[index] as Json, at)
  })
}

function walkArrays(primary: readonly Json[], shadow: readonly Json[], at: Walk): void {
  if (primary.length === 1 && shadow.length === 1) {
    step(0, primary[0] as Json, shadow[0] as Json, at)
    return
  }
  const alignment = alignArrays(primary, shadow, at.looking)
  if (alignment.reordered) report('order', primary, shadow, at)
  for (const [i, j] of alignment.pairs) step(i, primary[i] as Json, shadow[j] as Json, at)
  for (const i of alignment.missing) {
    at.path.push(i)
    report('missing', primary[i], undefined, at)
    at.path.pop()
  }
  for (const j of alignment.extra) {
    at.path.push(j)
    report('extra', undefined, shadow[j], at)
    at.path.pop()
  }
}

function step(index: number, primary: Json, shadow: Json, at: Walk): void {
  if (primary === shadow) return
  at.path.push(index)
  walk(primary, shadow, at)
  at.path.pop()
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
  if (by === undefined && findings.differences.length >= MAX_DIFFERENCES) {
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

/** A member name as a JSON Pointer segment (RFC 6901 §3). */
export function escapePointer(name: string): string {
  return /[~/]/.test(name) ? name.replaceAll('~', '~0').replaceAll('/', '~1') : name
}
