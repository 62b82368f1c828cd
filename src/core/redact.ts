/**
 * Takes the secrets out of an exchange before anything of it is written: from headers, cookies, URLs,
 * bodies, and from the values of its differences. Comparing has seen the true values by then.
 */

import type {
  CapturedBody,
  Exchange,
  HeaderList,
  Observation,
  ObservedResponse,
} from './exchange.ts'
import { headerValue } from './headers.ts'
import type { Difference } from './judgement.ts'
import { createPlaceholders, type PlaceholderOf, type RedactionKey } from './placeholder.ts'
import type { JudgedExchange } from './ports.ts'
import { redactBody, redactBodyEchoes, withoutBytes } from './redact-body.ts'
import {
  createHeaderKinds,
  mapHeaders,
  redactHeader,
  redactHeaders,
  type ChangedList,
  type HeaderKinds,
} from './redact-headers.ts'
import { redactScalars } from './redact-json.ts'
import { withElementPaths } from './redact-markup-pointers.ts'
import { createPointerMatch, redactPointers, type PointerMatch } from './redact-pointers.ts'
import { redactText } from './redact-text.ts'
import { isSecretName } from './secret-names.ts'
import { Secrets } from './secrets.ts'

/** The key, and what the configuration names besides the usual secrets. */
export interface RedactorOptions extends RedactionKey {
  /** Headers, in any case, whose whole values are secrets. */
  readonly headers?: readonly string[]
  /** JSON Pointers of members that are secrets; `*` is any one segment, `**` any number of them. */
  readonly body?: readonly string[]
  /** Whether bodies are kept: as they are but for secrets, as hashes, or not at all. */
  readonly bodies?: 'full' | 'hashed' | 'none'
}

/** Takes secrets out. */
export interface Redactor {
  /** The same exchange and judgement with placeholders where secrets stood. */
  redact(judged: JudgedExchange): JudgedExchange
}

/** A redactor under this key: equal secrets get equal placeholders, in every exchange and every place. */
export function createRedactor(options: RedactorOptions): Redactor {
  const { headers = [], body = [], bodies = 'full' } = options
  const placeholderOf = createPlaceholders(options)
  const named: Named = { kinds: createHeaderKinds(headers), isNamed: placesOf(body) }
  return {
    redact: (judged) => {
      const secrets = new Secrets(placeholderOf)
      const redacted = redactEchoes(redactNamed(judged, named, secrets), secrets)
      return bodies === 'full' ? redacted : removeBodies(redacted, bodies, placeholderOf)
    },
  }
}

function placesOf(patterns: readonly string[]): PointerMatch | undefined {
  const match = createPointerMatch(patterns)
  return match && withElementPaths(match)
}

/** What says by its name or its place that it is a secret. */
interface Named {
  readonly kinds: HeaderKinds
  readonly isNamed: PointerMatch | undefined
}

/** What says by its name, its place or its shape that it is a secret. */
function redactNamed(judged: JudgedExchange, named: Named, secrets: Secrets): JudgedExchange {
  return mapParts(judged, {
    target: (target) => redactText(target, secrets),
    headers: (headers, like) => redactHeaders(headers, named.kinds, secrets, like),
    body: (body, headers) => redactBody(body, headers, secrets, named.isNamed),
    difference: (difference) => redactDifference(difference, named, secrets),
  })
}

/** Bodies and the values that differences show of them, for those who may keep neither. */
function removeBodies(
  judged: JudgedExchange,
  keep: 'hashed' | 'none',
  placeholderOf: PlaceholderOf,
): JudgedExchange {
  return mapParts(judged, {
    target: (target) => target,
    headers: (headers) => headers,
    body: (body) => withoutBytes(body, keep === 'hashed'),
    difference: (difference) => {
      if (!difference.location.startsWith('body:')) return difference
      if (keep === 'hashed') {
        return mapTexts(difference, (text) => JSON.stringify(placeholderOf(text)))
      }
      const { kind, location, pattern, severity } = difference
      return { kind, location, pattern, severity }
    },
  })
}

/** What a service showed of those secrets under other names. */
function redactEchoes(judged: JudgedExchange, secrets: Secrets): JudgedExchange {
  if (!secrets.hasEchoes) return judged
  const change = (text: string) => secrets.replaceEchoes(text)
  const redacted = mapParts(judged, {
    target: change,
    headers: (headers, like) => mapHeaders(headers, change, like),
    body: (body, headers) => redactBodyEchoes(body, headers, secrets),
    difference: (difference) => ({
      ...mapTexts(difference, change),
      location: change(difference.location),
      pattern: change(difference.pattern),
    }),
  })
  return { ...redacted, endpoint: change(judged.endpoint) }
}

