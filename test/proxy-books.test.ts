import { expect, test } from 'vitest'
import type { Counters } from '../src/core/counters.ts'
import { ServiceBooks } from '../src/proxy-books.ts'
import { imbalanceOf } from './support/books-balance.ts'

const reading = (over: Partial<Counters>): Counters => ({
  ...{ seen: 0, pending: 0, mirrored: 0, unmirrored: {}, inFlight: 0 },
  ...{ match: 0, divergent: 0, incomparable: {}, lost: {} },
  ...over,
})

test('what a killed proxy held is settled under its own name, and the equations hold', () => {
  const books = new ServiceBooks()
  const first = books.open('a-1')
  books.note(first, reading({ seen: 10, pending: 2, mirrored: 8, inFlight: 3, match: 5 }))
  books.close(first)
  expect(books.total()).toMatchObject({
    ...{ seen: 10, pending: 0, mirrored: 8, inFlight: 0, match: 5 },
    ...{ unmirrored: { 'proxy-died': 2 }, lost: { 'proxy-died': 3 } },
  })
  expect(imbalanceOf(books.total())).toBe('')
})

test('the next process counts on from there, and a late reading of the dead one is nothing', () => {
  const books = new ServiceBooks()
  const first = books.open('a-1')
  books.note(first, reading({ seen: 10, mirrored: 10, match: 10 }))
  books.close(first)
  books.note(first, reading({ seen: 99, mirrored: 99, match: 99 }))
  const second = books.open('a-2')
  books.note(second, reading({ seen: 1, mirrored: 1, divergent: 1 }))
  expect(books.total()).toMatchObject({ seen: 11, mirrored: 11, match: 10, divergent: 1 })
})

test('readings are handed over once, and those of the dead until they are kept', () => {
  const books = new ServiceBooks()
  const first = books.open('a-1')
  books.note(first, reading({ seen: 1, mirrored: 1, match: 1 }))
  const taken = books.unkept()
  expect(taken.map(({ proxy }) => proxy)).toEqual(['a-1'])
  books.keep(taken)
  expect(books.unkept()).toEqual([])
  books.note(first, reading({ seen: 2, mirrored: 2, match: 1, inFlight: 1 }))
  books.close(first)
  expect(books.unkept()).toMatchObject([
    { proxy: 'a-1', counters: { seen: 2, lost: { 'proxy-died': 1 } } },
  ])
  books.keep(books.unkept())
  expect(books.unkept()).toEqual([])
})
