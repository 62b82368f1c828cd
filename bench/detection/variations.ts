/** What varies in every answer of an instance: headers of its surroundings, coding and framing, moods. */

import { gzipSync } from 'node:zlib'
import type { Observation } from '../../src/core/exchange.ts'
import type { Answer, Value } from './answer.ts'
import { asFields } from './answer.ts'
import type { ApiRequest, Instance } from './instance.ts'

/** The kinds of legitimate variation, for the report. */
export const VARIATIONS: readonly string[] = [
  'clocks in bodies (ISO, epoch seconds and milliseconds, local time)',
  'Date and Age',
  'random ids (UUIDs, hex tokens)',
  'elements in random order',
  'random picks from a set',
  'members in the order of a hash map',
  'float jitter in the last digits and in rates',
  'counters (views, order numbers, uptime)',
  'opaque cursors',
  'caches that are sometimes behind; X-Cache',
  'A/B variants with a member of their own',
  'cookies and anti-forgery tokens',
  'nonces in HTML and policies',
  'names of hosts and processes',
  'trace ids echoed in headers and errors',
  'rate-limit headers',
  'compression or none',
  'Content-Length or chunks',
  'timings in headers and bodies',
  'JWTs',
  'the Host that was called, in links',
]

/** Adds what varies everywhere. */
export function vary(answer: Answer, { at, requestId }: ApiRequest, it: Instance): void {
  const { headers } = answer
  headers.set('Date', [new Date(it.now(at)).toUTCString()])
  headers.set('Server', [`shop/1.0 (${it.name})`])
  headers.set('X-Api-Version', ['1'])
  headers.set('X-Request-Id', [requestId])
  headers.set('X-Trace-Id', [it.hex(32)])
  headers.set('X-Response-Time', [`${1 + it.below(60)}ms`])
  headers.set('X-RateLimit-Remaining', [String(it.below(1000))])
  if (it.random.chance(0.3)) {
    headers.set('Age', [String(it.below(60))])
    headers.set('X-Cache', ['HIT'])
  } else headers.set('X-Cache', ['MISS'])
  if (it.random.chance(it.rare)) headers.set('Warning', ['110 - "Response is Stale"'])
  if (answer.status === 200 && answer.json !== undefined && it.random.chance(it.rare)) {
    asFields(answer.json).degraded = true
  }
}

/** The answer as an upstream sent it. */
export function toObservation(answer: Answer, it: Instance, host: string): Observation {
  const { headers, status } = answer
  let bytes = bytesOf(answer, it)
  if (bytes.length > 400 && it.random.chance(0.5)) {
    bytes = gzipSync(bytes, { level: 1 })
    headers.set('Content-Encoding', ['gzip'])
  }
  if (bytes.length > 0 && it.random.chance(0.5))
    headers.set('Content-Length', [String(bytes.length)])
  return {
    kind: 'response',
    status,
    reason: '',
    headers: [...headers].flatMap(([name, values]) => values.flatMap((value) => [name, value])),
    trailers: [],
    body: { bytes, length: bytes.length },
    durationMs: 5,
    sentHeaders: ['Host', host, 'Accept', '*/*'],
  }
}

function bytesOf(answer: Answer, it: Instance): Buffer {
  if (answer.bytes !== undefined) return answer.bytes
  if (answer.text !== undefined) return Buffer.from(answer.text)
  if (answer.json === undefined) return Buffer.alloc(0)
  const json = answer.shuffled === true ? shuffled(answer.json, it) : answer.json
  return Buffer.from(JSON.stringify(json))
}

function shuffled(value: Value, it: Instance): Value {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(it.shuffle(Object.entries(value)))
}
