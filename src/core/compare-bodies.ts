/**
 * The bodies of two answers: equal bytes are never looked into; JSON is walked, text compared by line, all
 * else by hash and length.
 */

import { createHash } from 'node:crypto'

import { RENAME_RULE } from './authority.ts'
import { CLOCK_RULE } from './clock.ts'
import type { Uncoded } from './content-coding.ts'
import {
  type DecodeBounds,
  type Decoded,
  type StructuredBody,
  decodeBody,
  decodeCodings,
} from './decode.ts'
import { type Excuses, diffJson } from './difference.ts'
import { ECHO_RULE, createEchoExcuse } from './echo.ts'
import { decodeText } from './decode-text.ts'
import type { ExchangeRules } from './exchange-rules.ts'
import type { CapturedBody, ObservedResponse } from './exchange.ts'
import { type Findings, addFinding, severityOf } from './findings.ts'
import { contentCodings } from './header-values.ts'
import { headerValue, headerValues } from './headers.ts'
import type { Json } from './json-value.ts'
import type { DifferenceKind, IncomparableReason } from './judgement.ts'
import { excuseValues } from './normalize.ts'
import { renderJson, renderString } from './render.ts'
import { compareText } from './text.ts'

/** Whether two bodies are known to be the same bytes, by their hashes where not all was kept. */
export function isSameBytes(primary: CapturedBody, shadow: CapturedBody): boolean {
  if (primary.length !== shadow.length) return false
  if (isWhole(primary) && isWhole(shadow)) return primary.bytes.equals(shadow.bytes)
  return hashOf(primary) === hashOf(shadow)
}

/**
 * Compares two bodies that are not the same bytes, adds what differs, and returns why they could not be
 * compared if they could not.
 */
export function compareBodies(
  primary: ObservedResponse,
  shadow: ObservedResponse,
  findings: Findings,
  bounds: DecodeBounds,
  context: ExchangeRules,
): IncomparableReason | undefined {
  const { active, clock, unsuffix } = context
  if (active.body?.ignoredBy !== undefined) {
    const bytes = ({ body }: ObservedResponse) => renderString(`${body.length} bytes`)
    addWhole(findings, 'value', bytes(primary), bytes(shadow), active.body.ignoredBy)
    return undefined
  }
  if (!isWhole(primary.body) || !isWhole(shadow.body)) {
    if (!isRawBinary(primary) || !isRawBinary(shadow)) return 'truncated'
    addWhole(findings, 'value', summaryOfBinary(primary.body), summaryOfBinary(shadow.body))
    return undefined
  }
  let left = decodeCodings(primary, bounds.maxBytes)
  let right = decodeCodings(shadow, bounds.maxBytes)
  if (isUncodedText(left, primary) && isUncodedText(right, shadow)) {
    left = { kind: 'bytes', bytes: primary.body.bytes }
    right = { kind: 'bytes', bytes: shadow.body.bytes }
  }
  if (left.kind !== 'bytes' || right.kind !== 'bytes') {
    return compareUndecoded(left, right, findings)
  }
  if (left.bytes.equals(right.bytes)) return undefined
  const a = decodeBody(left.bytes, primary.headers, bounds)
  const b = decodeBody(right.bytes, shadow.headers, bounds)
  if (isUnfathomable(a, b)) return 'undecodable'
  if (a.kind === 'structured' && b.kind === 'structured' && isComparable(a, b)) {
    compareStructured(a, b, findings, excusesFor(primary, shadow, context))
  } else if (a.kind === 'text' && b.kind === 'text') {
    const renamed = unsuffix?.(b.text) ?? b.text
    const by =
      renamed === a.text
        ? RENAME_RULE
        : clock?.(a.text, b.text) === true
          ? CLOCK_RULE
          : excuseValues(a.text, renamed, active.body?.leaf ?? [], context.allowance)
    addFinding(findings, compareText(a.text, b.text), by)
  } else {
    addWhole(findings, kindOf(a, b), summary(a, left.bytes), summary(b, right.bytes))
  }
  return undefined
}

/** Whether a body is no more coded than any text is, though a header says so. */
function isUncodedText({ kind }: Uncoded, { body, headers }: ObservedResponse): boolean {
  if (kind !== 'corrupt') return false
  return decodeText(body.bytes, headerValue(headers, 'content-type') ?? '') !== undefined
}

/**
 * Whether nothing can be said because of nesting. JSON that is too deep on one side alone is another value; of
 * markup, how it is written counts among the nodes.
 */
function isUnfathomable(a: Decoded, b: Decoded): boolean {
  if (a.kind === 'too-deep') return b.kind === 'too-deep' || !a.isJson
  return b.kind === 'too-deep' && !b.isJson
}

/** Whether a body, of which maybe not all was kept, is binary as it was sent: any other byte is another content. */
function isRawBinary({ headers, body }: ObservedResponse): boolean {
  if (contentCodings(headerValues(headers, 'content-encoding')).length > 0) return false
  const type = headerValue(headers, 'content-type') ?? ''
  // Without a NUL it may be text that was cut inside a character.
  return body.bytes.includes(0) && decodeText(body.bytes, type) === undefined
}

