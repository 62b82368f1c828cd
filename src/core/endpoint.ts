/**
 * The grouping key of exchanges: method and path template. What identifies one thing among many (ids,
 * UUIDs, hashes, dates) becomes a template at first sight; words are left alone, however many there are.
 */

/** Longer endpoints are cut here: they are labels for people and keys of an index. */
const MAX_LENGTH = 512

const ABSOLUTE_FORM = /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i
const EXTENSION = /^(.+)(\.[a-z][a-z0-9]{0,4})$/i

const INTEGER = /^-?\d+$/
const UUID = /^\{?[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\}?$/i
const ULID = /^[0-7][0-9a-hjkmnp-tv-z]{25}$/i
const DATE = /^[12]\d{3}-[01]\d(-[0-3]\d([t ]|%20|$).*)?$/i
/** Object ids, MD5 and its longer kin; sixteen digits, because shorter ones are words often enough. */
const HEX = /^(0x)?[0-9a-f]{16,}$/i
/** `order-1234`, `INV_00071`: the word is kept, the number is not. */
const WORD_AND_NUMBER = /^([a-z]{1,16}[_-])\d{3,}$/i
/** `cus_9s6XKzkNRiz8i3`: a short type and a random rest. */
const TYPED_ID = /^([a-z]{1,8}(?:_[a-z]{1,8})?_)[0-9a-z]{10,}$/i
const TOKEN = /^[0-9a-z_-]{20,}=*$/i

/**
 * `GET /users/{id}` of a request line, whatever the target looks like; the query does not take part. The
 * name of an operation, if any, follows: `POST /graphql GetCart`.
 */
export function endpointOf(method: string, target: string, operation = ''): string {
  const path = pathOf(target)
  const line = `${method} ${path === '*' ? path : templatePath(path)}`
  const endpoint = operation === '' ? line : `${line} ${operation}`
  return endpoint.length <= MAX_LENGTH ? endpoint : `${endpoint.slice(0, MAX_LENGTH - 1)}…`
}

/** The path of a request target, exactly as it was sent: no query, no fragment, no authority. */
export function pathOf(target: string): string {
  const authority = target.startsWith('/') ? undefined : ABSOLUTE_FORM.exec(target)?.[0]
  const path = authority === undefined ? target : target.slice(authority.length)
  const end = path.search(/[?#]/)
  return (end === -1 ? path : path.slice(0, end)) || '/'
}

function templatePath(path: string): string {
  // The rest of an endless path could not be shown anyway.
  const segments = path.slice(0, MAX_LENGTH * 8).split('/')
  return segments
    .map((segment) =>
      segment.length < 2 && !isDigit(segment) ? segment : templateSegment(segment),
    )
    .join('/')
}

function templateSegment(raw: string): string {
  const parameters = raw.indexOf(';')
  const segment = parameters === -1 ? raw : raw.slice(0, parameters)
  const whole = template(segment)
  if (whole !== undefined) return whole
  const [, stem, extension] = EXTENSION.exec(segment) ?? []
  if (stem === undefined || extension === undefined) return segment
  const templated = template(stem)
  return templated === undefined ? segment : templated + extension
}

function template(segment: string): string | undefined {
  if (INTEGER.test(segment)) return '{id}'
  if (segment.length < 5) return undefined
  if (UUID.test(segment)) return '{uuid}'
  if (DATE.test(segment)) return '{date}'
  if (HEX.test(segment)) return /\d/.test(segment) ? '{hash}' : undefined
  if (ULID.test(segment)) return '{id}'
  const prefix = WORD_AND_NUMBER.exec(segment)?.[1]
  if (prefix !== undefined) return `${prefix}{id}`
  const type = TYPED_ID.exec(segment)?.[1]
  if (type !== undefined && /\d.*\d/.test(segment.slice(type.length))) return `${type}{id}`
  return TOKEN.test(segment) && looksRandom(segment) ? '{hash}' : undefined
}

/** Words have no digits in the middle of changing case; base64 of random bytes nearly always has. */
function looksRandom(token: string): boolean {
  return /\d/.test(token) && /[a-z]/.test(token) && /[A-Z]/.test(token)
}

function isDigit(text: string): boolean {
  return text.length === 1 && text >= '0' && text <= '9'
}
