/**
 * Headers and trailers of two answers. Names are case-insensitive and their order does not count; lines of
 * one name keep theirs. What the catalogue lets pass is reported as suppressed, never dropped.
 */

import { type ClockExcuse, CLOCK_RULE, momentOf } from './clock.ts'
import { compareCookies } from './cookies.ts'
import { type Findings, addFinding } from './findings.ts'
import type { HeaderList } from './exchange.ts'
import { headerRule, isProtectedHeader } from './header-catalogue.ts'
import { isFresh, isWithin } from './header-dates.ts'
import {
  canonicalList,
  canonicalMediaType,
  canonicalSet,
  contentCodings,
  maskNonces,
} from './header-values.ts'
import { connectionOptions, headerValues, isHopByHop } from './headers.ts'
import type { Unsuffix } from './authority.ts'
import type { DifferenceKind, Severity } from './judgement.ts'
import { renderJson, renderString } from './render.ts'

/** What the comparison of headers needs to know beside them. */
export interface HeaderSurroundings {
  /** When the request came, epoch milliseconds. */
  readonly requestedAt: number
  /** Whether both bodies are known to be the same bytes. */
  readonly sameBytes: boolean
  readonly unsuffix?: Unsuffix | undefined
  /** Whether two values are told by the clock; asked for headers that the catalogue does not know. */
  readonly clock?: ClockExcuse | undefined
  /** What people said about these lines. */
  readonly rules: LineJudge
}

/** The last word on a line that differs. */
export interface LineJudge {
  /**
   * The rule that lets it: the builtin one when it is in force, else one of the people's; undefined when the
   * difference counts.
   */
  excuse(
    location: string,
    primary: readonly string[],
    shadow: readonly string[],
    builtin: string | undefined,
  ): string | undefined
}

/** Compares two header sections, or two trailer sections. */
export function compareHeaders(
  section: 'header' | 'trailer',
  primary: HeaderList,
  shadow: HeaderList,
  findings: Findings,
  surroundings: HeaderSurroundings,
): void {
  for (const name of differingNames(primary, shadow)) {
    const left = headerValues(primary, name)
    const right = headerValues(shadow, name)
    if (isSameLines(left, right)) continue
    compareLines(name, left, right)
  }

  function compareLines(name: string, left: readonly string[], right: readonly string[]): void {
    const { treatment, id } = headerRule(name)
    if (isHopByHop(name) || isConnectionOption(name)) {
      report(name, left, right, 'builtin:hop-by-hop')
    } else if (left.length === 0 || right.length === 0) {
      const isNothing = treatment === 'content-coding' && isSameMeaning(name, left, right)
      report(name, left, right, isNothing || isPresenceFree(treatment) ? id : undefined)
    } else if (treatment === 'cookie') {
      const { primaryNow, shadowNow } = moments()
      const canonical = surroundings.unsuffix
      compareCookies(left, right, findings, { ...surroundings, primaryNow, shadowNow, canonical })
    } else if (isSameMeaning(name, left, right)) {
      report(name, left, right, treatment === 'exact' ? 'builtin:list-order' : id)
    } else {
      const renamed = surroundings.unsuffix && right.map(surroundings.unsuffix)
      const isRenamed =
        renamed !== undefined && (isSameLines(left, renamed) || isSameMeaning(name, left, renamed))
      const isClock = treatment === 'exact' && isSameMoment(left, right)
      const by = isRenamed ? 'builtin:shadow-host' : isClock ? CLOCK_RULE : undefined
      report(name, left, right, by)
    }
  }

  function isConnectionOption(name: string): boolean {
    return connectionOptions(primary).has(name) || connectionOptions(shadow).has(name)
  }

  function isSameMeaning(name: string, left: readonly string[], right: readonly string[]): boolean {
    const a = left.join(', ')
    const b = right.join(', ')
    switch (headerRule(name).treatment) {
      case 'ignored':
      case 'masked':
      case 'framing':
        return true
      case 'derived':
        return !surroundings.sameBytes
      case 'set':
        return canonicalSet(left) === canonicalSet(right)
      case 'nonce':
        return maskNonces(a) === maskNonces(b)
      case 'media-type':
        return canonicalMediaType(a) === canonicalMediaType(b)
      case 'content-coding':
        return contentCodings(left).join() === contentCodings(right).join()
      case 'relative':
        return isRelativeDate(name, a, b)
      case 'retry':
        return isRelativeDate(name, a, b) || (/^\d+$/.test(a) && /^\d+$/.test(b))
      case 'exact':
      case 'cookie':
        // Lines of one name are one list (RFC 9110 §5.3).
        return left.length === right.length ? a === b : canonicalList(left) === canonicalList(right)
    }
  }

  function isSameMoment(left: readonly string[], right: readonly string[]): boolean {
    const [a = '', b = ''] = [left[0], right[0]]
    return left.length === 1 && right.length === 1 && surroundings.clock?.(a, b) === true
  }

  function isRelativeDate(name: string, a: string, b: string): boolean {
    const { primaryNow, shadowNow } = moments()
    const { requestedAt } = surroundings
    // An old Last-Modified is a fact about the content; a fresh one only says that it was made just now.
    if (name === 'last-modified' && !(isFresh(a, requestedAt) && isFresh(b, requestedAt))) {
      return false
    }
    return isWithin(a, b, primaryNow, shadowNow)
  }

  function moments(): { primaryNow: number; shadowNow: number } {
    const { requestedAt } = surroundings
    return {
      primaryNow: momentOf(primary, requestedAt),
      shadowNow: momentOf(shadow, requestedAt),
    }
  }

  function report(
    name: string,
    left: readonly string[],
    right: readonly string[],
    by: string | undefined,
  ): void {
    const kind = right.length === 0 ? 'missing' : left.length === 0 ? 'extra' : 'value'
    const location = `${section}:${name}`
    const difference = {
      kind,
      location,
      pattern: location,
      severity: severityOfHeader(section, name, kind),
      ...(left.length > 0 && { primary: renderLines(left) }),
      ...(right.length > 0 && { shadow: renderLines(right) }),
    } as const
    addFinding(findings, difference, surroundings.rules.excuse(location, left, right, by))
  }
}

/** Whether it says nothing when only one answer has such a header. */
function isPresenceFree(treatment: string): boolean {
  return treatment === 'ignored' || treatment === 'framing'
}

function severityOfHeader(
  section: 'header' | 'trailer',
  name: string,
  kind: DifferenceKind,
): Severity {
  if (kind === 'extra') return 'added'
  const isLost = kind === 'missing' && (section === 'trailer' || isProtectedHeader(name))
  return isLost ? 'breaking' : 'changed'
}

/** Names whose lines may differ; when both sides list the same names in order, only those are looked at. */
function differingNames(primary: HeaderList, shadow: HeaderList): Iterable<string> {
  const names = new Set<string>()
  let isParallel = primary.length === shadow.length
  for (let i = 0; isParallel && i + 1 < primary.length; i += 2) {
    const name = primary[i] ?? ''
    if (name !== shadow[i] && name.toLowerCase() !== shadow[i]?.toLowerCase()) isParallel = false
    else if (primary[i + 1] !== shadow[i + 1]) names.add(name.toLowerCase())
  }
  if (isParallel) return names
  for (const headers of [primary, shadow]) {
    for (let i = 0; i + 1 < headers.length; i += 2) names.add((headers[i] ?? '').toLowerCase())
  }
  return names
}

function isSameLines(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && left.every((value, i) => value === right[i])
}

function renderLines(values: readonly string[]): string {
  return values.length === 1 ? renderString(values[0] ?? '') : renderJson(values)
}
