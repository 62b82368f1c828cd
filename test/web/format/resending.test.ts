import { expect, test } from 'vitest'
import type { BodyView, ObservationView, RequestView } from '../../../src/core/exchange-report.ts'
import { leftOutHeaders, unsendable } from '../../../web/src/format/resending.ts'

const SECRET = 'redacted.string.17-32.9f86d081884c7d65.3fa1c2b4'

const body = (over: Partial<BodyView> = {}): BodyView => ({
  length: 0,
  sha256: '',
  truncated: false,
  ...over,
})

const requestOf = (over: Partial<RequestView> = {}): RequestView => ({
  method: 'POST',
  target: '/orders',
  headers: ['Host', 'shop.example'],
  body: body(),
  ...over,
})

const failureOf = (sentHeaders: readonly string[]): ObservationView => ({
  ...{ kind: 'failure', reason: 'timeout', message: '', durationMs: 1, sentHeaders },
})

test.each([
  ['a secret in the address', { target: `/orders?token=${SECRET}` }, /in its address/],
  ['a secret in the body', { body: body({ text: `{"token":"${SECRET}"}` }) }, /in its body/],
  ['a body that was cut', { body: body({ truncated: true }) }, /whole body/],
  ['a body that ended early', { body: body({ incomplete: 'client-aborted' }) }, /whole body/],
])('a request with %s says before it is asked for that it is not sent', (_, over, words) => {
  expect(unsendable({ request: requestOf(over) })).toMatch(words)
})

test('a request that was kept whole may be sent, whatever its headers lack', () => {
  const request = requestOf({ headers: ['Authorization', SECRET] })
  expect(unsendable({ request, reason: 'not-sampled' })).toBeUndefined()
  expect(unsendable({ request, reason: 'upgrade' })).toBe(
    'An upgraded connection cannot be sent again.',
  )
})

test('headers that are left out are named once, for both versions', () => {
  const request = requestOf({ headers: ['Authorization', SECRET] })
  expect(leftOutHeaders({ request })).toEqual(['authorization'])
  const primary = failureOf(['authorization', SECRET, 'accept', '*/*'])
  expect(leftOutHeaders({ request, primary })).toEqual(['authorization'])
  const shadow = failureOf(['Authorization', 'Bearer set', 'Cookie', SECRET])
  expect(leftOutHeaders({ request, primary, shadow })).toEqual(['authorization', 'cookie'])
})
