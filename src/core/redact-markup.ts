/**
 * Secrets in XML and HTML, replaced where they stand: all text and all attribute values of an element whose name
 * says that it holds one, and the value beside a name that says so (`<input name="password" value="…">`,
 * `<name>password</name><value>…</value>`). A document cut short is no special case.
 */

import { isSecretName } from './secret-names.ts'
import type { Secrets } from './secrets.ts'

/** Where a secret is, and what to write instead. */
export interface FoundSecret {
  readonly start: number
  readonly end: number
  readonly replacement: string
}

/** Tags are no longer than this. */
const MAX_TAG = 4_096
/** An element that does not end within this is taken to end with its first text. */
const MAX_CONTENT = 16_384
const MAX_PREFIX = 64

/** The secret of an element whose name stands from `start` to `end` without its prefix; undefined when it is none. */
export function findElement(
  text: string,
  start: number,
  end: number,
  secrets: Secrets,
): FoundSecret | undefined {
  const open = tagStart(text, start)
  if (open === undefined || !isSecretName(text.slice(start, end))) return undefined
  const tagEnd = endOfTag(text, end)
  if (tagEnd === undefined) {
    const cut = endOfCut(text, end)
    return cut === undefined
      ? undefined
      : { start: end, end: cut, replacement: redactTag(text.slice(end, cut), secrets) }
  }
  const contentEnd =
    text[tagEnd - 2] === '/'
      ? tagEnd
      : endOfContent(text, text.slice(open + 1, end), tagEnd, secrets)
  const replacement =
    redactTag(text.slice(end, tagEnd), secrets) +
    redactMarkup(text.slice(tagEnd, contentEnd), secrets)
  return { start: end, end: contentEnd, replacement }
}

