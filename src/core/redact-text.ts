/**
 * Secrets in text of any form: JSON (also inside JSON strings), forms, multipart, URLs, `name: value`
 * lines, XML, and what is recognised by its own shape. Text is rewritten where it stands, never parsed and
 * written again, so that everything else keeps its bytes; a body cut short is no special case.
 */

import { isSecretName, isSecretParameter } from './secret-names.ts'
import type { Secrets } from './secrets.ts'

/** Without one of these there is nothing to find; checked first because most bodies have none. */
const SUSPICIOUS =
  /pass|pwd|secret|token|key|auth|credential|sess|sid|cookie|card|cvv|cvc|csc|pin|otp|mfa|ssn|jwt|bearer|csrf|xsrf|code|eyJ|AKIA|PRIVATE|@|sig|\\u00|\d{15}|\d{4}[ -]\d{4,6}[ -]\d/i

/** Nested JSON strings that are followed. */
const MAX_NESTING = 4

/** The text without its secrets; the same text when it has none. */
export function redactText(text: string, secrets: Secrets): string {
  return SUSPICIOUS.test(text) ? redactMembers(redactShapes(text, secrets), secrets, 0) : text
}

/** A URL or a form without its secrets: parameters by name, user info. */
export function redactUrl(url: string, secrets: Secrets): string {
  return redactParameters(redactUserInfo(url, secrets), secrets)
}

/** The fields of a form body (`a=1&b=2`). */
export function redactForm(text: string, secrets: Secrets): string {
  return redactText(
    text.replace(/(^|&)([^=&]*)=([^&]*)/g, (whole, before: string, name: string, value: string) =>
      isSecretParameter(decode(name))
        ? `${before}${name}=${replaceEncoded(value, secrets)}`
        : whole,
    ),
    secrets,
  )
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

/** What is a secret whatever its name: tokens, keys, URLs with user info or parameters, card numbers. */
function redactShapes(text: string, secrets: Secrets): string {
  let result = redactUrl(text, secrets)
  if (result.includes('eyJ')) {
    result = result.replace(/\beyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)*/g, (jwt) =>
      secrets.replace(jwt),
    )
  }
  if (result.includes('PRIVATE KEY')) {
    result = result.replace(
      /(-----BEGIN [A-Z ]*PRIVATE KEY-----)([\s\S]*?)(?=-----END|$)/g,
      (_whole, begin: string, key: string) => begin + secrets.replace(key),
    )
  }
  result = result.replace(/\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g, (key) => secrets.replace(key))
  return CARD_HINT.test(result) ? redactCards(result, secrets) : result
}

const CARD_HINT = /\d{15}|\d{4}[ -]\d{4,6}[ -]\d/
/** The numbers of the large card networks, in one piece or in their groups. */
const CARD =
  /(?<![\w.-])(?:(?:4\d{3}|5[1-5]\d\d|2[2-7]\d\d|6\d{3})([ -]?)\d{4}\1\d{4}\1\d{4}|3[47]\d\d([ -]?)\d{6}\2\d{5})(?![\w.-])/g

function redactCards(text: string, secrets: Secrets): string {
  return text.replace(CARD, (card: string, ...rest: unknown[]) => {
    if (!isLuhn(card)) return card
    const at = rest.find((part) => typeof part === 'number') ?? 0
    // A JSON number must become a string to stay JSON.
    const isNumber =
      /[:[,]\s{0,8}$/.test(text.slice(Math.max(0, at - 9), at)) &&
      /^\s{0,8}[,}\]]/.test(text.slice(at + card.length, at + card.length + 9))
    return isNumber ? `"${secrets.replace(card, 'number')}"` : secrets.replace(card)
  })
}

/** The check digit that every card number ends with. */
function isLuhn(card: string): boolean {
  const digits = Array.from(card.replace(/\D/g, ''), Number).reverse()
  const sum = digits.reduce((total, digit, index) => {
    const doubled = index % 2 === 0 ? digit : digit * 2
    return total + (doubled > 9 ? doubled - 9 : doubled)
  }, 0)
  return sum % 10 === 0
}

