/**
 * Secrets in text of any form: JSON (also inside JSON strings), forms, multipart, URLs, `name: value`
 * lines, XML, and what is recognised by its own shape. Text is rewritten where it stands, never parsed and
 * written again, so that everything else keeps its bytes; a body cut short is no special case.
 *
 * Every body passes here, and most have no secrets: one walk looks for parts of secret names, and only
 * where one stands it is looked at what surrounds it.
 */

import { changeEncoded } from './redact-encoded.ts'
import { endOfJson, endOfString, isClosed, redactScalars, unescapeString } from './redact-json.ts'
import { findElement, findNamedValue, type FoundSecret as Found } from './redact-markup.ts'
import { redactShapes } from './secret-shapes.ts'
import { isSecretName, isSecretParameter } from './secret-names.ts'
import type { Secrets } from './secrets.ts'

/** Each secret name has one of these in it. Lower case, because ignoring case costs five times as much. */
const PART =
  /p(?:ass|wd|in|an)|s(?:ecret|ess|id|sn|ig|as|rf|ocial)|t(?:oken)|key|auth|c(?:redential|ookie|ard|vv|vc|sc|ode|cnum)|otp|mfa|jwt|bearer|iban|hmac|dpop|assertion|nonce|refresh/g

/** Names and what separates them from their values are no longer than this. */
const MAX_NAME = 64
const MAX_GAP = 8
/** Nested JSON strings that are followed. */
const MAX_NESTING = 4

/** The text without its secrets; the same text when it has none. */
export function redactText(text: string, secrets: Secrets): string {
  const redact = (part: string) => redactMembers(redactShapes(part, secrets), secrets, 0)
  return changeEncoded(redact(text), redact)
}

/** The fields of a form body (`a=1&b=2`). */
export function redactForm(text: string, secrets: Secrets): string {
  const fields = text.replace(
    /(^|&)([^=&]*)=([^&]*)/g,
    (whole, before: string, name: string, value: string) =>
      isSecretParameter(decode(name))
        ? `${before}${name}=${replaceEncoded(value, secrets)}`
        : whole,
  )
  return redactText(fields, secrets)
}

/** The parts of a multipart body: those whose name says so are replaced, the others are texts of their own. */
export function redactMultipart(text: string, boundary: string, secrets: Secrets): string {
  const delimiter = `--${boundary}`
  return text
    .split(delimiter)
    .map((part) => {
      const end = /\r?\n\r?\n/.exec(part)
      if (end === null) return part
      const head = part.slice(0, end.index + end[0].length)
      const content = part.slice(head.length)
      const trailing = /\r?\n$/.exec(content)?.[0] ?? ''
      const value = content.slice(0, content.length - trailing.length)
      const name = /;\s*name="?([^";\r\n]*)"?/i.exec(head)?.[1] ?? ''
      const redacted = isSecretParameter(name) ? secrets.replace(value) : redactText(value, secrets)
      return head + redacted + trailing
    })
    .join(delimiter)
}

/** The values of members whose names say that they are secrets. */
function redactMembers(text: string, secrets: Secrets, nesting: number): string {
  const lower = lowerCase(text)
  let result = ''
  let copied = 0
  let isNested = false
  PART.lastIndex = 0
  for (let hit = PART.exec(lower); hit !== null; hit = PART.exec(lower)) {
    const end = PART.lastIndex
    const found = findMember(text, hit.index, end, secrets)
    if (found === 'nested') isNested = true
    else if (found !== undefined && found.start >= copied) {
      result += text.slice(copied, found.start) + found.replacement
      copied = found.end
    }
    PART.lastIndex = Math.max(end, copied)
  }
  result = copied === 0 ? text : result + text.slice(copied)
  return isNested && nesting < MAX_NESTING ? redactNested(result, secrets, nesting) : result
}

