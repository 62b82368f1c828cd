/** Exchanges and judgements made by hand, for tests of what carries and keeps them. */

import { randomBytes } from 'node:crypto'
import type { CapturedBody, Exchange, ObservedResponse } from '../../src/core/exchange.ts'
import type { Difference, Judgement } from '../../src/core/judgement.ts'
import type { JudgedExchange } from '../../src/core/ports.ts'

/** A UUIDv7 of the given millisecond. */
export function uuidv7(at: number): string {
  const bytes = randomBytes(16)
  bytes.writeUIntBE(at, 0, 6)
  bytes[6] = 0x70 | ((bytes[6] ?? 0) & 0x0f)
  bytes[8] = 0x80 | ((bytes[8] ?? 0) & 0x3f)
  const hex = bytes.toString('hex')
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20),
  ].join('-')
}

/** A whole body. */
export function bodyOf(content: string | Buffer): CapturedBody {
  const bytes = Buffer.from(content)
  return { bytes, length: bytes.length }
}

/** A response with a JSON body. */
export function responseOf(content: string | Buffer, over: Partial<ObservedResponse> = {}) {
  const body = bodyOf(content)
  return {
    kind: 'response',
    status: 200,
    reason: 'OK',
    headers: ['Content-Type', 'application/json', 'Content-Length', String(body.length)],
    trailers: [],
    body,
    durationMs: 12.5,
    sentHeaders: ['Host', 'shop.example', 'Accept', '*/*'],
    ...over,
  } satisfies ObservedResponse
}

/** The time of the first fixture; later ones follow. */
export const FIXTURE_START = Date.UTC(2026, 0, 5, 12, 0, 0)

/** An exchange whose upstreams both answered the same. */
export function exchangeOf(over: Partial<Exchange> = {}): Exchange {
  const startedAt = over.startedAt ?? FIXTURE_START
  return {
    id: uuidv7(startedAt),
    requestId: '571c0fd6-98d4-4c93-af79-6a2fe2945847',
    startedAt,
    route: 'default',
    source: 'live',
    request: {
      method: 'GET',
      target: '/items/17?page=2',
      headers: ['Host', 'shop.example', 'accept', '*/*', 'X-Twice', 'a', 'X-Twice', 'b'],
      body: bodyOf(''),
    },
    primary: responseOf('{"price":10}'),
    shadow: responseOf('{"price":10}', {
      durationMs: 20,
      sentHeaders: ['Host', 'shop.example-shadow', 'Accept', '*/*'],
    }),
    shadowWaitMs: 0.25,
    ...over,
  }
}

/** A difference at one location. */
export function differenceOf(over: Partial<Difference> = {}): Difference {
  const location = over.location ?? 'body:/price'
  return {
    kind: 'value',
    location,
    pattern: location.replace(/\/\d+(?=\/|$)/g, '/*'),
    severity: 'changed',
    primary: '10',
    shadow: '11',
    ...over,
  }
}

/** A judgement that fits its differences. */
export function judgementOf(over: Partial<Judgement> = {}): Judgement {
  const differences = over.differences ?? []
  return {
    outcome: differences.length > 0 ? 'divergent' : 'match',
    differences,
    suppressed: [],
    differencesTotal: differences.length,
    ...over,
  }
}

/** An exchange with a judgement. */
export function judgedOf(
  exchange: Partial<Exchange> = {},
  judgement: Partial<Judgement> = {},
  endpoint = 'GET /items/{id}',
): JudgedExchange {
  return { exchange: exchangeOf(exchange), endpoint, judgement: judgementOf(judgement) }
}
