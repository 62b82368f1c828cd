import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { BodyCapture, HeldBytes } from '../../src/proxy/body.ts'

const chunks = fc.array(
  fc.uint8Array({ minLength: 1, maxLength: 50 }).map((bytes) => Buffer.from(bytes)),
  { maxLength: 10 },
)

test('however a body is cut, prefix, length and hash are those of the whole', () => {
  fc.assert(
    fc.property(chunks, fc.nat(200), fc.nat(200), fc.nat(400), (pieces, limit, finish, memory) => {
      const held = new HeldBytes(memory)
      const capture = new BodyCapture(limit, held)
      for (const piece of pieces) capture.push(piece)
      const whole = Buffer.concat(pieces)
      const body = capture.finish(finish)
      expect(body.length).toBe(whole.length)
      expect(body.bytes.equals(whole.subarray(0, body.bytes.length))).toBe(true)
      expect(body.bytes.length).toBeLessThanOrEqual(Math.min(limit, finish))
      expect(held.held).toBeLessThanOrEqual(memory)
      if (body.bytes.length < whole.length) {
        expect(body.sha256).toBe(createHash('sha256').update(whole).digest('hex'))
      } else expect(body.sha256).toBeUndefined()
      capture.release()
      capture.release()
      expect(held.held).toBe(0)
    }),
  )
})

test('however a body is cut, equal bytes are given as the very same', () => {
  fc.assert(
    fc.property(chunks, fc.nat(500), fc.nat(255), (pieces, at, byte) => {
      const capture = () => {
        const one = new BodyCapture(1000, new HeldBytes(1000))
        for (const piece of pieces) one.push(piece)
        return one
      }
      const equal = Buffer.concat(pieces)
      fc.pre(equal.length > 0)
      expect(capture().finish(1000, undefined, equal).bytes).toBe(equal)
      const other = Buffer.from(equal)
      other[at % other.length] = byte
      const { bytes } = capture().finish(1000, undefined, other)
      expect(bytes.equals(equal)).toBe(true)
      expect(bytes === other).toBe(other.equals(equal))
      expect(capture().finish(1000, undefined, equal.subarray(1)).bytes.equals(equal)).toBe(true)
    }),
  )
})

test('pieces that lie one behind the other are one, without a copy', () => {
  const memory = Buffer.alloc(3000, 'm')
  const capture = new BodyCapture(3000, new HeldBytes(3000))
  for (const end of [2000, 2001, 3000]) capture.push(memory.subarray(capture.length, end))
  const { bytes } = capture.finish(3000)
  expect(bytes.equals(memory)).toBe(true)
  expect(bytes.buffer).toBe(memory.buffer)
})

test('a short body in a long buffer does not keep the buffer', () => {
  const memory = Buffer.alloc(64 * 1024, 'm')
  const capture = new BodyCapture(1000, new HeldBytes(1000))
  capture.push(memory.subarray(0, 100))
  const { bytes } = capture.finish(1000)
  expect(bytes.equals(memory.subarray(0, 100))).toBe(true)
  expect(bytes.buffer.byteLength).toBeLessThanOrEqual(Buffer.poolSize)
})

test('a dropped body gives its memory back at once and counts on', () => {
  const held = new HeldBytes(100)
  const capture = new BodyCapture(100, held)
  capture.push(Buffer.alloc(60))
  capture.drop()
  expect(held.held).toBe(0)
  capture.push(Buffer.alloc(60))
  expect(held.held).toBe(0)
  expect(capture.finish(100)).toEqual({ bytes: Buffer.alloc(0), length: 120 })
})

test('a capture says why it cannot hold the whole', () => {
  const held = new HeldBytes(10)
  const large = new BodyCapture(5, held)
  large.push(Buffer.alloc(6))
  expect(large.cut).toBe('too-large')
  const poor = new BodyCapture(100, held)
  poor.push(Buffer.alloc(6))
  expect(poor.cut).toBe('no-memory')
})

test('a body in pieces of one byte takes little more than its bytes, and is the same body', () => {
  const held = new HeldBytes(1_000_000)
  const capture = new BodyCapture(1_000_000, held)
  const bytes = Buffer.from(Array.from({ length: 200_000 }, (_unused, i) => i % 251))
  for (let at = 0; at < bytes.length; at++) {
    capture.push(bytes.subarray(at, at + 1))
    // Longer pieces in between keep their place.
    if (at === 100_000) capture.push(Buffer.alloc(5000, 'x'))
  }
  expect(capture.chunks.length).toBeLessThan(50)
  expect(held.held).toBe(205_000)
  const whole = Buffer.concat([
    bytes.subarray(0, 100_001),
    Buffer.alloc(5000, 'x'),
    bytes.subarray(100_001),
  ])
  expect(Buffer.concat(capture.chunks).equals(whole)).toBe(true)
  expect(capture.finish(Infinity).bytes.equals(whole)).toBe(true)
  capture.release()
  expect(held.held).toBe(0)
})
