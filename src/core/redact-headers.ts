/** Secrets in header lists: credentials, cookies, keys, and URLs that carry them. Names and attributes stay. */

import type { HeaderList } from './exchange.ts'
import { redactText } from './redact-text.ts'
import { isSecretHeader } from './secret-names.ts'
import type { Secrets } from './secrets.ts'

type HeaderKind = 'plain' | 'credentials' | 'cookie' | 'set-cookie' | 'secret'

/** Tells which headers hold secrets. */
export type HeaderKinds = (name: string) => HeaderKind

/** Names seen are remembered, because every exchange repeats them; the memory is bounded. */
const MAX_REMEMBERED = 2000

/** The kinds of headers, with those that the configuration names besides the usual ones. */
export function createHeaderKinds(named: readonly string[]): HeaderKinds {
  const extra = new Set(named.map((name) => name.toLowerCase()))
  const remembered = new Map<string, HeaderKind>()
  return (name) => {
    const known = remembered.get(name)
    if (known !== undefined) return known
    const kind = kindOf(name.toLowerCase(), extra)
    if (remembered.size >= MAX_REMEMBERED) remembered.clear()
    remembered.set(name, kind)
    return kind
  }
}

/** A list that was changed already, before and after: what others repeat of it need not be looked at again. */
export interface ChangedList {
  readonly before: HeaderList
  readonly after: HeaderList
}

/** The list with its values changed; the same list when no value is. `like` has most of its lines in their places. */
export function mapHeaders(
  headers: HeaderList,
  change: (value: string, name: string) => string,
  like?: ChangedList,
): HeaderList {
  let result: string[] | undefined
  for (let i = 0; i + 1 < headers.length; i += 2) {
    const name = headers[i] ?? ''
    const value = headers[i + 1] ?? ''
    const isKnown = like?.before[i + 1] === value && like.before[i] === name
    const changed = isKnown ? (like.after[i + 1] ?? '') : change(value, name)
    if (changed === value) continue
    result ??= [...headers]
    result[i + 1] = changed
  }
  return result ?? headers
}

/** The list without its secrets; the same list when it has none. */
export function redactHeaders(
  headers: HeaderList,
  kindOfName: HeaderKinds,
  secrets: Secrets,
  like?: ChangedList,
): HeaderList {
  return mapHeaders(
    headers,
    (value, name) => {
      const kind = kindOfName(name)
      if (kind === 'plain' && cleanValues.has(value)) return value
      const redacted = redactHeader(kind, value, secrets)
      if (kind === 'plain' && redacted === value) rememberClean(value)
      return redacted
    },
    like,
  )
}

/** Values in which nothing was found: most lines of a list are those of the list before. */
const cleanValues = new Set<string>()
const MAX_CLEAN_VALUES = 10_000
const MAX_CLEAN_LENGTH = 512

function rememberClean(value: string): void {
  if (value.length > MAX_CLEAN_LENGTH) return
  if (cleanValues.size >= MAX_CLEAN_VALUES) cleanValues.clear()
  cleanValues.add(value)
}

/** The value of one header of this kind without its secrets. */
export function redactHeader(kind: HeaderKind, value: string, secrets: Secrets): string {
  switch (kind) {
    case 'plain':
      return redactText(value, secrets)
    case 'secret':
      return secrets.replace(value)
    case 'credentials':
      return redactCredentials(value, secrets)
    case 'cookie':
      return value.replace(
        /([^=;\s]+)=([^;]*)/g,
        (_whole, name: string, content: string) => `${name}=${redactCookie(content, secrets)}`,
      )
    case 'set-cookie':
      return value.replace(
        /^([^=;]*)=([^;]*)/,
        (_whole, name: string, content: string) => `${name}=${redactCookie(content, secrets)}`,
      )
  }
}

function kindOf(name: string, extra: ReadonlySet<string>): HeaderKind {
  if (name === 'authorization' || name === 'proxy-authorization') return 'credentials'
  if (name === 'cookie' || name === 'cookie2') return 'cookie'
  if (name === 'set-cookie' || name === 'set-cookie2') return 'set-cookie'
  return extra.has(name) || isSecretHeader(name) ? 'secret' : 'plain'
}

/** `Bearer …`: the scheme stays. */
function redactCredentials(value: string, secrets: Secrets): string {
  const [whole, scheme = '', credentials = ''] =
    /^([!#$%&'*+.^_`|~\w-]+ +)?(.*)$/s.exec(value) ?? []
  if (whole === undefined) return secrets.replace(value)
  if (/^basic /i.test(scheme)) {
    // A service that echoes the user shows the decoded form.
    const decoded = Buffer.from(credentials, 'base64').toString('latin1')
    const colon = decoded.indexOf(':')
    if (colon >= 0) secrets.alsoKnownAs(decoded.slice(colon + 1))
  }
  return scheme + secrets.replace(credentials)
}

function redactCookie(content: string, secrets: Secrets): string {
  const trimmed = content.trim()
  return content.replace(trimmed, () => secrets.replaceQuietly(trimmed))
}
