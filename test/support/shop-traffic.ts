/**
 * Recorded traffic of a small shop in two versions, made up but lifelike: every kind of difference,
 * failures, truncated and binary bodies, and content that attacks whoever shows it.
 */

import { createHash } from 'node:crypto'
import type { CapturedBody, Exchange, Observation } from '../../src/core/exchange.ts'
import { scenes, type Answer, type Played } from './shop-scenes.ts'

const json = 'application/json; charset=utf-8'

/**
 * `count` exchanges of the half hour before `until`, oldest first; the same for the same arguments.
 * `from` is the number of the first, so that later ones are others; without `hostile` nothing attacks.
 */
export function shopTraffic(count: number, until: number, from = 0, hostile = true): Exchange[] {
  const random = randomFrom(7 + from)
  const played = hostile ? scenes : scenes.filter((scene) => scene.isHostile !== true)
  const total = played.reduce((sum, scene) => sum + scene.weight, 0)
  const spanMs = from === 0 ? 1_700_000 : count * 20
  return Array.from({ length: count }, (_, at) => {
    const n = from + at
    let pick = random() * total
    const scene = played.find((candidate) => (pick -= candidate.weight) < 0) ?? played[0]
    if (scene === undefined) throw new Error('no scenes')
    const startedAt = Math.round(until - (count - 1 - at) * (spanMs / count))
    return exchangeOf(n, startedAt, scene.play(n, random))
  })
}

function exchangeOf(n: number, startedAt: number, played: Played): Exchange {
  const requestId = `req-${createHash('md5').update(String(n)).digest('hex').slice(0, 20)}`
  const sent = ['host', 'shop.example-shadow', 'x-request-id', requestId, 'x-shadow', 'shadow']
  const observe = (answer: Answer | Observation, version: 1 | 2): Observation =>
    'kind' in answer
      ? answer
      : {
          kind: 'response',
          status: answer.status ?? 200,
          reason: '',
          headers: [
            ...['Content-Type', answer.type ?? json],
            ...['Date', new Date(startedAt + (version - 1) * 1000).toUTCString()],
            ...['X-Served-By', `shop-v${version}`],
            ...(answer.headers ?? []),
          ],
          trailers: [],
          body: captured(answer.body),
          durationMs: answer.ms ?? 10,
          sentHeaders: version === 1 ? ['host', 'shop.example', 'x-request-id', requestId] : sent,
        }
  return {
    id: uuidV7(startedAt, n),
    requestId,
    startedAt,
    route: 'default',
    source: 'live',
    request: {
      method: played.method ?? 'GET',
      target: played.target,
      headers: [
        ...['Host', 'shop.example', 'Accept', 'application/json', 'X-Request-Id', requestId],
        ...[
          'Cookie',
          `session=${createHash('md5')
            .update(`s${n % 40}`)
            .digest('hex')}; theme=dark`,
          'User-Agent',
          `shop-app/${n % 5}.2`,
        ],
        ...(played.requestBody === undefined ? [] : ['Content-Type', 'application/json']),
      ],
      body: captured(played.requestBody),
    },
    primary: observe(played.primary, 1),
    ...(played.shadow === undefined ? {} : { shadow: observe(played.shadow, 2) }),
    ...(played.unmirrored === undefined ? {} : { unmirrored: played.unmirrored }),
    shadowWaitMs: n % 13 === 0 ? 41 : 1,
  }
}

const keptBytes = 65_536

function captured(body: unknown): CapturedBody {
  const whole =
    body === undefined
      ? Buffer.alloc(0)
      : Buffer.isBuffer(body)
        ? body
        : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body))
  // JSON stays whole whatever its size, so that megabyte strings reach the screen.
  if (whole.length <= keptBytes || whole[0] === 0x7b) return { bytes: whole, length: whole.length }
  const sha256 = createHash('sha256').update(whole).digest('hex')
  return { bytes: whole.subarray(0, keptBytes), length: whole.length, sha256 }
}

/** Mulberry32: small, seeded, good enough to look like traffic. */
function randomFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

function uuidV7(time: number, n: number): string {
  const hex = time.toString(16).padStart(12, '0')
  const tail = createHash('md5').update(`id${n}`).digest('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7${tail.slice(0, 3)}-8${tail.slice(3, 6)}-${tail.slice(6, 18)}`
}
