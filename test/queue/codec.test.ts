import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { CapturedBody, Exchange, Observation } from '../../src/core/exchange.ts'
import { decodeAnswer, decodeBatch, encodeAnswer, encodeBatch } from '../../src/queue/codec.ts'
import { FrameReader } from '../../src/queue/frame-reader.ts'
import { packList, unpackList } from '../../src/queue/header-delta.ts'
import { exchangeOf, responseOf } from '../support/exchange-fixtures.ts'

/** Above the size from which bodies travel as chunks of their own. */
const LARGE = Buffer.alloc(33_000, 'large')

const latin1 = fc.string({
  unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)),
})
const headers = fc.array(fc.tuple(latin1, latin1), { maxLength: 4 }).map((pairs) => pairs.flat())
const bodies: fc.Arbitrary<CapturedBody> = fc.record(
  {
    bytes: fc.oneof(
      fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
      fc.constant(LARGE),
    ),
    length: fc.nat(),
    sha256: fc.string(),
    incomplete: fc.constantFrom('reset' as const, 'too-long' as const),
  },
  { requiredKeys: ['bytes', 'length'], noNullPrototype: true },
)
const observations: fc.Arbitrary<Observation> = fc.oneof(
  fc.record(
    {
      kind: fc.constant('response' as const),
      status: fc.nat(599),
      reason: latin1,
      headers,
      trailers: headers,
      body: bodies,
      durationMs: fc.double({ min: 0, max: 1e6, noNaN: true }).filter((ms) => !Object.is(ms, -0)),
      sentHeaders: headers,
    },
    { noNullPrototype: true },
  ),
  fc.record(
    {
      kind: fc.constant('failure' as const),
      reason: fc.constantFrom('timeout' as const, 'tls' as const),
      message: fc.string(),
      durationMs: fc.nat(),
      sentHeaders: headers,
    },
    { noNullPrototype: true },
  ),
)
const exchanges: fc.Arbitrary<Exchange> = fc.record(
  {
    id: fc.uuid({ version: 7 }),
    requestId: fc.string(),
    startedAt: fc.nat(),
    route: fc.string(),
    source: fc.constantFrom('live' as const, 'import' as const),
    request: fc.record(
      { method: fc.string(), target: latin1, headers, body: bodies },
      { noNullPrototype: true },
    ),
    primary: observations,
    shadow: observations,
    control: observations,
    unmirrored: fc.constantFrom('paused' as const, 'method' as const),
    shadowWaitMs: fc.nat(),
  },
  {
    requiredKeys: ['id', 'requestId', 'startedAt', 'route', 'source', 'request', 'shadowWaitMs'],
    noNullPrototype: true,
  },
)

test('a batch is read as it was written, however the stream is cut', () => {
  fc.assert(
    fc.property(
      fc.array(fc.array(exchanges, { maxLength: 3 }), { maxLength: 3 }),
      fc.integer({ min: 100, max: 100_000 }),
      (batches, step) => {
        const stream = Buffer.concat(batches.flatMap((batch, n) => encodeBatch(n, batch)))
        const reader = new FrameReader(10_000_000)
        const read: { batch: number; exchanges: Exchange[] }[] = []
        for (let at = 0; at < stream.length; at += step) {
          reader.push(stream.subarray(at, at + step))
          for (let frame = reader.next(); frame !== undefined; frame = reader.next()) {
            read.push(decodeBatch(frame))
          }
        }
        expect(read.map(({ batch }) => batch)).toEqual(batches.map((_, n) => n))
        expect(
          isDeepStrictEqual(
            read.map(({ exchanges }) => exchanges),
            batches,
          ),
        ).toBe(true)
      },
    ),
  )
})

const line = fc.constantFrom('a', 'b', 'c')
const lists = fc.array(fc.tuple(line, line), { maxLength: 12 }).map((lines) => lines.flat())

test('a header list is read as it was written, whatever it has in common with another', () => {
  fc.assert(
    fc.property(lists, lists, (list, base) => {
      expect(unpackList(packList(list, base), base)).toEqual(list)
    }),
  )
})

test('a header list that repeats another takes two numbers', () => {
  expect(packList(['a', 'b', 'c', 'd'], ['x', 'y', 'a', 'b', 'c', 'd'])).toEqual([2, 4])
})

test.each([[[0, 4]], [['a', 1]], [[1, 'a']]])(
  'a header list that is none is refused: %j',
  (packed) => {
    expect(() => unpackList(packed, ['a', 'b'])).toThrow('a header list')
  },
)

test('a body that primary and copies share travels once', () => {
  const answer = responseOf('x'.repeat(10_000))
  const shared = exchangeOf({ primary: answer, shadow: answer, control: answer })
  const frame = Buffer.concat(encodeBatch(1, [shared]))
  expect(frame.length).toBeLessThan(20_000)
  const [read] = decodeBatch(frame).exchanges
  expect(read).toEqual(shared)
})

test('large bodies are handed on without a copy', () => {
  const exchange = exchangeOf()
  const bytes = Buffer.alloc(100_000)
  const request = { ...exchange.request, body: { bytes, length: bytes.length } }
  expect(encodeBatch(1, [{ ...exchange, request }])).toContain(bytes)
})

test('an answer is read as it was written', () => {
  const answer = { batch: 7, outcomes: [{ outcome: 'match' as const }] }
  expect(decodeAnswer(encodeAnswer(answer))).toEqual(answer)
  expect(decodeAnswer(encodeAnswer({ batch: 7 }))).toEqual({ batch: 7 })
})

test('a batch with any byte changed is read or refused, and nothing else', () => {
  const whole = Buffer.concat(encodeBatch(1, [exchangeOf(), exchangeOf()]))
  fc.assert(
    fc.property(fc.nat(whole.length - 6), fc.nat(255), (at, byte) => {
      const changed = Buffer.from(whole)
      changed[at + 5] = byte
      try {
        decodeBatch(changed)
      } catch (error) {
        expect(error).toMatchObject({ name: 'AppError', code: 'invalid' })
      }
    }),
    { numRuns: 1000 },
  )
})

test.each([[Buffer.from([255, 255, 255, 255, 1])], [Buffer.from([0, 0, 0, 0, 0])]])(
  'a frame of an impossible length is refused before it is waited for',
  (bytes) => {
    const reader = new FrameReader(1000)
    reader.push(bytes)
    expect(() => reader.next()).toThrow('a frame of')
  },
)
