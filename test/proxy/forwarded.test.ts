import { expect, test } from 'vitest'
import { appendForwarded } from '../../src/proxy/forwarded.ts'
import { ok, startFixture } from '../support/proxy-fixture.ts'

const client = { address: '::ffff:10.1.2.3', encrypted: false, port: 8080 }

test.each([
  [
    'nothing there',
    [],
    ['X-Forwarded-For', '10.1.2.3', 'X-Forwarded-Proto', 'http'].concat([
      'X-Forwarded-Host',
      'shop',
      'X-Forwarded-Port',
      '8080',
    ]),
  ],
  [
    'everything there',
    ['x-forwarded-for', 'a, b', 'X-Forwarded-Proto', 'https', 'x-forwarded-host', 'h'].concat([
      'x-forwarded-port',
      '443',
      'Forwarded',
      'for=a',
    ]),
    ['x-forwarded-for', 'a, b, 10.1.2.3', 'X-Forwarded-Proto', 'https', 'x-forwarded-host', 'h']
      .concat(['x-forwarded-port', '443'])
      .concat(['Forwarded', 'for=a, for=10.1.2.3;host=shop;proto=http']),
  ],
])('the client is appended: %s', (_what, before, after) => {
  const headers = [...before]
  appendForwarded(headers, client, 'shop')
  expect(headers).toEqual(after)
})

test('an IPv6 client is quoted in Forwarded', () => {
  const headers = ['Forwarded', '']
  appendForwarded(headers, { ...client, address: '2001:db8::1' }, 'shop:80')
  expect(headers[1]).toBe('for="[2001:db8::1]";host="shop:80";proto=http')
})

test('by default X-Forwarded headers are what the client sent', async () => {
  const { client, primary } = await startFixture({ primary: ok('ok') })
  await client().request('GET / HTTP/1.1', 'Host: a', 'X-Forwarded-For: 1.2.3.4').answer()
  const headers = primary.requests[0]?.headers.join('|') ?? ''
  expect(headers).toContain('X-Forwarded-For|1.2.3.4|')
  expect(headers).not.toContain('Proto')
})
