import { expect, test } from 'vitest'
import { undoCodings } from '../../src/core/content-coding.ts'
import { decompressZstd } from '../../src/core/zstd.ts'
import { judge, lines } from './build-exchange.ts'

/** A frame of raw and run blocks: what any encoder may write, and all that a bomb needs. */
function frame(
  blocks: readonly (Buffer | { readonly byte: number; readonly times: number })[],
  window = 0x58,
) {
  const parts = blocks.map((block, index) => {
    const isLast = index === blocks.length - 1 ? 1 : 0
    const isRun = !Buffer.isBuffer(block)
    const header = Buffer.alloc(3)
    header.writeUIntLE(((isRun ? block.times : block.length) << 3) | (isRun ? 2 : 0) | isLast, 0, 3)
    return Buffer.concat([header, isRun ? Buffer.of(block.byte) : block])
  })
  return Buffer.concat([Buffer.of(0x28, 0xb5, 0x2f, 0xfd, 0, window), ...parts])
}

/** {@link EXPECTED} as the reference encoder writes it, with entropy-coded blocks. */
const ENCODED = [
  'KLUv/QRYPQgAcswgG3BJ0wb+9UMyCNLQCQSqGCZ7acuUCAov/f/vBgEHu4KVWYh1v9f5edntVa/X/5fv',
  'v+9vbv7MI/58/vHxzeaXy75v27br2sbGzjSiW7dt27Zt2zaziHh35xyzqiv/i21zaVscjEEHAWIwoIIM',
  'YTgGEoQCkRwHCBl0JAIFKoxBBQglAAR1qEGoXPvfAYAzkg4RKAQIxpTSxON8ozFKkSAAAYRBoDw0AsXp',
  'lDAVpmPGLNk9HYHi1EgCQRDCVJLuzacTaWMeIq2IBneyZ4izRocp65JRnOyYcB6kxs5iwGvyGuYWVqNh',
  'X10v0jLOIdn+bCkOZgUv10IHCfy59zKnd/B0+r0GxCpwT33a',
].join('')
const EXPECTED = JSON.stringify(
  Array.from({ length: 40 }, (_, n) => ({ id: n, name: `item number ${n}`, price: n * 1.25 })),
)

const inflate = (bytes: Buffer, maxOutputLength = 1_000_000) =>
  decompressZstd(bytes, { maxOutputLength }).toString()

test('what the reference encoder wrote is read', () => {
  expect(inflate(Buffer.from(ENCODED, 'base64'))).toBe(EXPECTED)
})

test('several frames, and frames to skip, are one body', () => {
  const skip = Buffer.of(0x50, 0x2a, 0x4d, 0x18, 2, 0, 0, 0, 1, 2)
  const one = frame([Buffer.from('one '), { byte: 33, times: 3 }])
  const two = frame([Buffer.from(' two')])
  expect(inflate(Buffer.concat([one, skip, two]))).toBe('one !!! two')
})

test('a body in zstd is compared by what it holds', () => {
  const coded = (text: string) => ({
    headers: ['content-type', 'application/json', 'content-encoding', 'zstd'],
    body: frame([Buffer.from(text)]),
  })
  expect(lines(judge(coded('{"a":1}'), coded('{"a":2}')))).toEqual(['value body:/a 1 2'])
})

test('a bomb is too large, however small it is', () => {
  const bomb = frame(Array.from({ length: 1000 }, () => ({ byte: 0, times: 128 * 1024 })))
  expect(bomb.length).toBeLessThan(5000)
  expect(undoCodings(bomb, ['zstd'], 1_000_000)).toEqual({ kind: 'too-large' })
  expect(() => inflate(bomb)).toThrow(/more than the bound/)
})

test('neither windows nor small blocks cost more than they may', () => {
  expect(() => inflate(frame([Buffer.from('x')], 0xa0))).toThrow(/window/)
  const small = frame(
    Array.from({ length: 3000 }, () => Buffer.from('x')),
    0x68,
  )
  expect(() => inflate(small)).toThrow(/small blocks/)
})

test.each([
  ['cut', frame([Buffer.from('hello')]).subarray(0, -1)],
  ['cut in its header', frame([Buffer.from('hello')]).subarray(0, 5)],
  ['of another coding', Buffer.from('{"a":1}')],
  ['in need of a dictionary', Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 1, 0x58, 7, 1, 0, 0])],
])('bytes that are %s are corrupt', (_, bytes) => {
  expect(() => inflate(bytes)).toThrow()
  expect(undoCodings(bytes, ['zstd'], 1000)).toEqual({ kind: 'corrupt', coding: 'zstd' })
})
