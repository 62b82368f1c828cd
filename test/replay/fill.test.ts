import { expect, test } from 'vitest'

import { AppError } from '../../src/core/errors.ts'
import { fillIn, readFillings } from '../../src/replay/fill.ts'
import type { RecordedRequest } from '../../src/replay/recorded-request.ts'

const SECRET = 'redacted.string.17-32.9f86d081884c7d65.3fa1c2b4'
const NUMBER = 'redacted.number.9-16.0f86d081884c7d65.3fa1c2b4'

function recorded(more: Partial<RecordedRequest>): RecordedRequest {
  return {
    at: 0,
    client: '',
    method: 'POST',
    target: '/',
    headers: ['Host', 'shop.example'],
    body: Buffer.alloc(0),
    ...more,
  }
}

const fill = (request: RecordedRequest, pairs: readonly string[], drop = false) =>
  fillIn(request, readFillings(pairs, {}), drop)

test('what was not redacted is sent as it was recorded', () => {
  const request = recorded({
    target: '/a//b?q=%zz&empty&=',
    headers: ['host', 'x', 'Accept', '*/*', 'accept', 'text/html'],
    body: Buffer.from('{ "n": 9007199254740993 }'),
  })
  expect(fill(request, [])).toEqual({
    target: request.target,
    headers: request.headers,
    body: request.body,
    unfilled: [],
  })
})

test('a redacted place that nobody fills is named', () => {
  const request = recorded({
    target: `/t/${SECRET}?token=${SECRET}`,
    headers: [
      'Host',
      'x',
      'Authorization',
      `Bearer ${SECRET}`,
      'Cookie',
      `theme=dark; sid=${SECRET}`,
    ],
    body: Buffer.from(JSON.stringify({ password: SECRET })),
  })
  expect(fill(request, []).unfilled).toEqual([
    'query:token',
    'path',
    'header:authorization',
    'cookie:sid',
    'body',
  ])
})

test('each kind of place is filled', () => {
  const request = recorded({
    target: `/?token=${SECRET}&page=2`,
    headers: [
      ...['Host', 'x', 'Authorization', `Bearer ${SECRET}`, 'Cookie', `theme=dark; sid=${SECRET}`],
      ...['Content-Type', 'application/json'],
    ],
    body: Buffer.from(`{"user":{"password":"${SECRET}"},"card":"${NUMBER}","n":1.0}`),
  })
  const filled = fill(request, [
    'query:token=a b&c',
    'header:authorization=Bearer new',
    'cookie:sid=s1',
    'body:/user/password=p"w',
    'body:/card=42',
  ])
  expect(filled.unfilled).toEqual([])
  expect(filled.target).toBe('/?token=a%20b%26c&page=2')
  expect(filled.headers).toEqual([
    ...['Host', 'x', 'Authorization', 'Bearer new', 'Cookie', 'theme=dark; sid=s1'],
    ...['Content-Type', 'application/json'],
  ])
  expect(filled.body.toString()).toBe('{"user":{"password":"p\\"w"},"card":42,"n":1.0}')
})

test('fields of a form are filled by their names', () => {
  const request = recorded({
    headers: ['Host', 'x', 'Content-Type', 'application/x-www-form-urlencoded'],
    body: Buffer.from(`user=ann&pass+word=${SECRET}`),
  })
  const { body, unfilled } = fill(request, ['body:/pass word=é&'])
  expect(body.toString()).toBe('user=ann&pass+word=%C3%A9%26')
  expect(unfilled).toEqual([])
})

test('a header that the recording lacks is added', () => {
  const { headers } = fill(recorded({}), ['header:x-tenant=t1'])
  expect(headers).toEqual(['Host', 'shop.example', 'x-tenant', 't1'])
})

test('what stays redacted can be left out instead', () => {
  const request = recorded({
    target: `/?a=1&token=${SECRET}`,
    headers: ['Host', 'x', 'X-Api-Key', SECRET, 'Cookie', `sid=${SECRET}`],
  })
  const { target, headers, unfilled } = fill(request, [], true)
  expect(target).toBe('/?a=1')
  expect(headers).toEqual(['Host', 'x'])
  expect(unfilled).toEqual([])
})

test('values are taken from the environment by name', () => {
  const fillings = readFillings(['header:authorization=Bearer ${V2_TOKEN}'], { V2_TOKEN: 'abc' })
  expect(fillings.get('header:authorization')).toBe('Bearer abc')
})

test.each(['authorization=x', 'header:', 'header:a b=x', 'body=x', 'cookie:=1', 'header:x-a'])(
  'a filling that names no place is refused: %s',
  (pair) => {
    expect(() => readFillings([pair], {})).toThrow(AppError)
  },
)

test('a name that the environment lacks is refused without showing the value', () => {
  expect(() => readFillings(['header:a=s3cret ${NOPE}'], {})).toThrow(
    /^--set header:a: the environment has no NOPE$/,
  )
})
