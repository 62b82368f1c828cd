import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { OutgoingRequest } from '../../../src/proxy/leg.ts'
import {
  formatHead,
  formatLastChunk,
  writeTogether,
} from '../../../src/proxy/wire/request-writer.ts'

const GET: OutgoingRequest = {
  method: 'GET',
  target: '/',
  headers: ['Host', 'a'],
  framing: { kind: 'none' },
  timeoutMs: 1,
  idleMs: 1,
}

test('a head is the request line, the lines as given, and the framing', () => {
  expect(formatHead({ ...GET, headers: ['Host', 'a', 'x', '\xe9', 'X', ''] })).toBe(
    'GET / HTTP/1.1\r\nHost: a\r\nx: \xe9\r\nX: \r\nConnection: keep-alive\r\n\r\n',
  )
  expect(formatHead({ ...GET, framing: { kind: 'chunked' } })).toBe(
    'GET / HTTP/1.1\r\nHost: a\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n',
  )
})

test('the last chunk carries the trailers', () => {
  expect(formatLastChunk([])).toBe('0\r\n\r\n')
  expect(formatLastChunk(['X', '1', 'x', '2'])).toBe('0\r\nX: 1\r\nx: 2\r\n\r\n')
  expect(formatLastChunk(['X', '1\n'])).toBeUndefined()
})

test('no text in any place ever makes another line, or another request', () => {
  const text = fc.oneof(
    fc.string(),
    fc.string({ unit: 'binary' }),
    fc.constantFrom('a\r\nb', 'a\nb', 'a\rb', 'a\0', 'a b', 'a:b', '\u010d\u010a', '', ' a', '\t'),
  )
  fc.assert(
    fc.property(text, text, text, text, (method, target, name, value) => {
      const head = formatHead({ ...GET, method, target, headers: [name, value] })
      if (head === undefined) return
      expect(head.split(/[\r\n]+/)).toEqual([
        `${method} ${target} HTTP/1.1`,
        `${name}: ${value}`,
        'Connection: keep-alive',
        '',
      ])
      expect(head.split(' ', 2)).toEqual([method, target])
      expect(Buffer.from(head, 'latin1').toString('latin1')).toBe(head)
    }),
    { numRuns: 2000 },
  )
})

test.each([0, 10, 16_000, 20_000])('%s bytes leave in one go, in order', (length) => {
  const parts: string[] = []
  const corks: string[] = []
  const sink = {
    write: (bytes: string | Buffer) => {
      parts.push(bytes.toString('latin1'))
      return false
    },
    cork: () => corks.push('cork'),
    uncork: () => corks.push('uncork'),
  }
  const bytes = Buffer.alloc(length, 'x')
  expect(writeTogether(sink, 'before\xe9', bytes, '\r\n')).toBe(false)
  expect(parts.join('')).toBe(`before\xe9${'x'.repeat(length)}\r\n`)
  expect(corks).toEqual(length > 16_384 ? ['cork', 'uncork'] : [])
  expect(parts.length).toBe(length > 16_384 ? 3 : 1)
})
