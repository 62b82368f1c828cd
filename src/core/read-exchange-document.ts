/** A document of an exchange as it comes from a file: everything that importing relies on is checked. */

import { AppError } from './errors.ts'
import type { ExchangeDocument } from './exchange-document.ts'

const OUTCOMES = ['match', 'divergent', 'incomparable', 'unmirrored']
const KINDS = ['value', 'type', 'missing', 'extra', 'order', 'length', 'failure']
const SEVERITIES = ['breaking', 'changed', 'added']
const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i

/** Stores order exchanges by a number that has no room for later ones. */
const END_OF_TIMES = Date.UTC(2109, 0)

/** Reads one line of our own JSONL; throws `invalid` that says what is wrong with it. */
export function readExchangeDocument(line: string): ExchangeDocument {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch (error) {
    throw new AppError(
      'invalid',
      'expected an exchange as JSON, one a line, as "shadowdiff export --format jsonl --what exchanges" writes them',
      { cause: error },
    )
  }
  const document = member({ it: value }, 'it')
  const isId = (text: unknown) => typeof text === 'string' && UUID.test(text)
  expect(isId(document['id']), 'id', 'a UUID')
  const time = document['time']
  const at = typeof time === 'string' ? Date.parse(time) : NaN
  expect(at >= 0 && at < END_OF_TIMES, 'time', 'an RFC 3339 time between 1970 and 2108')
  for (const key of ['requestId', 'route', 'endpoint']) text(document, key)
  oneOf(document, 'outcome', OUTCOMES)
  if (document['outcome'] === 'unmirrored' || document['reason'] !== undefined) {
    text(document, 'reason')
  }
  if (document['shadowWaitMs'] !== undefined) number(document, 'shadowWaitMs')
  readRequest(member(document, 'request'))
  for (const role of ['primary', 'shadow', 'control']) {
    if (document[role] !== undefined) readObservation(member(document, role), role)
  }
  for (const difference of list(document, 'differences')) readDifference(difference)
  for (const difference of list(document, 'suppressed')) text(readDifference(difference), 'by')
  whole(document, 'differencesTotal')
  if (document['suppressedTotal'] !== undefined) whole(document, 'suppressedTotal')
  const control = document['controlJudgement']
  if (control !== undefined) {
    for (const difference of list(member(document, 'controlJudgement'), 'differences')) {
      const place = member({ difference }, 'difference')
      oneOf(place, 'kind', KINDS)
      text(place, 'pattern')
    }
  }
  return value as ExchangeDocument
}

type Members = Readonly<Record<string, unknown>>

function readRequest(request: Members): void {
  text(request, 'method')
  text(request, 'target')
  headers(request, 'headers')
  readBody(member(request, 'body'))
}

function readObservation(observation: Members, role: string): void {
  number(observation, 'durationMs')
  headers(observation, 'sentHeaders')
  if (observation['kind'] === 'failure') {
    text(observation, 'reason')
    text(observation, 'message')
    return
  }
  expect(observation['kind'] === 'response', `${role}.kind`, '"response" or "failure"')
  whole(observation, 'status')
  text(observation, 'reason')
  headers(observation, 'headers')
  headers(observation, 'trailers')
  readBody(member(observation, 'body'))
}

function readBody(body: Members): void {
  whole(body, 'length')
  text(body, 'sha256')
  expect(typeof body['truncated'] === 'boolean', 'truncated', 'true or false')
  const { text: shown, base64 } = body
  expect(typeof (shown ?? base64 ?? '') === 'string', 'text', 'a text')
}

function readDifference(value: unknown): Members {
  const difference = member({ difference: value }, 'difference')
  oneOf(difference, 'kind', KINDS)
  oneOf(difference, 'severity', SEVERITIES)
  text(difference, 'location')
  text(difference, 'pattern')
  for (const side of ['primary', 'shadow']) {
    if (difference[side] !== undefined) text(difference, side)
  }
  return difference
}

function member(of: Members, key: string): Members {
  const value = of[key]
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
  expect(isObject, key, 'an object; export exchanges in full')
  return value as Members
}

function list(of: Members, key: string): readonly unknown[] {
  const value = of[key]
  expect(Array.isArray(value), key, 'a list; export exchanges in full')
  return value as readonly unknown[]
}

function headers(of: Members, key: string): void {
  const lines = list(of, key)
  const isEven = lines.length % 2 === 0 && lines.every((each) => typeof each === 'string')
  expect(isEven, key, 'names and values')
}

function text(of: Members, key: string): void {
  expect(typeof of[key] === 'string', key, 'a text')
}

function number(of: Members, key: string): void {
  const value = of[key]
  expect(typeof value === 'number' && value >= 0, key, 'a number')
}

function whole(of: Members, key: string): void {
  const value = of[key]
  expect(Number.isSafeInteger(value) && Number(value) >= 0, key, 'a whole number')
}

function oneOf(of: Members, key: string, known: readonly string[]): void {
  const value = of[key]
  expect(typeof value === 'string' && known.includes(value), key, `one of ${known.join(', ')}`)
}

function expect(isFine: boolean, key: string, expected: string): void {
  if (!isFine) throw new AppError('invalid', `${key}: expected ${expected}`)
}
