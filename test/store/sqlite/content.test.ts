import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { packContent, unpackContent } from '../../../src/store/sqlite/content.ts'

const JSON_LIST = Buffer.from(
  JSON.stringify(Array.from({ length: 500 }, (_, id) => ({ id, name: `Oak salad bowl ${id}` }))),
)

test('any content is read as it was stored', () => {
  const pieces = fc.array(
    fc.oneof(
      fc.uint8Array({ maxLength: 3000 }).map((bytes) => Buffer.from(bytes)),
      fc.constant(JSON_LIST),
    ),
    { maxLength: 4 },
  )
  fc.assert(
    fc.property(pieces, (some) => {
      const bytes = Buffer.concat(some)
      expect(unpackContent(packContent(bytes)).equals(bytes)).toBe(true)
    }),
  )
})

test('a long JSON text takes a third of its bytes at most', () => {
  const { coding, content } = packContent(JSON_LIST)
  expect(coding).toBe('deflate')
  expect(content.length).toBeLessThan(JSON_LIST.length / 3)
})

test.each([
  ['short text', Buffer.from('{"a":1}')],
  ['what cannot be shortened', randomBytes(10_000)],
  ['what begins as such', Buffer.concat([randomBytes(5000), JSON_LIST])],
])('%s is stored as it is', (_what, bytes) => {
  const packed = packContent(bytes)
  expect(packed.coding).toBe('identity')
  expect(packed.content).toBe(bytes)
})
