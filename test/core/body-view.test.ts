import { brotliCompressSync, deflateRawSync, gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { viewBody } from '../../src/core/body-view.ts'
import { bodyOf } from '../support/exchange-fixtures.ts'

test('text is shown as text', () => {
  expect(viewBody(bodyOf('{"ä":"€"}\r\n\t'), [])).toMatchObject({
    length: 15,
    truncated: false,
    text: '{"ä":"€"}\r\n\t',
  })
})

test.each([
  ['a NUL', Buffer.from('a\0b')],
  ['an escape', Buffer.from('\u001b[0m')],
  ['bytes that are no UTF-8', Buffer.from([0xc3, 0x28])],
  ['half a character', Buffer.from([0xe2, 0x82])],
])('%s makes it base64', (_title, bytes) => {
  const view = viewBody(bodyOf(bytes), [])
  expect(view.text).toBeUndefined()
  expect(Buffer.from(view.base64 ?? '', 'base64').equals(bytes)).toBe(true)
})

test.each([
  ['gzip', gzipSync],
  ['x-gzip', gzipSync],
  ['br', brotliCompressSync],
  ['deflate', deflateRawSync],
] as const)('%s is undone and said', (coding, encode) => {
  const view = viewBody(bodyOf(encode(Buffer.from('hello'))), ['Content-Encoding', coding])
  expect(view).toMatchObject({ text: 'hello', decoded: coding.replace('x-', '') })
})

test.each([
  ['a coding that is a lie', bodyOf('plain'), 'gzip', 'plain'],
  ['an unknown coding', bodyOf('plain'), 'magic', 'plain'],
  ['an empty body', bodyOf(''), 'gzip', ''],
  ['identity', bodyOf('plain'), 'identity', 'plain'],
])('%s is shown as it came', (_title, body, coding, text) => {
  const view = viewBody(body, ['content-encoding', coding])
  expect(view).toMatchObject({ text })
  expect(view.decoded).toBeUndefined()
})

test('a bomb is not blown up', () => {
  const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024))
  const view = viewBody(bodyOf(bomb), ['Content-Encoding', 'gzip'])
  expect(view.decoded).toBeUndefined()
  expect(view.base64?.length).toBeLessThan(200_000)
})

test('a prefix that ends within a character is text', () => {
  const bytes = Buffer.from('price: 5 €').subarray(0, -1)
  expect(viewBody({ bytes, length: 5000, sha256: 'ab' }, [])).toEqual({
    length: 5000,
    sha256: 'ab',
    truncated: true,
    text: 'price: 5 ',
  })
})

test('a body of which nothing was kept says so', () => {
  expect(viewBody({ bytes: Buffer.alloc(0), length: 12 }, [])).toMatchObject({
    length: 12,
    sha256: '',
    truncated: true,
  })
})

test('a body that ended early says why', () => {
  expect(viewBody({ ...bodyOf('half'), incomplete: 'reset' }, [])).toMatchObject({
    incomplete: 'reset',
  })
})
