import type { LookupAddress } from 'node:dns'
import { expect, test } from 'vitest'
import { createLookup, type Resolve } from '../../src/proxy/lookup.ts'

/** A resolver whose answers the test gives. */
function resolver() {
  const asked: { name: string; tell: (answer: LookupAddress[] | Error) => void }[] = []
  const resolve: Resolve = (name, _options, callback) => {
    asked.push({
      name,
      tell: (answer) => {
        if (answer instanceof Error) callback(answer, [])
        else callback(null, answer)
      },
    })
  }
  return { asked, lookup: createLookup(resolve) }
}

const ADDRESSES = [
  { address: '127.0.0.1', family: 4 },
  { address: '::1', family: 6 },
]

test('a name is asked for once at a time, and everybody gets the answer in the form asked for', () => {
  const { asked, lookup } = resolver()
  const answers: unknown[] = []
  for (let i = 0; i < 100; i++) {
    lookup('shadow', { all: true }, (_error, addresses) => answers.push(addresses))
  }
  lookup('shadow', {}, (_error, address, family) => answers.push([address, family]))
  expect(asked.length).toBe(1)
  asked[0]?.tell(ADDRESSES)
  expect(answers.slice(0, 2)).toEqual([ADDRESSES, ADDRESSES])
  expect(answers.at(-1)).toEqual(['127.0.0.1', 4])
  expect(answers.length).toBe(101)
})

test('names do not wait for each other', () => {
  const { asked, lookup } = resolver()
  lookup('a', {}, () => undefined)
  lookup('b', {}, () => undefined)
  expect(asked.map(({ name }) => name)).toEqual(['a', 'b'])
})

test('an answer is used again for a moment, a failure is not', async () => {
  const { asked, lookup } = resolver()
  const ask = () =>
    new Promise((resolve) => {
      lookup('a', {}, (error, address) => {
        resolve(error === null ? address : error.message)
      })
    })
  const failing = ask()
  asked[0]?.tell(new Error('not now'))
  expect(await failing).toBe('not now')
  const answering = ask()
  expect(asked.length).toBe(2)
  asked[1]?.tell(ADDRESSES)
  expect(await answering).toBe('127.0.0.1')
  expect(await ask()).toBe('127.0.0.1')
  expect(asked.length).toBe(2)
})

test('the system’s resolver is asked when no other is given', async () => {
  const lookup = createLookup()
  const found = await new Promise((resolve, reject) => {
    lookup('localhost', { all: true }, (error, addresses) => {
      if (error === null) resolve(addresses)
      else reject(error)
    })
  })
  expect(found).toEqual(expect.arrayContaining([expect.objectContaining({ address: '127.0.0.1' })]))
})
