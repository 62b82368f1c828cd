/** Lifelike judged exchanges for the store's bench: fifty endpoints, two hundred divergences, bodies of a size. */

import { randomBytes } from 'node:crypto'
import type { Exchange, ObservedResponse } from '../src/core/exchange.ts'
import type { Difference } from '../src/core/judgement.ts'
import type { JudgedExchange } from '../src/core/ports.ts'

const ENDPOINTS = Array.from({ length: 50 }, (_, n) => `GET /api/v1/resource-${n}/{id}`)
const DIVERGENCES_PER_ENDPOINT = 4

const REQUEST_HEADERS = [
  ...['Host', 'shop.example', 'User-Agent', 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36'],
  ...['Accept', 'application/json', 'Accept-Language', 'en-US,en;q=0.9', 'Accept-Encoding', 'gzip'],
]
const RESPONSE_HEADERS = [
  ...['Content-Type', 'application/json; charset=utf-8', 'Cache-Control', 'private, max-age=0'],
  ...['Vary', 'Accept-Encoding', 'X-Frame-Options', 'DENY', 'Connection', 'keep-alive'],
]

/** How the exchanges of a load differ from each other. */
export interface LoadOptions {
  /** Bytes of each answer. */
  readonly bodyBytes: number
  /** Different answers that recur; absent, every exchange has an answer of its own. */
  readonly differentBodies?: number
  /** Share of the exchanges that control measures, 0 to 1; then one field of each endpoint is noise. */
  readonly control?: number
}

/** JSON that can be deflated as far as that of most services: names recur, ids and prices do not. */
function itemsOf(bytes: number): Buffer {
  const items = Array.from({ length: Math.ceil(bytes / 100) }, (_, n) => ({
    id: uuid(randomBytes(16)),
    name: 'a lovely thing for home and garden',
    price: randomBytes(2).readUInt16LE() / 100,
    position: n,
  }))
  return Buffer.from(JSON.stringify(items)).subarray(0, bytes)
}

/** Makes exchanges one after the other, a fraction of a millisecond apart. */
export function createLoad({ bodyBytes, differentBodies, control = 0 }: LoadOptions) {
  const filler = itemsOf(bodyBytes)
  let n = 0
  return {
    /** The next exchange, at this time. */
    next: (startedAt: number): JudgedExchange => {
      n++
      const random = randomBytes(16)
      const endpoint = ENDPOINTS[(random[0] ?? 0) % ENDPOINTS.length] ?? ''
      const bytes = Buffer.from(filler)
      bytes.write(`{"id":${differentBodies === undefined ? n : n % differentBodies},`)
      const isDivergent = (random[1] ?? 0) < 5
      const requestId = uuid(random)
      const answer = (sentHeaders: readonly string[], durationMs: number): ObservedResponse => ({
        kind: 'response',
        status: 200,
        reason: 'OK',
        headers: [
          ...RESPONSE_HEADERS,
          'Date',
          new Date(startedAt).toUTCString(),
          'ETag',
          requestId,
        ],
        trailers: [],
        body: { bytes, length: bytes.length },
        durationMs,
        sentHeaders,
      })
      const headers = [...REQUEST_HEADERS, 'X-Request-Id', requestId]
      const exchange: Exchange = {
        id: uuidv7(startedAt, random),
        requestId,
        startedAt,
        route: 'default',
        source: 'live',
        request: {
          method: 'GET',
          target: `/api/v1/resource/${n}?page=${n % 10}`,
          headers,
          body: { bytes: Buffer.alloc(0), length: 0 },
        },
        primary: answer(headers, 5 + ((random[2] ?? 0) % 64)),
        shadow: answer(headers, 6 + ((random[3] ?? 0) % 64)),
        shadowWaitMs: 0.2,
      }
      const isNoisy = control > 0 && (random[5] ?? 0) < 128
      const differences = [
        ...(isDivergent ? [differenceOf((random[4] ?? 0) % DIVERGENCES_PER_ENDPOINT)] : []),
        ...(isNoisy ? [NOISE] : []),
      ]
      return {
        exchange,
        endpoint,
        judgement: {
          outcome: differences.length > 0 ? 'divergent' : 'match',
          differences,
          ...((random[12] ?? 0) < control * 256 && {
            control: { differences: (random[13] ?? 0) < 128 ? [NOISE] : [] },
          }),
          suppressed: [
            {
              ...{
                kind: 'value',
                location: 'header:date',
                pattern: 'header:date',
                severity: 'changed',
              },
              ...{ primary: '"a"', shadow: '"b"', by: 'builtin:date' },
            },
          ],
          differencesTotal: differences.length,
        },
      }
    },
  }
}

const NOISE: Difference = {
  kind: 'value',
  location: 'body:/servedAt',
  pattern: 'body:/servedAt',
  severity: 'changed',
  primary: '1767614400000',
  shadow: '1767614400001',
}

function differenceOf(n: number): Difference {
  const location = `body:/items/3/field-${n}`
  const pattern = `body:/items/*/field-${n}`
  return { kind: 'value', location, pattern, severity: 'changed', primary: '12.5', shadow: '13' }
}

function uuidv7(at: number, random: Buffer): string {
  const bytes = Buffer.from(random)
  bytes.writeUIntBE(at, 0, 6)
  bytes[6] = 0x70 | ((bytes[6] ?? 0) & 0x0f)
  return uuid(bytes)
}

function uuid(bytes: Buffer): string {
  const hex = bytes.toString('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}