/** The member whose name has the part at `from` to `to` in it; `nested` when it stands in JSON inside a JSON string. */
function findMember(
  text: string,
  from: number,
  to: number,
  secrets: Secrets,
): Found | 'nested' | undefined {
  let end = to
  while (end - to < MAX_NAME && isNameCode(text.charCodeAt(end))) end++
  let start = from
  while (from - start < MAX_NAME && start > 0 && isNameCode(text.charCodeAt(start - 1))) start--
  const before = text[start - 1]
  const after = text[end]
  if (matchAt(ESCAPED_QUOTE, text, end) !== undefined) return 'nested'
  if (before === '<' || before === ':') {
    const element = findElement(text, start, end, secrets)
    if (element !== undefined) return element
  }
  if (after === '"' || after === ' ') {
    return (
      findQuoted(text, from, end, secrets) ??
      findPair(text, start, end, secrets) ??
      findTold(text, start, end, secrets) ??
      findNamedValue(text, start, end, secrets)
    )
  }
  if (after === '\\') return undefined
  if (after === '=' && '?&;#'.includes(text.charAt(start - 1))) {
    return findParameter(text, start, end, secrets)
  }
  if (after === '<' || after === "'") return findNamedValue(text, start, end, secrets)
  return findAssigned(text, start, end, secrets)
}

/** What ends a name, or begins a value, that stands in a JSON string. */
const ESCAPED_QUOTE = /[ \t]{0,4}[:=]?[ \t]{0,4}\\+"/y

/** `"name": value`; the name may have spaces. */
function findQuoted(text: string, from: number, to: number, secrets: Secrets): Found | undefined {
  let end = to
  while (end - to < MAX_NAME && text[end] !== '"') end++
  let colon = end + 1
  while (colon - end < MAX_GAP && isSpace(text.charCodeAt(colon))) colon++
  if (text[end] !== '"' || text[colon] !== ':') return findAssigned(text, from, to, secrets)
  let start = from
  while (from - start < MAX_NAME && start > 0 && text[start - 1] !== '"') start--
  if (text[start - 1] !== '"' || !isSecretName(text.slice(start, end))) return undefined
  let value = colon + 1
  while (value - colon < MAX_NAME && isSpace(text.charCodeAt(value))) value++
  const valueEnd = endOfJson(text, value)
  return {
    start: value,
    end: valueEnd,
    replacement: redactScalars(text.slice(value, valueEnd), secrets),
  }
}

