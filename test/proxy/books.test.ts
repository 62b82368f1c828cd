import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Books } from '../../src/proxy/books.ts'
import { addsUp } from '../support/proxy-fixture.ts'

test('both equations hold after every step, whatever the order of steps', () => {
  const step = fc.constantFrom('saw', 'unmirrored', 'mirrored', 'recorded', 'lost')
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const books = new Books()
      for (const one of steps) {
        const { pending, inFlight } = books.read()
        if (one === 'saw') books.saw()
        else if (one === 'unmirrored' && pending > 0) books.leftUnmirrored('backlog')
        else if (one === 'mirrored' && pending > 0) books.mirrored()
        else if (one === 'recorded' && inFlight > 0) {
          books.recorded({ outcome: 'incomparable', reason: 'truncated' })
        } else if (one === 'lost' && inFlight > 0) books.lost('queue-full')
        expect(addsUp(books.read())).toBe(true)
      }
    }),
  )
})

test('a reading is a copy', () => {
  const books = new Books()
  const before = books.read()
  books.saw()
  books.leftUnmirrored('method')
  expect(before).toMatchObject({ seen: 0, unmirrored: {} })
  expect(books.read()).toMatchObject({ seen: 1, unmirrored: { method: 1 } })
})
