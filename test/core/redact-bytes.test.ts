/** Secrets in bodies that must be opened before anybody can look into them, and in those that cannot be. */

import { createHash, randomBytes } from 'node:crypto'
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { undoCodings } from '../../src/core/content-coding.ts'
import type { CapturedBody } from '../../src/core/exchange.ts'
import { keyIdOf } from '../../src/core/placeholder.ts'
import { createRedactor } from '../../src/core/redact.ts'
import { storedZstd } from '../../src/core/zstd.ts'
import { bodyOf, judgedOf, responseOf } from '../support/exchange-fixtures.ts'

const key = Buffer.from('a key that only this test knows')
const redactor = createRedactor({ key, keyId: keyIdOf(key) })
const SECRET = 'planted-S3cret-value-7f9'
const TEXT = `{"password":"${SECRET}","n":1}`

function redactCoded(body: CapturedBody, coding: string): CapturedBody {
  const headers = ['Content-Type', 'application/json', 'Content-Encoding', coding]
  const judged = judgedOf({ primary: responseOf('', { headers, body }) })
  const { primary } = redactor.redact(judged).exchange
  if (primary?.kind !== 'response') throw new Error('a response stays a response')
  return primary.body
}

test.each([
  ['zstd', ['zstd'], storedZstd(Buffer.from(TEXT))],
  ['x-gzip', ['gzip'], gzipSync(TEXT)],
  ['deflate, gzip', ['deflate', 'gzip'], gzipSync(deflateSync(TEXT))],
  ['gzip, BR', ['gzip', 'br'], brotliCompressSync(gzipSync(TEXT))],
])('a body coded in %s is looked into and stays coded', (coding, codings, bytes) => {
  const opened = undoCodings(redactCoded(bodyOf(bytes), coding).bytes, codings, 10_000)
  expect(opened.kind === 'bytes' && opened.bytes.toString()).toMatch(
    /^\{"password":"redacted\.[\w.-]+","n":1\}$/,
  )
})

test.each(['utf-8', 'gzip', 'none', 'compress'])(
  'a body whose coding is said to be %s and is none is looked into as it stands',
  (coding) => {
    const { bytes } = redactCoded(bodyOf(TEXT), coding)
    expect(bytes.toString()).toMatch(/^\{"password":"redacted\.[\w.-]+","n":1\}$/)
  },
)

const long = Buffer.from(`${TEXT}${randomBytes(30_000).toString('base64')}`)
const clean = Buffer.from(`{"n":1}${randomBytes(30_000).toString('base64')}`)
const cut = (bytes: Buffer): CapturedBody => ({
  bytes: bytes.subarray(0, 8000),
  length: bytes.length,
  sha256: createHash('sha256').update(bytes).digest('hex'),
})

test.each([
  ['gzip', gzipSync],
  ['br', brotliCompressSync],
  ['deflate', deflateSync],
] as const)(
  'of a %s body that was cut the bytes are kept only when they have no secret',
  (coding, encode) => {
    const kept = cut(encode(clean))
    expect(redactCoded(kept, coding)).toEqual(kept)
    const { length, sha256 } = cut(encode(long))
    expect(redactCoded(cut(encode(long)), coding)).toEqual({
      bytes: Buffer.alloc(0),
      length,
      sha256,
    })
  },
)

test('bytes in a coding that nothing here undoes are not kept, but their hash', () => {
  const bytes = randomBytes(500)
  expect(redactCoded(bodyOf(bytes), 'compress')).toEqual({
    bytes: Buffer.alloc(0),
    length: 500,
    sha256: createHash('sha256').update(bytes).digest('hex'),
  })
})

test.each([
  ['without a mark', Buffer.from(TEXT, 'utf16le')],
  ['with a mark', Buffer.from(`\ufeff${TEXT}`, 'utf16le')],
  ['big end first', Buffer.from(TEXT, 'utf16le').swap16()],
])('UTF-16 %s is looked into and stays UTF-16', (_title, bytes) => {
  const redacted = redactCoded(bodyOf(bytes), 'identity').bytes
  const text = (redacted[0] === 0 ? Buffer.from(redacted).swap16() : redacted).toString('utf16le')
  expect(text.replace('\ufeff', '')).toMatch(/^\{"password":"redacted\.[\w.-]+","n":1\}$/)
})

test('half a character in what is encoded is no reason to keep the secret beside it', () => {
  const bytes = Buffer.from(`{"next":"\ud800%3Ftoken%3D${SECRET}"}`, 'utf16le')
  expect(redactCoded(bodyOf(bytes), 'identity').bytes.toString('utf16le')).toMatch(
    /token%3Dredacted\.[\w.-]+"\}$/,
  )
})

test('a long value beside an encoded one costs no more than reading it', () => {
  const text = `{"a":"${'x'.repeat(4_000_000)}","next":"%3Ftoken%3D${SECRET}"}`
  expect(redactCoded(bodyOf(text), 'identity').bytes.includes(SECRET)).toBe(false)
})

test('bytes without a coding are kept, whatever they are', () => {
  const bytes = Buffer.concat([Buffer.from([0, 1, 255]), randomBytes(501)])
  expect(redactCoded(bodyOf(bytes), 'identity').bytes.equals(bytes)).toBe(true)
})

test('a frame of zstd that was made here is read, of any size', () => {
  for (const size of [0, 1, 128 * 1024, 128 * 1024 + 1, 9_000_000]) {
    const bytes = Buffer.alloc(size, 7)
    const opened = undoCodings(storedZstd(bytes), ['zstd'], 10_000_000)
    expect(opened.kind === 'bytes' && opened.bytes.equals(bytes)).toBe(true)
  }
})
