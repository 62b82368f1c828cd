/**
 * HAR 1.2: an entry for each exchange, with primary's answer where the format has its place, so that every tool
 * opens it and a replay sends each request once. What shadow did stands beside it in `_shadow`, what was found
 * in `_shadowdiff`: the format lets programs add members whose names begin with an underscore.
 */

import type { HeaderList } from '../core/exchange.ts'
import { headerValue } from '../core/headers.ts'
import type { BodyView, ExchangeDetail, ObservationView } from '../core/exchange-report.ts'

/** What stands before the first entry and after the last. */
export const HAR_HEAD =
  '{"log":{"version":"1.2","creator":{"name":"shadowdiff","version":"1"},"entries":[\n'
/** What stands after the last entry. */
export const HAR_TAIL = '\n]}}\n'

/** One entry. */
export function harEntry(exchange: ExchangeDetail) {
  const { request, primary, shadow, control, primaryMs = 0, shadowMs, shadowWaitMs } = exchange
  const { id, requestId, run, source, route, endpoint, outcome, reason } = exchange
  const { differences, differencesTotal, suppressed } = exchange
  return {
    startedDateTime: exchange.time,
    time: primaryMs,
    request: harRequest(request),
    response: harResponse(primary),
    cache: {},
    timings: { send: 0, wait: primaryMs, receive: 0 },
    ...(shadow && { _shadow: { ...harResponse(shadow), _time: shadowMs, _waited: shadowWaitMs } }),
    ...(control && { _control: { ...harResponse(control), _time: control.durationMs } }),
    _shadowdiff: {
      ...{ id, requestId, run, source, route, endpoint, outcome, reason },
      ...{ differences, differencesTotal, suppressed },
    },
  }
}

function harRequest({ method, target, headers, body }: ExchangeDetail['request']) {
  const url = urlOf(target, headers)
  return {
    method,
    url,
    httpVersion: 'HTTP/1.1',
    cookies: [],
    headers: pairsOf(headers),
    queryString: queryOf(url),
    ...(body.length > 0 && {
      postData: {
        mimeType: headerValue(headers, 'content-type') ?? '',
        text: body.text ?? body.base64 ?? '',
        ...(body.base64 !== undefined && { encoding: 'base64' }),
        ...(body.truncated && { _truncated: true }),
      },
    }),
    headersSize: -1,
    bodySize: body.length,
  }
}

function harResponse(observation: ObservationView | undefined) {
  if (observation?.kind !== 'response') {
    const error = observation === undefined ? 'not asked' : observation.message
    return {
      ...{ status: 0, statusText: '', httpVersion: 'HTTP/1.1', cookies: [], headers: [] },
      content: { size: 0, mimeType: 'x-unknown' },
      ...{ redirectURL: '', headersSize: -1, bodySize: -1, _error: error },
      ...(observation && { _failure: observation.reason }),
    }
  }
  const { status, reason, headers, trailers, body } = observation
  return {
    ...{ status, statusText: reason, httpVersion: 'HTTP/1.1', cookies: [] },
    headers: pairsOf(headers),
    content: contentOf(body, headers),
    redirectURL: headerValue(headers, 'location') ?? '',
    ...{ headersSize: -1, bodySize: body.length },
    ...(trailers.length > 0 && { _trailers: pairsOf(trailers) }),
  }
}

function contentOf(body: BodyView, headers: HeaderList) {
  const { length, text, base64, truncated, incomplete, decoded, sha256 } = body
  return {
    size: text === undefined ? length : Buffer.byteLength(text),
    mimeType: headerValue(headers, 'content-type') ?? 'x-unknown',
    text: text ?? base64 ?? '',
    ...(base64 !== undefined && { encoding: 'base64' }),
    ...(decoded !== undefined && { _decoded: decoded }),
    ...(incomplete !== undefined && { _incomplete: incomplete }),
    ...(truncated && { _truncated: true, _sha256: sha256 }),
  }
}

function pairsOf(headers: HeaderList): { readonly name: string; readonly value: string }[] {
  const pairs = []
  for (let i = 0; i < headers.length; i += 2) {
    pairs.push({ name: headers[i] ?? '', value: headers[i + 1] ?? '' })
  }
  return pairs
}

/** The proxy speaks HTTP with its clients; what stood in front of it is not known. */
function urlOf(target: string, headers: HeaderList): string {
  if (/^https?:\/\//i.test(target)) return target
  const host = headerValue(headers, 'host') ?? 'unknown.invalid'
  return `http://${host}${target.startsWith('/') ? '' : '/'}${target}`
}

function queryOf(url: string): { readonly name: string; readonly value: string }[] {
  const start = url.indexOf('?')
  if (start < 0) return []
  const [query = ''] = url.slice(start + 1).split('#', 1)
  return [...new URLSearchParams(query)].map(([name, value]) => ({ name, value }))
}
