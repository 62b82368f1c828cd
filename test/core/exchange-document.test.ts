import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { viewBody } from '../../src/core/body-view.ts'
import { exchangeDocument, fromExchangeDocument } from '../../src/core/exchange-document.ts'
import type { CapturedBody, Exchange, Observation } from '../../src/core/exchange.ts'
import type { Judgement } from '../../src/core/judgement.ts'
import { readExchangeDocument } from '../../src/core/read-exchange-document.ts'
import {
  differenceOf,
  FIXTURE_START,
  judgedOf,
  responseOf,
  uuidv7,
} from '../support/exchange-fixtures.ts'

const latin1 = fc
  .uint8Array({ maxLength: 12 })
  .map((bytes) => Buffer.from(bytes).toString('latin1'))
const headers = fc
  .array(fc.tuple(fc.constantFrom('ETag', 'x-a'), latin1), { maxLength: 3 })
  .map((lines) => lines.flat())
const bytes = fc.oneof(
  fc.uint8Array({ maxLength: 30 }).map((content) => Buffer.from(content)),
  fc.string({ unit: 'binary', maxLength: 20 }).map((content) => Buffer.from(content)),
)
const sha256 = 'c0'.repeat(32)
const bodies: fc.Arbitrary<CapturedBody> = fc.oneof(
  bytes.map((content) => ({ bytes: content, length: content.length })),
  bytes.map((content) => ({ bytes: content, length: content.length + 9, sha256 })),
  fc.constant({ bytes: Buffer.alloc(0), length: 9 }),
  bytes.map((content) => ({ bytes: content, length: 90, sha256, incomplete: 'reset' as const })),
)
const observations: fc.Arbitrary<Observation> = fc.oneof(
  fc.record({
    kind: fc.constant('response' as const),
    status: fc.integer({ min: 100, max: 599 }),
    reason: latin1,
    headers,
    trailers: headers,
    body: bodies,
    durationMs: fc.double({ min: 0, max: 1e6, noNaN: true }).map((ms) => ms + 0),
    sentHeaders: headers,
  }),
  fc.record({
    kind: fc.constant('failure' as const),
    reason: fc.constant('timeout' as const),
    message: fc.string(),
    durationMs: fc.nat(),
    sentHeaders: headers,
  }),
)
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined })

const exchanges = fc
  .record({
    at: fc.nat({ max: 1_000_000_000 }),
    requestId: fc.string({ minLength: 1 }),
    target: fc.constantFrom('/a?b=1', 'http://h/x', '*'),
    sent: headers,
    body: bodies,
    primary: maybe(observations),
    shadow: maybe(observations),
    control: maybe(observations),
    waitMs: fc.nat(),
  })
  .map(({ at, requestId, target, sent, body, primary, shadow, control, waitMs }): Exchange => {
    const startedAt = FIXTURE_START + at
    return {
      ...{ id: uuidv7(startedAt), requestId, startedAt, route: 'r', source: 'live' },
      request: { method: 'POST', target, headers: sent, body },
      ...(primary !== undefined && { primary }),
      ...(shadow !== undefined ? { shadow } : { unmirrored: 'paused' }),
      ...(control !== undefined && { control }),
      shadowWaitMs: shadow === undefined ? 0 : waitMs,
    }
  })

const differences = fc.array(
  fc
    .record({
      kind: fc.constantFrom('value' as const, 'missing' as const),
      location: fc.constantFrom('body:/a/0', 'status'),
    })
    .map(differenceOf),
  { maxLength: 2 },
)

const judgements = fc.record({
  found: differences,
  hidden: differences,
  more: fc.nat({ max: 3 }),
  control: maybe(
    differences.map((all) => ({
      differences: all.map(({ kind, pattern }) => ({ kind, pattern })),
    })),
  ),
})

test('an exchange that went through its document as JSON text is the same exchange', () => {
  fc.assert(
    fc.property(exchanges, judgements, (exchange, { found, hidden, more, control }) => {
      const suppressed = hidden.map((difference) => ({ ...difference, by: 'rule' }))
      const judgement: Judgement = {
        ...(exchange.unmirrored === undefined
          ? ({ outcome: found.length > 0 ? 'divergent' : 'match' } as const)
          : ({ outcome: 'unmirrored', reason: exchange.unmirrored } as const)),
        ...{ differences: found, suppressed, differencesTotal: found.length + more },
        ...(more > 0 && { suppressedTotal: suppressed.length + more }),
        ...(control !== undefined && { control }),
      }
      const judged = { exchange, endpoint: 'POST /a', judgement }
      const line = JSON.stringify(exchangeDocument(judged, 'run'))
      expect(fromExchangeDocument(readExchangeDocument(line))).toEqual(judged)
    }),
  )
})

test('a coded body that was decoded for showing is coded again', () => {
  const plain = '{"price":10}'
  const coding = ['Content-Type', 'application/json', 'Content-Encoding', 'gzip']
  const judged = judgedOf({ primary: responseOf(gzipSync(plain), { headers: coding }) })
  const document = exchangeDocument(judged, 'run')
  const { primary } = judged.exchange
  if (primary?.kind !== 'response' || document.primary?.kind !== 'response') return expect.fail()
  const body = viewBody(primary.body, primary.headers)
  expect(body).toMatchObject({ decoded: 'gzip', text: plain })
  const read = fromExchangeDocument({ ...document, primary: { ...document.primary, body } })
  expect(read.exchange.primary).toEqual(primary)
})

const good = exchangeDocument(judgedOf({}, { differences: [differenceOf()] }), 'run')

test.each([
  ['{', 'expected an exchange as JSON, one a line'],
  ['[]', 'it: expected an object'],
  [{ ...good, id: 'x' }, 'id: expected a UUID'],
  [{ ...good, time: 'yesterday' }, 'time: expected'],
  [{ ...good, time: '2150-01-01T00:00:00Z' }, 'time: expected an RFC 3339 time between 1970'],
  [{ ...good, time: '1960-01-01T00:00:00Z' }, 'time: expected an RFC 3339 time between 1970'],
  [{ ...good, differencesTotal: 1.5 }, 'differencesTotal: expected a whole number'],
  [{ ...good, reason: 7 }, 'reason: expected a text'],
  [{ ...good, shadowWaitMs: 'long' }, 'shadowWaitMs: expected a number'],
  [{ ...good, primary: { ...good.primary, status: 200.5 } }, 'status: expected a whole number'],
  [{ ...good, outcome: 'fine' }, 'outcome: expected one of match'],
  [{ ...good, request: undefined }, 'request: expected an object; export exchanges in full'],
  [{ ...good, differences: 1 }, 'differences: expected a list; export exchanges in full'],
  [{ ...good, primary: { ...good.primary, kind: 'x' } }, 'primary.kind: expected'],
  [{ ...good, primary: { ...good.primary, headers: ['a'] } }, 'headers: expected names and'],
  [{ ...good, differences: [{ ...good.differences[0], kind: 'x' }] }, 'kind: expected one of'],
])('a line that is no exchange says what is wrong with it: %#', (line, problem) => {
  const text = typeof line === 'string' ? line : JSON.stringify(line)
  expect(() => readExchangeDocument(text)).toThrow(problem)
})
