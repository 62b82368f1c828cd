/** Requests of a HAR file (HTTP Archive 1.2), as browsers and proxies write it and as our own export does. */

import { AppError } from '../core/errors.ts'
import type { HeaderList, ObservedResponse } from '../core/exchange.ts'
import { headerValue } from '../core/headers.ts'
import {
  clientOf,
  sendableHeaders,
  type RecordedRequest,
  type Unsendable,
} from './recorded-request.ts'

/** Reads the text of a HAR file, oldest request first; throws `invalid` when it is none. */
export function requestsOfHar(text: string, path: string): RecordedRequest[] {
  let har: unknown
  try {
    har = JSON.parse(text)
  } catch {
    throw new AppError('invalid', `${path}: expected a HAR file, found no JSON`)
  }
  const entries = at(at(har, 'log'), 'entries')
  if (!Array.isArray(entries)) {
    throw new AppError('invalid', `${path}: expected a HAR file with log.entries`)
  }
  return entries.map((entry: unknown) => requestOfEntry(entry)).sort((a, b) => a.at - b.at)
}

function requestOfEntry(entry: unknown): RecordedRequest {
  const request = at(entry, 'request')
  const url = textAt(request, 'url')
  const method = textAt(request, 'method')
  const startedAt = Date.parse(textAt(entry, 'startedDateTime'))
  const time = Number.isNaN(startedAt) ? 0 : startedAt
  const lines = headerLines(at(request, 'headers'))
  if (!URL.canParse(url) || !/^[!#$%&'*+.^_`|~\w-]+$/.test(method)) {
    return unsendable('malformed', time, method)
  }
  // Browsers list what they took from data:, blob: and extensions too.
  if (!/^(?:https?|wss?):/i.test(url)) return unsendable('not-http', time, method)
  const { host, pathname, search } = new URL(url)
  const headers = [...sendableHeaders(lines)]
  if (headerValue(headers, 'host') === undefined) headers.unshift('Host', host)
  const { body, isWhole } = bodyOf(request)
  const requestId = headerValue(headers, 'x-request-id')
  const primary = responseOf(entry)
  const isUpgrade = headerValue(lines, 'upgrade') !== undefined || /^wss?:/i.test(url)
  return {
    at: time,
    client: clientOf(headers),
    ...(requestId === undefined ? {} : { requestId }),
    method,
    target: `${pathname}${search}`,
    headers,
    body,
    ...(primary === undefined ? {} : { primary }),
    ...(isUpgrade
      ? { unsendable: 'upgrade' as const }
      : isWhole
        ? {}
        : { unsendable: 'body-not-kept' as const }),
  }
}

function unsendable(why: Unsendable, time: number, method: string): RecordedRequest {
  const nothing = Buffer.alloc(0)
  return {
    at: time,
    client: '',
    method,
    target: '',
    headers: [],
    body: nothing,
    unsendable: why,
  }
}

function bodyOf(request: unknown): { body: Buffer; isWhole: boolean } {
  const data = at(request, 'postData')
  const text = at(data, 'text')
  const size = at(request, 'bodySize')
  if (typeof text === 'string' && text !== '') {
    const isBase64 = at(data, 'encoding') === 'base64'
    return { body: Buffer.from(text, isBase64 ? 'base64' : 'utf8'), isWhole: true }
  }
  const params = at(data, 'params')
  if (Array.isArray(params) && params.length > 0) {
    const form = new URLSearchParams(
      params.map((param: unknown): [string, string] => [
        textAt(param, 'name'),
        textAt(param, 'value'),
      ]),
    )
    return { body: Buffer.from(form.toString(), 'utf8'), isWhole: true }
  }
  return { body: Buffer.alloc(0), isWhole: typeof size !== 'number' || size <= 0 }
}

/** The recorded answer, unless its body was left out. */
function responseOf(entry: unknown): ObservedResponse | undefined {
  const response = at(entry, 'response')
  const content = at(response, 'content')
  const status = at(response, 'status')
  if (typeof status !== 'number' || status < 200) return undefined
  const text = at(content, 'text')
  const size = at(content, 'size')
  if (typeof text !== 'string' && typeof size === 'number' && size > 0) return undefined
  const isBase64 = at(content, 'encoding') === 'base64'
  const bytes = Buffer.from(typeof text === 'string' ? text : '', isBase64 ? 'base64' : 'utf8')
  const time = at(entry, 'time')
  return {
    kind: 'response',
    sentHeaders: headerLines(at(at(entry, 'request'), 'headers')),
    durationMs: typeof time === 'number' && time >= 0 ? time : 0,
    status,
    reason: textAt(response, 'statusText'),
    // A HAR's content is decoded already.
    headers: withoutCoding(sendableHeaders(headerLines(at(response, 'headers')))),
    trailers: [],
    body: { bytes, length: bytes.length },
  }
}

function withoutCoding(headers: HeaderList): HeaderList {
  const kept: string[] = []
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i] ?? ''
    if (name.toLowerCase() !== 'content-encoding') kept.push(name, headers[i + 1] ?? '')
  }
  return kept
}

function headerLines(list: unknown): string[] {
  if (!Array.isArray(list)) return []
  return list.flatMap((line: unknown) => {
    const name = textAt(line, 'name')
    const value = textAt(line, 'value')
    const isLine = /^[!#$%&'*+.^_`|~\w-]+$/.test(name) && !/[\r\n\0]/.test(value)
    return isLine ? [name, value] : []
  })
}

function textAt(value: unknown, key: string): string {
  const found = at(value, key)
  return typeof found === 'string' ? found : ''
}

function at(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined
  return (value as Record<string, unknown>)[key]
}