/** How each part of an exchange changes; what has nothing to change is returned as it is. */
interface Changes {
  target(target: string): string
  headers(headers: HeaderList, like?: ChangedList): HeaderList
  body(body: CapturedBody, headers: HeaderList): CapturedBody
  difference(difference: Difference): Difference
}

function mapParts(
  { exchange, endpoint, judgement }: JudgedExchange,
  change: Changes,
): JudgedExchange {
  const { request, primary, shadow, control } = exchange
  const target = change.target(request.target)
  const headers = change.headers(request.headers)
  const sent = { before: request.headers, after: headers }
  const changed = primary && mapObservation(primary, change, sent)
  const like =
    primary?.kind === 'response' && changed?.kind === 'response'
      ? { before: primary, after: changed }
      : undefined
  const redacted: Exchange = {
    ...exchange,
    request: { ...request, target, headers, body: change.body(request.body, request.headers) },
    ...(changed !== undefined && { primary: changed }),
    ...(shadow !== undefined && { shadow: mapObservation(shadow, change, sent, like) }),
    ...(control !== undefined && { control: mapObservation(control, change, sent, like) }),
  }
  const suppressed = judgement.suppressed.map((difference) => ({
    ...change.difference(difference),
    by: difference.by,
  }))
  const differences = judgement.differences.map((difference) => change.difference(difference))
  return { exchange: redacted, endpoint, judgement: { ...judgement, differences, suppressed } }
}

/** An answer that was changed already: most often the others are nearly the same. */
interface ChangedAnswer {
  readonly before: ObservedResponse
  readonly after: ObservedResponse
}

/** `sent` is what the client sent, of which we pass on nearly everything. */
function mapObservation(
  observation: Observation,
  change: Changes,
  sent: ChangedList,
  like?: ChangedAnswer,
): Observation {
  const sentHeaders = change.headers(observation.sentHeaders, sent)
  if (observation.kind === 'failure') return { ...observation, sentHeaders }
  const { headers, trailers, body } = observation
  const lines = like && { before: like.before.headers, after: like.after.headers }
  const isLike = like !== undefined && isSameBody(like.before, observation)
  return {
    ...observation,
    sentHeaders,
    headers: change.headers(headers, lines),
    trailers: change.headers(trailers),
    body: isLike ? like.after.body : change.body(body, headers),
  }
}

function isSameBody(a: ObservedResponse, b: ObservedResponse): boolean {
  return (
    a.body.length === b.body.length &&
    a.body.sha256 === b.body.sha256 &&
    a.body.incomplete === b.body.incomplete &&
    a.body.bytes.equals(b.body.bytes) &&
    sameContent(a.headers, b.headers)
  )
}

function sameContent(a: HeaderList, b: HeaderList): boolean {
  return ['content-type', 'content-encoding'].every(
    (name) => headerValue(a, name) === headerValue(b, name),
  )
}

/** The values of a difference are JSON text of what stands at its location. */
function redactDifference(
  difference: Difference,
  { kinds, isNamed }: Named,
  secrets: Secrets,
): Difference {
  const [place = '', ...path] = difference.location.split('/')
  const header = /^(?:header|trailer):(.+)$/.exec(place)?.[1]
  if (header === undefined) {
    const isSecret = path.some((segment) => isSecretName(segment.replaceAll('~1', '/')))
    const pointer = path.map((segment) => `/${segment}`).join('')
    return mapTexts(difference, (text) => {
      if (isSecret) return redactScalars(text, secrets)
      const named = isNamed === undefined ? text : redactPointers(text, isNamed, secrets, pointer)
      return redactText(named, secrets)
    })
  }
  const kind = kinds(header)
  // `header:set-cookie/NAME` is the cookie's value, `header:set-cookie/NAME/path` an attribute.
  if (kind === 'set-cookie' || kind === 'cookie') {
    return path.length > 1
      ? difference
      : mapTexts(difference, (text) =>
          path.length === 1
            ? redactScalars(text, secrets)
            : mapString(text, (value) => redactHeader(kind, value, secrets)),
        )
  }
  return mapTexts(difference, (text) =>
    mapString(text, (value) => redactHeader(kind, value, secrets)),
  )
}

function mapTexts(difference: Difference, change: (text: string) => string): Difference {
  const { primary, shadow } = difference
  return {
    ...difference,
    ...(primary !== undefined && { primary: change(primary) }),
    ...(shadow !== undefined && { shadow: change(shadow) }),
  }
}

/** Changes the string that a JSON text holds, or the text itself when it holds something else. */
function mapString(text: string, change: (value: string) => string): string {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return change(text)
  }
  return typeof value === 'string' ? JSON.stringify(change(value)) : change(text)
}
