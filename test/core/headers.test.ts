import { expect, test } from 'vitest'

import {
  connectionOptions,
  headerValue,
  headerValues,
  headersByName,
  isHopByHop,
} from '../../src/core/headers.ts'

test.each([
  'Connection',
  'keep-alive',
  'Proxy-Connection',
  'TE',
  'Trailer',
  'Transfer-Encoding',
  'UPGRADE',
  'proxy-authenticate',
  'Proxy-Authorization',
  'HTTP2-Settings',
])('%s ends at the next hop', (name) => {
  expect(isHopByHop(name)).toBe(true)
})

test.each(['host', 'content-length', 'x-request-id', 'via', 'trailers', ''])(
  '%j goes from end to end',
  (name) => {
    expect(isHopByHop(name)).toBe(false)
  },
)

const LIST = [
  'Set-Cookie',
  'a=1',
  'X-One',
  'x',
  'set-cookie',
  'b=2',
  'Connection',
  'Close, x-ONE ,',
]

test('lines of one name keep their order and are not joined', () => {
  expect(headerValues(LIST, 'set-cookie')).toEqual(['a=1', 'b=2'])
  expect(headerValue(LIST, 'set-cookie')).toBe('a=1')
  expect(headerValue(LIST, 'absent')).toBeUndefined()
  expect([...headersByName(LIST)]).toEqual([
    ['set-cookie', ['a=1', 'b=2']],
    ['x-one', ['x']],
    ['connection', ['Close, x-ONE ,']],
  ])
})

test('Connection names further hop-by-hop headers', () => {
  expect([...connectionOptions(LIST)]).toEqual(['close', 'x-one'])
})