/** `"name": "DB_PASSWORD", "value": "…"`, as lists of variables and fields have it. */
function findPair(text: string, start: number, end: number, secrets: Secrets): Found | undefined {
  if (!/"(?:name|key|id)"\s{0,8}:\s{0,8}"$/i.test(text.slice(Math.max(0, start - 26), start))) {
    return undefined
  }
  const to = matchAt(/"\s{0,64},\s{0,64}"value"\s{0,8}:\s{0,8}/iy, text, end)
  if (to === undefined || !isSecretName(text.slice(start, end))) return undefined
  const value = end + to.length
  const valueEnd = endOfJson(text, value)
  const replacement = redactScalars(text.slice(value, valueEnd), secrets)
  return { start: value, end: valueEnd, replacement }
}

/** `?name=value` in a URL, wherever that stands. */
function findParameter(text: string, start: number, end: number, secrets: Secrets) {
  if (!isSecretParameter(decode(text.slice(start, end)))) return undefined
  const valueEnd = end + 1 + (matchAt(/[^&#;\s"'<>\\]*/y, text, end + 1)?.length ?? 0)
  const value = text.slice(end + 1, valueEnd)
  return { start: end + 1, end: valueEnd, replacement: replaceEncoded(value, secrets) }
}

/** `wrong password "hunter2"`, as messages tell it. */
function findTold(text: string, start: number, end: number, secrets: Secrets): Found | undefined {
  const value = matchAt(/ (?:"[^"\s]{4,}"|'[^'\s]{4,}')/y, text, end)
  if (value === undefined || !/pass|secret/i.test(text.slice(start, end))) return undefined
  const [from, to] = [end + 2, end + value.length - 1]
  return { start: from, end: to, replacement: secrets.replace(text.slice(from, to)) }
}

/** Header names that stand in texts with values of several words. */
const WHOLE_LINE = /(?:authorization|cookie)$/i

/** `name = value`, `name: value`. */
function findAssigned(text: string, start: number, end: number, secrets: Secrets) {
  const separator = matchAt(/[ \t]{0,4}=[ \t]{0,4}|:[ \t]{1,8}|:(?=["'])/y, text, end)
  if (separator === undefined) return undefined
  let first = start
  while (start - first < MAX_NAME && first > 0 && isNameCode(text.charCodeAt(first - 1))) first--
  const name = text.slice(first, end)
  if (!isSecretName(name)) return undefined
  const value = WHOLE_LINE.test(name)
    ? /(?:[^\r\n"\\]|\\(?!["\\nrtu/]))*/y
    : /"[^"\r\n]*"?|'[^'\r\n]*'?|(?:[^\s&;,<>"'{}[\]\\]|\\(?!["\\nrtu/]))*/y
  return bareValue(text, end + separator.length, value, secrets)
}

function bareValue(text: string, start: number, pattern: RegExp, secrets: Secrets): Found {
  const value = matchAt(pattern, text, start) ?? ''
  return { start, end: start + value.length, replacement: replaceBare(value, secrets) }
}

function replaceBare(value: string, secrets: Secrets): string {
  const quote = value.startsWith('"') || value.startsWith("'") ? value.charAt(0) : ''
  const closing = value.length > 1 && value.endsWith(quote) ? quote : ''
  const inner = value.slice(quote.length, value.length - closing.length)
  if (/^(?:true|false|null|none|nil|undefined)?$/i.test(inner.trim())) return value
  return quote + secrets.replace(inner) + closing
}

/** A percent-encoded value; its placeholder is that of the decoded one, as it may stand elsewhere. */
function replaceEncoded(value: string, secrets: Secrets): string {
  const decoded = decode(value.replaceAll('+', ' '))
  if (decoded !== value) secrets.alsoKnownAs(value)
  return secrets.replace(decoded)
}

/** JSON inside JSON strings: `"{\"password\":\"x\"}"`. */
function redactNested(text: string, secrets: Secrets, nesting: number): string {
  let result = ''
  let copied = 0
  for (let at = text.indexOf('"'); at >= 0; at = text.indexOf('"', copied)) {
    const end = endOfString(text, at)
    const literal = text.slice(at, end)
    result += text.slice(copied, at) + redactLiteral(literal, secrets, nesting)
    copied = end
  }
  return result + text.slice(copied)
}

/** Stands for `\u` of characters beyond ASCII, which must stay escaped where characters are bytes. */
const KEPT = '\ue000'

function redactLiteral(literal: string, secrets: Secrets, nesting: number): string {
  if (!literal.includes('\\"')) return literal
  const closed = isClosed(literal)
  const inner = unescapeString(
    literal
      .slice(1, closed ? -1 : undefined)
      .replace(/\\(?:u(?!00[0-7])|[^])/gi, (escape) => (/^\\u$/i.test(escape) ? KEPT : escape)),
  )
  const redacted = redactMembers(inner, secrets, nesting + 1)
  if (redacted === inner) return literal
  const written = JSON.stringify(redacted).replaceAll(KEPT, '\\u')
  return closed ? written : written.slice(0, -1)
}

function matchAt(sticky: RegExp, text: string, start: number): string | undefined {
  sticky.lastIndex = start
  return sticky.exec(text)?.[0]
}

/** The text in lower case with every character at its place, which full case mapping does not promise. */
function lowerCase(text: string): string {
  const lower = text.toLowerCase()
  if (lower.length === text.length) return lower
  return text.replace(/[A-Z]+/g, (capitals) => capitals.toLowerCase())
}

/** Letters, digits, `_ - . % [ ]`. */
function isNameCode(code: number): boolean {
  return (
    (code >= 0x61 && code <= 0x7a) ||
    (code >= 0x41 && code <= 0x5b) ||
    (code >= 0x30 && code <= 0x39) ||
    code === 0x5f ||
    code === 0x2d ||
    code === 0x2e ||
    code === 0x5d ||
    code === 0x25
  )
}

function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09
}

function decode(text: string): string {
  if (!text.includes('%')) return text
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