/** The value beside a name that says what it is; undefined when `start` to `end` is no such name. */
export function findNamedValue(
  text: string,
  start: number,
  end: number,
  secrets: Secrets,
): FoundSecret | undefined {
  const before = text.charAt(start - 1)
  if (before === '>') return findSibling(text, start, end, secrets)
  if ((before !== '"' && before !== "'") || text[end] !== before) return undefined
  const attribute = /(?:^|[\s"'])(?:name|id|key|property)\s{0,4}=\s{0,4}$/i
  if (!attribute.test(text.slice(Math.max(0, start - 24), start - 1))) return undefined
  if (!isSecretName(text.slice(start, end)) || !secrets.mayLook()) return undefined
  const from = Math.max(0, start - MAX_TAG)
  const open = text.slice(from, start).lastIndexOf('<')
  const tagEnd = endOfTag(text, end + 1) ?? endOfCut(text, end)
  if (open < 0 || tagEnd === undefined) return undefined
  const tag = text.slice(from + open, tagEnd)
  const value = /\s(?:value|content)\s{0,4}=\s{0,4}("[^"]*|'[^']*|[^\s"'<>]+)/i.exec(tag)
  const quoted = value?.[1]
  if (value === null || quoted === undefined) return undefined
  const secret = quoted.replace(/^["']/, '')
  const valueEnd = from + open + value.index + value[0].length
  return {
    start: valueEnd - secret.length,
    end: valueEnd,
    replacement: replaceText(secret, secrets),
  }
}

/** Markup with all of its text and all attribute values replaced. */
export function redactMarkup(markup: string, secrets: Secrets): string {
  return markup.replace(
    /<!\[CDATA\[([^]*?)(\]\]>|$)|<!--[^]*?(?:-->|$)|<[^<>]*>?|[^<]+/g,
    (part: string, literal: string | undefined, closing: string | undefined) => {
      if (literal !== undefined) {
        return `<![CDATA[${replaceText(literal, secrets, false)}${closing ?? ''}`
      }
      return part.startsWith('<') ? redactTag(part, secrets) : replaceText(part, secrets)
    },
  )
}

/** A tag, or what is there of one, with the values of these attributes replaced; without a choice, of all but namespaces. */
export function redactTag(
  tag: string,
  secrets: Secrets,
  isSecret: (name: string) => boolean = (name) => !/^xmlns(?::|$)/i.test(name),
): string {
  return tag.replace(
    /([^\s=<>"'/\\]+)(\s*=\s*)(\\"[^"\\]*\\"|"[^"]*(?:"|$)|'[^']*(?:'|$)|[^\s<>"'\\]+)/g,
    (whole: string, name: string, equals: string, value: string) => {
      if (!isSecret(name)) return whole
      const quote = /^\\?["']/.exec(value)?.[0] ?? ''
      const isClosed = value.length > quote.length && value.endsWith(quote)
      const inner = value.slice(quote.length, isClosed ? value.length - quote.length : undefined)
      return `${name}${equals}${quote}${replaceText(inner, secrets)}${isClosed ? quote : ''}`
    },
  )
}

/** Where the tag ends in which `at` is, behind its `>`; undefined when that is nowhere near. */
function endOfTag(text: string, at: number): number | undefined {
  const limit = Math.min(text.length, at + MAX_TAG)
  let quote = ''
  for (let end = at; end < limit; end++) {
    const char = text.charAt(end)
    if (quote !== '') {
      if (char === quote) quote = ''
    } else if (char === '"' || char === "'") {
      quote = char
    } else if (char === '>') {
      return end + 1
    } else if (char === '<') {
      return undefined
    }
  }
  return undefined
}

/** Where the text ends if that is within the tag in which `at` is. */
function endOfCut(text: string, at: number): number | undefined {
  const rest = text.slice(at, at + MAX_TAG + 1)
  return rest.length > MAX_TAG || /[<>]/.test(rest) ? undefined : text.length
}

/** Where the tag begins whose name, maybe behind a prefix, begins at `start`. */
function tagStart(text: string, start: number): number | undefined {
  let at = start - 1
  if (text[at] === ':') {
    at--
    while (start - at < MAX_PREFIX && /[\w.-]/.test(text.charAt(at))) at--
  }
  return text[at] === '<' ? at : undefined
}

/** Where the content of the element ends whose start tag ends at `from`. */
function endOfContent(text: string, name: string, from: number, secrets: Secrets): number {
  const near = text.slice(from, from + MAX_CONTENT)
  const mayLook = secrets.mayLook()
  const close = mayLook ? near.indexOf(`</${name}`) : -1
  if (close >= 0) return from + close
  // What is cut short may lack the end of every element that was open.
  const isCut = mayLook && near.length < MAX_CONTENT && /^\s*<(?!!doctype html|html)/i.test(text)
  if (isCut) return text.length
  const literal = /^\s*<!\[CDATA\[[^]*?(?:\]\]>|$)/.exec(near)?.[0]
  const next = near.indexOf('<', literal?.length ?? 0)
  return next < 0 ? text.length : from + next
}

/** `<name>password</name><value>…</value>`, as XML-RPC, property lists and settings have it. */
function findSibling(
  text: string,
  start: number,
  end: number,
  secrets: Secrets,
): FoundSecret | undefined {
  const near = text.slice(end, end + MAX_TAG)
  const next = /^<\/(?:[\w.-]+:)?(?:name|key)\s*>\s*<([\w:.-]+)(?:\s[^<>]*)?>/i.exec(near)
  const name = next?.[1]
  if (next === null || name === undefined || next[0].endsWith('/>')) return undefined
  if (!isSecretName(text.slice(start, end))) return undefined
  const from = end + next[0].length
  const to = endOfContent(text, name, from, secrets)
  return { start: from, end: to, replacement: redactMarkup(text.slice(from, to), secrets) }
}

/** A text without its blanks at both ends replaced; nothing and words that tell nothing stay. */
function replaceText(text: string, secrets: Secrets, hasEntities = true): string {
  const [, before = '', inner = '', after = ''] = /^(\s*)([^]*?)(\s*)$/.exec(text) ?? []
  if (/^(?:true|false|null|none|nil|undefined)?$/i.test(inner)) return text
  const decoded = hasEntities ? decodeEntities(inner) : inner
  if (decoded !== inner) secrets.alsoKnownAs(inner)
  return before + secrets.replace(decoded) + after
}

const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
}

/** The placeholder is that of the true value, as it may stand elsewhere. */
function decodeEntities(text: string): string {
  if (!text.includes('&')) return text
  return text.replace(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|(\w{2,4}));/gi, (whole, ...found) => {
    const [decimal, hex, name] = found as (string | undefined)[]
    if (name !== undefined) return ENTITIES[name] ?? whole
    const code = decimal === undefined ? parseInt(hex ?? '', 16) : Number(decimal)
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole
  })
}
