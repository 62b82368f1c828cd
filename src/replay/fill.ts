/**
 * Puts values where a recording has placeholders: secrets are never stored, so whoever replays gives those
 * that the new version needs.
 */

import type { HeaderList } from '../core/exchange.ts'
import { AppError } from '../core/errors.ts'
import { headerValue } from '../core/headers.ts'
import { holdsPlaceholder, isPlaceholder } from '../core/placeholder-form.ts'
import type { RecordedRequest } from './recorded-request.ts'

/** What is put where: `header:authorization`, `cookie:sid`, `query:token`, `body:/user/password` (form: `body:/field`). */
export type Fillings = ReadonlyMap<string, string>

/** A request with its values filled in. */
export interface Filled {
  readonly target: string
  readonly headers: HeaderList
  readonly body: Buffer
  /** Places that still hold placeholders. */
  readonly unfilled: readonly string[]
}

const PLACE = /^(?:header:[!#$%&'*+.^_`|~\w-]+|cookie:[^\s=;]+|query:.+|body:\/.*)$/

/**
 * Reads `PLACE=VALUE` pairs; `${NAME}` in a value is taken from the environment, so that no secret stands in
 * a command line. Throws `invalid` for anything else.
 */
export function readFillings(
  pairs: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Fillings {
  const fillings = new Map<string, string>()
  for (const pair of pairs) {
    const equals = pair.indexOf('=')
    const place = equals < 0 ? pair : pair.slice(0, equals)
    if (equals < 0 || !PLACE.test(place)) {
      throw new AppError(
        'invalid',
        `--set ${place}: expected PLACE=VALUE with a place such as header:authorization, cookie:sid, query:token or body:/user/password`,
      )
    }
    const value = pair.slice(equals + 1).replaceAll(/\$\{(\w+)\}/g, (_, name: string) => {
      const found = env[name]
      if (found === undefined) {
        throw new AppError('invalid', `--set ${place}: the environment has no ${name}`)
      }
      return found
    })
    fillings.set(place.startsWith('header:') ? place.toLowerCase() : place, value)
  }
  return fillings
}

/** Fills one request in; with `drop`, places that stay unfilled are left out where that is possible. */
export function fillIn(request: RecordedRequest, fillings: Fillings, drop: boolean): Filled {
  const unfilled: string[] = []
  const fill = (place: string, value: string): string | undefined => {
    const filling = fillings.get(place)
    if (filling !== undefined) return filling
    if (!holdsPlaceholder(value)) return value
    if (drop) return undefined
    unfilled.push(place)
    return value
  }
  const target = fillQuery(request.target, fill)
  if (holdsPlaceholder(target.split('?', 1)[0] ?? '')) unfilled.push('path')
  const headers = fillHeaders(request.headers, fillings, fill)
  const body = fillBody(request, fillings, unfilled)
  return { target, headers, body, unfilled }
}

type Fill = (place: string, value: string) => string | undefined

function fillHeaders(headers: HeaderList, fillings: Fillings, fill: Fill): HeaderList {
  const filled: string[] = []
  const seen = new Set<string>()
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i] ?? ''
    const place = `header:${name.toLowerCase()}`
    if (fillings.has(place) && seen.has(place)) continue
    seen.add(place)
    const isCookie = place === 'header:cookie' && !fillings.has(place)
    const value = isCookie
      ? fillCookies(headers[i + 1] ?? '', fill)
      : fill(place, headers[i + 1] ?? '')
    if (value !== undefined) filled.push(name, value)
  }
  for (const [place, value] of fillings) {
    if (place.startsWith('header:') && !seen.has(place)) filled.push(place.slice(7), value)
  }
  return filled
}

function fillCookies(line: string, fill: Fill): string | undefined {
  const cookies = line.split(/; */).flatMap((cookie) => {
    const equals = cookie.indexOf('=')
    const name = equals < 0 ? cookie : cookie.slice(0, equals)
    const value = fill(`cookie:${name}`, equals < 0 ? '' : cookie.slice(equals + 1))
    return value === undefined ? [] : [`${name}=${value}`]
  })
  return cookies.length === 0 ? undefined : cookies.join('; ')
}

/** The target stays as it was sent, but for the parameters that are filled. */
function fillQuery(target: string, fill: Fill): string {
  const start = target.indexOf('?')
  if (start < 0) return target
  const parameters = target
    .slice(start + 1)
    .split('&')
    .flatMap((parameter) => {
      const equals = parameter.indexOf('=')
      if (equals < 0) return [parameter]
      const name = parameter.slice(0, equals)
      const value = parameter.slice(equals + 1)
      const filled = fill(`query:${decode(name)}`, value)
      if (filled === undefined) return []
      return [filled === value ? parameter : `${name}=${encodeURIComponent(filled)}`]
    })
  const path = target.slice(0, start)
  return parameters.length === 0 ? path : `${path}?${parameters.join('&')}`
}

function fillBody(request: RecordedRequest, fillings: Fillings, unfilled: string[]): Buffer {
  const { body } = request
  const places = [...fillings.keys()].filter((place) => place.startsWith('body:'))
  if (body.length === 0) return body
  const text = body.toString('latin1')
  if (places.length === 0 && !holdsPlaceholder(text)) return body
  const type = headerValue(request.headers, 'content-type') ?? ''
  let filled = body
  if (/^application\/x-www-form-urlencoded\b/i.test(type)) filled = fillForm(text, fillings)
  else if (places.length > 0) filled = fillJson(body, fillings)
  if (holdsPlaceholder(filled.toString('latin1'))) unfilled.push('body')
  return filled
}

function fillForm(text: string, fillings: Fillings): Buffer {
  const fields = text.split('&').map((field) => {
    const [name = ''] = field.split('=', 1)
    const filling = fillings.get(`body:/${decode(name.replaceAll('+', ' '))}`)
    return filling === undefined ? field : `${name}=${encodeURIComponent(filling)}`
  })
  return Buffer.from(fields.join('&'), 'latin1')
}

/** Only placeholders are replaced, in the text, so that numbers and spaces stay as they were sent. */
function fillJson(body: Buffer, fillings: Fillings): Buffer {
  const text = body.toString('utf8')
  let document: unknown
  try {
    document = JSON.parse(text)
  } catch {
    return body
  }
  let filled = text
  for (const [place, value] of fillings) {
    if (!place.startsWith('body:')) continue
    const placeholder = valueAt(document, place.slice(5))
    if (typeof placeholder !== 'string' || !isPlaceholder(placeholder)) continue
    const isNumber = placeholder.startsWith('redacted.number.') && /^-?\d+(?:\.\d+)?$/.test(value)
    const written = isNumber ? value : JSON.stringify(value)
    filled = filled.replaceAll(JSON.stringify(placeholder), () => written)
  }
  return Buffer.from(filled, 'utf8')
}

/** RFC 6901. */
function valueAt(document: unknown, pointer: string): unknown {
  let at = document
  for (const segment of pointer.split('/').slice(1)) {
    const key = segment.replaceAll('~1', '/').replaceAll('~0', '~')
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, key)) return undefined
    at = (at as Record<string, unknown>)[key]
  }
  return at
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