function redactUserInfo(text: string, secrets: Secrets): string {
  if (!text.includes('@')) return text
  return text.replace(
    /(\b[a-z][a-z0-9+.-]{0,20}:\\?\/\\?\/)([^\s/?#"'<>@\\]{1,1024})@/gi,
    (_whole, scheme: string, info: string) => {
      const colon = info.indexOf(':')
      if (colon >= 0) secrets.alsoKnownAs(decode(info.slice(colon + 1)))
      return `${scheme}${secrets.replace(info)}@`
    },
  )
}

function redactParameters(text: string, secrets: Secrets): string {
  if (!text.includes('=')) return text
  return text.replace(
    /([?&;#]|&amp;)([\w.%[\]-]{1,128})=([^&#;\s"'<>\\]+)/g,
    (whole, before: string, name: string, value: string) =>
      isSecretParameter(decode(name))
        ? `${before}${name}=${replaceEncoded(value, secrets)}`
        : whole,
  )
}

/** A percent-encoded value; its placeholder is that of the decoded one, as it may stand elsewhere. */
function replaceEncoded(value: string, secrets: Secrets): string {
  const decoded = decode(value.replaceAll('+', ' '))
  if (decoded !== value) secrets.alsoKnownAs(value)
  return secrets.replace(decoded)
}

function decode(text: string): string {
  if (!text.includes('%')) return text
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** A name, then what separates it from its value, in JSON, YAML, headers, assignments and XML. */
const MEMBER =
  /"((?:[^"\\]|\\.){1,128})"\s{0,64}:\s{0,64}|\b([a-z][\w.-]{1,63})(?:\s{0,4}=\s{0,4}|:[ \t]{1,8}|:(?=["']))|<([a-z][\w.:-]{1,63})>/gi
/** Header names that stand in texts with values of several words. */
const WHOLE_LINE = /(?:authorization|cookie)$/i

/** The values of members whose names say that they are secrets. */
function redactMembers(text: string, secrets: Secrets, nesting: number): string {
  let result = ''
  let copied = 0
  const pattern = new RegExp(MEMBER)
  for (let found = pattern.exec(text); found !== null; found = pattern.exec(text)) {
    const [, quoted, bare, tag] = found
    const start = pattern.lastIndex
    const name = quoted === undefined ? (bare ?? tag ?? '') : unescape(quoted)
    if (!isSecretName(name)) {
      // What follows a name may be a name itself: `a: password=b`.
      if (quoted === undefined) pattern.lastIndex = found.index + name.length
      continue
    }
    const end = quoted === undefined ? endOfBare(text, start, found[0]) : endOfJson(text, start)
    const value = text.slice(start, end)
    result += text.slice(copied, start)
    result += quoted === undefined ? replaceBare(value, secrets) : redactScalars(value, secrets)
    copied = end
    pattern.lastIndex = end
  }
  result += text.slice(copied)
  return nesting < MAX_NESTING ? redactNested(result, secrets, nesting) : result
}

/** JSON inside JSON strings: `"{\"password\":\"x\"}"`. */
function redactNested(text: string, secrets: Secrets, nesting: number): string {
  if (!text.includes('\\"') && !text.includes('\\u0022')) return text
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

function redactLiteral(literal: string, secrets: Secrets, nesting: number): string {
  if (!literal.includes('\\"') && !literal.includes('\\u0022')) return literal
  const inner = unescape(
    literal
      .slice(1, isClosed(literal) ? -1 : undefined)
      .replace(/\\(?:u(?!00[0-7])|[^])/gi, (escape) => (/^\\u$/i.test(escape) ? KEPT : escape)),
  )
  const redacted = redactMembers(inner, secrets, nesting + 1)
  if (redacted === inner) return literal
  const written = JSON.stringify(redacted).replaceAll(KEPT, '\\u')
  return isClosed(literal) ? written : written.slice(0, -1)
}

/** Stands for `\u` of characters beyond ASCII, which must stay escaped where characters are bytes. */
const KEPT = '\ue000'

/** Where a JSON value that begins here ends; a text cut short ends it too. */
function endOfJson(text: string, start: number): number {
  const first = text[start]
  if (first !== '{' && first !== '[') return endOfScalar(text, start)
  let depth = 0
  const structure = /["{}[\]]/g
  structure.lastIndex = start
  for (let found = structure.exec(text); found !== null; found = structure.exec(text)) {
    const [char] = found
    if (char === '"') structure.lastIndex = endOfString(text, found.index)
    else if (char === '{' || char === '[') depth++
    else if (--depth === 0) return structure.lastIndex
  }
  return text.length
}

function endOfScalar(text: string, start: number): number {
  if (text[start] === '"') return endOfString(text, start)
  return start + (matchAt(/[^\s,"[\]{}]*/y, text, start)?.length ?? 0)
}

/** Where the string that opens here ends, its closing quote included. */
function endOfString(text: string, start: number): number {
  for (let at = text.indexOf('"', start + 1); at >= 0; at = text.indexOf('"', at + 1)) {
    let backslashes = 0
    while (text[at - 1 - backslashes] === '\\') backslashes++
    if (backslashes % 2 === 0) return at + 1
  }
  return text.length
}

function endOfBare(text: string, start: number, before: string): number {
  const name = /[\w.-]+/.exec(before)?.[0] ?? ''
  let value = /"[^"\r\n]*"?|'[^'\r\n]*'?|(?:[^\s&;,<>"'{}[\]\\]|\\(?!["\\nrtu/]))*/y
  if (before.startsWith('<')) value = /[^<]*/y
  else if (WHOLE_LINE.test(name)) value = /(?:[^\r\n"\\]|\\(?!["\\nrtu/]))*/y
  return start + (matchAt(value, text, start)?.length ?? 0)
}

function matchAt(sticky: RegExp, text: string, start: number): string | undefined {
  sticky.lastIndex = start
  return sticky.exec(text)?.[0]
}

function replaceBare(value: string, secrets: Secrets): string {
  const quote = value.startsWith('"') || value.startsWith("'") ? value.charAt(0) : ''
  const closing = value.length > 1 && value.endsWith(quote) ? quote : ''
  const inner = value.slice(quote.length, value.length - closing.length)
  if (/^(?:true|false|null|none|nil|undefined)?$/i.test(inner.trim())) return value
  return quote + secrets.replace(inner) + closing
}

/** The JSON value with every string and number in it replaced; `true`, `false` and `null` tell nothing. */
export function redactScalars(value: string, secrets: Secrets): string {
  let result = ''
  let copied = 0
  const scalars = /"|-?\d[\d.eE+-]*/g
  for (let found = scalars.exec(value); found !== null; found = scalars.exec(value)) {
    const [start] = found
    const end = start === '"' ? endOfString(value, found.index) : scalars.lastIndex
    scalars.lastIndex = end
    const isName = start === '"' && matchAt(/\s{0,64}:/y, value, end) !== undefined
    if (isName) continue
    const scalar = value.slice(found.index, end)
    result += value.slice(copied, found.index)
    result +=
      start === '"' ? replaceLiteral(scalar, secrets) : `"${secrets.replace(scalar, 'number')}"`
    copied = end
  }
  return result + value.slice(copied)
}

function replaceLiteral(literal: string, secrets: Secrets): string {
  const inner = unescape(literal.slice(1, isClosed(literal) ? -1 : undefined))
  return `"${secrets.replace(inner)}${isClosed(literal) ? '"' : ''}`
}

/** Whether a string literal has its closing quote; a text cut short lacks it. */
function isClosed(literal: string): boolean {
  return literal.length > 1 && endOfString(literal, 0) === literal.length && literal.endsWith('"')
}

function unescape(inner: string): string {
  if (!inner.includes('\\')) return inner
  try {
    return JSON.parse(`"${inner}"`) as string
  } catch {
    return inner
  }
}
