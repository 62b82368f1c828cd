import { createHash } from 'node:crypto'

import { expect, test } from 'vitest'

import { createComparer } from '../../src/core/compare.ts'
import type { CapturedBody, ObservedFailure } from '../../src/core/exchange.ts'
import { answer, exchange, judge, lines, partialExchange, wholeBody } from './build-exchange.ts'

const comparer = createComparer()

const failure: ObservedFailure = {
  kind: 'failure',
  reason: 'timeout',
  message: 'no answer within 15 s',
  sentHeaders: [],
  durationMs: 15_000,
}

const brokenOff: CapturedBody = { ...wholeBody('{"a"'), incomplete: 'reset' }

test('equal answers match', () => {
  const judged = comparer.judge(
    exchange(answer({ body: 'x' }), answer({ body: 'x' }), { target: '/a/1?q' }),
  )
  expect(judged.endpoint).toBe('GET /a/{id}')
  expect(judged.judgement).toEqual({
    outcome: 'match',
    differences: [],
    suppressed: [],
    differencesTotal: 0,
  })
})

test.each([
  [200, 201, 'changed'],
  [200, 204, 'changed'],
  [404, 410, 'changed'],
  [200, 304, 'breaking'],
  [200, 500, 'breaking'],
  [500, 200, 'breaking'],
])('status %i and %i: %s', (primary, shadow, severity) => {
  const judgement = judge({ status: primary }, { status: shadow })
  expect(judgement.differences).toEqual([
    {
      kind: 'value',
      location: 'status',
      pattern: 'status',
      severity,
      primary: String(primary),
      shadow: String(shadow),
    },
  ])
})

test('a shadow that fails where primary answered is a divergence', () => {
  const { judgement } = comparer.judge(exchange(answer(), failure))
  expect(judgement).toEqual({
    outcome: 'divergent',
    differences: [
      {
        kind: 'failure',
        location: 'failure:timeout',
        pattern: 'failure:timeout',
        severity: 'breaking',
        shadow: '"no answer within 15 s"',
      },
    ],
    suppressed: [],
    differencesTotal: 1,
  })
})

test.each([
  ['primary failed', failure, answer(), 'primary-failed'],
  ['both failed', failure, failure, 'both-failed'],
  ['primary broke off', answer({ body: brokenOff }), answer({ body: '{"a":1}' }), 'primary-failed'],
  ['primary broke off, shadow failed', answer({ body: brokenOff }), failure, 'both-failed'],
  ['both broke off', answer({ body: brokenOff }), answer({ body: brokenOff }), 'both-failed'],
  [
    'the client left',
    answer({ body: { ...wholeBody('x'), incomplete: 'client-aborted' } }),
    answer({ body: 'y' }),
    'client-aborted',
  ],
  [
    'shadow was cut short by the end of the process',
    answer({ body: 'x' }),
    answer({ body: { ...wholeBody('y'), incomplete: 'shutdown' } }),
    'shutdown',
  ],
])('%s: incomparable, and it says why', (_, primary, shadow, reason) => {
  const { judgement } = comparer.judge(exchange(primary, shadow))
  expect(judgement).toMatchObject({ outcome: 'incomparable', reason, differencesTotal: 0 })
})

test('a client that left does not hide another status', () => {
  const cut = { ...wholeBody('x'), incomplete: 'client-aborted' } as const
  const judgement = judge({ body: cut }, { status: 500, body: 'y' })
  expect(lines(judgement)).toEqual(['value status 200 500'])
})

test('a client that left before primary answered leaves nothing to compare', () => {
  const { judgement } = comparer.judge(partialExchange({ shadow: answer() }))
  expect(judgement).toMatchObject({
    outcome: 'incomparable',
    reason: 'client-aborted',
  })
})

test('what was not mirrored says why', () => {
  const unmirrored = partialExchange({ primary: answer(), unmirrored: 'breaker-open' })
  expect(comparer.judge(unmirrored).judgement).toEqual({
    outcome: 'unmirrored',
    reason: 'breaker-open',
    differences: [],
    suppressed: [],
    differencesTotal: 0,
  })
})

test('an answer of shadow that breaks off is a failure', () => {
  const judgement = judge({ body: '{"a":1}' }, { body: brokenOff })
  expect(judgement.differences).toMatchObject([
    {
      kind: 'failure',
      location: 'failure:reset',
      severity: 'breaking',
      shadow: '"the body broke off after 4 bytes"',
    },
  ])
})

test('an answer of shadow that never ends differs in length', () => {
  const endless = {
    bytes: Buffer.from('x'),
    length: 65_536,
    sha256: '',
    incomplete: 'too-long',
  } as const
  const judgement = judge({ body: 'x' }, { body: endless })
  expect(lines(judgement)).toEqual(['length body: "1 bytes" "more than 65536 bytes"'])
})

const prefixOf = (content: string): CapturedBody => ({
  bytes: Buffer.from(content.slice(0, 2)),
  length: content.length,
  sha256: createHash('sha256').update(content).digest('hex'),
})

test.each([
  ['equal hashes match', prefixOf('aaaa'), prefixOf('aaaa'), 'match', undefined],
  [
    'a whole body is hashed against a kept prefix',
    prefixOf('aaaa'),
    wholeBody('aaaa'),
    'match',
    undefined,
  ],
  ['unequal hashes are truncated', prefixOf('aaaa'), prefixOf('aaab'), 'incomparable', 'truncated'],
  [
    'unequal lengths are truncated',
    prefixOf('aaaa'),
    prefixOf('aaaaa'),
    'incomparable',
    'truncated',
  ],
  [
    'a whole body that differs from the cut one',
    wholeBody('aaab'),
    prefixOf('aaaa'),
    'incomparable',
    'truncated',
  ],
])('kept prefixes: %s', (_, primary, shadow, outcome, reason) => {
  const judgement = judge({ body: primary }, { body: shadow })
  expect(judgement.outcome).toBe(outcome)
  expect(judgement.reason).toBe(reason)
})

test('a truncated body does not hide another header', () => {
  const judgement = judge(
    { headers: ['content-type', 'a/b'], body: prefixOf('aaaa') },
    { headers: ['content-type', 'a/c'], body: prefixOf('aaab') },
  )
  expect(judgement.outcome).toBe('divergent')
  expect(judgement.reason).toBeUndefined()
})

test.each([
  ['HEAD', 200],
  ['GET', 204],
  ['GET', 304],
])('%s %i has headers and no body', (method, status) => {
  const judgement = judge(
    { status, headers: ['etag', '"a"', 'content-length', '241'] },
    { status, headers: ['etag', '"b"', 'content-length', '281'] },
    { method },
  )
  expect(judgement.outcome).toBe('match')
  expect(judgement.suppressed.map(({ location }) => location)).toEqual([
    'header:etag',
    'header:content-length',
  ])
})

test('equal bytes are never parsed', () => {
  // Deeper than the bound: parsing would find them undecodable.
  const body = '['.repeat(100_000)
  expect(judge({ body }, { body }).outcome).toBe('match')
})

test('a bug in here is told and does not throw', () => {
  const body = { length: 1, bytes: null as unknown as Buffer }
  const judged = comparer.judge(exchange(answer({ body }), answer({ body })))
  expect(judged.judgement).toMatchObject({ outcome: 'incomparable', reason: 'comparer-failed' })
})
