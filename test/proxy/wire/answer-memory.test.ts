import fc from 'fast-check'
import { expect, test } from 'vitest'

import { AnswerMemory } from '../../../src/proxy/wire/answer-memory.ts'

test('a body of known length lies in one piece, however it came', () => {
  const body = fc.uint8Array({ minLength: 2, maxLength: 300 })
  fc.assert(
    fc.property(body, fc.array(fc.nat(300)), (bytes, cuts) => {
      const shared = Buffer.alloc(bytes.length)
      const memory = new AnswerMemory()
      const ends = [...new Set(cuts.map((cut) => 1 + (cut % bytes.length)))].sort((a, b) => a - b)
      const pieces: Buffer[] = []
      let start = 0
      for (const end of [...ends.filter((end) => end < bytes.length), bytes.length]) {
        shared.set(bytes.subarray(start, end), 0)
        pieces.push(memory.keep(shared, 0, end - start, bytes.length - end))
        shared.fill(0)
        start = end
      }
      expect(memory.isReserved).toBe(false)
      expect(Buffer.concat(pieces).equals(bytes)).toBe(true)
      const [first, ...others] = pieces
      let end = (first?.byteOffset ?? 0) + (first?.length ?? 0)
      for (const piece of others) {
        expect(piece.buffer).toBe(first?.buffer)
        expect(piece.byteOffset).toBe(end)
        end += piece.length
      }
    }),
  )
})

test('what is announced but too long is not reserved', () => {
  const memory = new AnswerMemory()
  const chunk = memory.keep(Buffer.alloc(1000, 'x'), 0, 1000, 1_000_000_000)
  expect(chunk.toString()).toBe('x'.repeat(1000))
  expect(memory.isReserved).toBe(false)
})

test('bytes of unknown length are kept one by one', () => {
  const memory = new AnswerMemory()
  const bytes = Buffer.from('abcdef')
  expect(memory.keep(bytes, 0, 2, 0).toString()).toBe('ab')
  expect(memory.keep(bytes, 2, 6, 0).toString()).toBe('cdef')
  expect(memory.isReserved).toBe(false)
})

test('an answer that broke off leaves nothing reserved for the next', () => {
  const memory = new AnswerMemory()
  memory.keep(Buffer.alloc(10), 0, 10, 90)
  expect(memory.isReserved).toBe(true)
  memory.end()
  expect(memory.isReserved).toBe(false)
  expect(memory.keep(Buffer.from('next'), 0, 4, 0).toString()).toBe('next')
})