/** A stream of documents may hold one on one side and several on the other. */
function isComparable(a: StructuredBody, b: StructuredBody): boolean {
  return a.format === b.format || (isJson(a) && isJson(b))
}

function isJson({ format }: StructuredBody): boolean {
  return format === 'json' || format === 'json-lines'
}

function compareStructured(
  a: StructuredBody,
  b: StructuredBody,
  findings: Findings,
  excuses: Excuses & Pick<ExchangeRules, 'isEnabled'>,
): void {
  const before = findings.differencesTotal + findings.suppressedTotal
  if (a.format === b.format) diffJson(a.value, b.value, findings, excuses)
  else diffJson(documents(a), documents(b), findings, excuses)
  const found = findings.differencesTotal + findings.suppressedTotal > before
  if (a.hasMark !== b.hasMark) {
    const mark = ({ hasMark }: StructuredBody) => `${hasMark === true ? 'a' : 'no'} byte order mark`
    addWhole(findings, 'value', renderString(mark(a)), renderString(mark(b)))
  }
  if (found) return
  if (a.isCut !== b.isCut) {
    const end = ({ isCut }: StructuredBody) =>
      `the last event is ${isCut === true ? 'not ' : ''}ended`
    addWhole(findings, 'length', renderString(end(a)), renderString(end(b)))
  }
  if (a.text !== undefined && b.text !== undefined && a.text.trim() !== b.text.trim()) {
    // A version `1.10` in plain text is no number.
    addFinding(findings, compareText(a.text, b.text))
  }
  if (a.repeatedMembers === b.repeatedMembers) return
  const by = 'builtin:repeated-members'
  // Every parser reads the two alike; it is shown all the same.
  const count = (n: number) => renderString(`${n} repeated member${n === 1 ? '' : 's'}`)
  addWhole(
    findings,
    'length',
    count(a.repeatedMembers),
    count(b.repeatedMembers),
    excuses.isEnabled(by) ? by : undefined,
  )
}

function documents({ format, value }: StructuredBody): Json {
  return format === 'json' ? [value] : value
}

function excusesFor(
  primary: ObservedResponse,
  shadow: ObservedResponse,
  { active, allowance, anyOrderBy, clock, isEnabled, unsuffix }: ExchangeRules,
) {
  return {
    rules: active.body,
    allowance,
    anyOrderBy,
    clock,
    isEnabled,
    member: isEnabled(ECHO_RULE)
      ? createEchoExcuse(primary.sentHeaders, shadow.sentHeaders)
      : undefined,
    rename: unsuffix && { by: RENAME_RULE, canonical: unsuffix },
  }
}

function kindOf(a: Decoded, b: Decoded): DifferenceKind {
  if (b.kind === 'empty') return 'missing'
  if (a.kind === 'empty') return 'extra'
  return a.kind === 'binary' && b.kind === 'binary' ? 'value' : 'type'
}

function summary(decoded: Decoded, bytes: Buffer): string | undefined {
  switch (decoded.kind) {
    case 'empty':
      return undefined
    case 'structured':
      // Markup is known by how it is written, not by the value that it is compared as.
      return decoded.format === 'xml' || decoded.format === 'html'
        ? renderString(bytes.toString('utf8'))
        : renderJson(decoded.value)
    case 'text':
      return renderString(decoded.text)
    case 'binary':
      return summaryOfBinary({ bytes, length: bytes.length })
    case 'too-deep':
      return renderString(`${bytes.length} bytes, nested too deep to be looked into`)
  }
}

/** A body that only shadow's side cannot decode is shadow's fault; anything else leaves nothing to compare. */
function compareUndecoded(
  left: Uncoded,
  right: Uncoded,
  findings: Findings,
): IncomparableReason | undefined {
  if (left.kind === 'too-large' || right.kind === 'too-large') return 'too-large'
  if (left.kind !== 'bytes' || right.kind !== 'corrupt') return 'undecodable'
  addWhole(
    findings,
    'type',
    renderString(`${left.bytes.length} bytes decoded`),
    renderString(`not valid ${right.coding}`),
  )
  return undefined
}

/** Adds a difference of the body as a whole. */
export function addWhole(
  findings: Findings,
  kind: DifferenceKind,
  primary: string | undefined,
  shadow: string | undefined,
  by?: string,
): void {
  const difference = {
    kind,
    location: 'body:',
    pattern: 'body:',
    severity: severityOf(kind),
    ...(primary !== undefined && { primary }),
    ...(shadow !== undefined && { shadow }),
  }
  addFinding(findings, difference, by)
}

function isWhole(body: CapturedBody): boolean {
  return body.bytes.length === body.length
}

function hashOf(body: CapturedBody): string {
  return body.sha256 ?? sha256(body.bytes)
}

function summaryOfBinary(body: CapturedBody): string {
  return renderString(`${body.length} bytes, sha256 ${hashOf(body)}`)
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex')
}
