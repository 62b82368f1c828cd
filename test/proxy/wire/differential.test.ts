/** The wire parser beside Node's own client (llhttp, strict): nothing may be told differently. */

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { disagreement } from './agreement.ts'
import { EVERY_BYTE, HAND_WRITTEN, type Sample, VALID } from './corpus.ts'

/** How many mutated answers are tried; more of them by the environment. */
const RUNS = Number(process.env['SHADOWDIFF_FUZZ_RUNS'] ?? 4000)

async function disagreements(samples: readonly Sample[]): Promise<string[]> {
  const found: string[] = []
  for (const { name, text, method } of samples) {
    for (const closes of [true, false]) {
      const difference = await disagreement({ method, pieces: [latin1(text)], closes })
      if (difference !== undefined) found.push(`${name}: ${difference}`)
    }
  }
  return found
}

test('both make the same of every answer thought of by hand', async () => {
  expect(HAND_WRITTEN.length).toBeGreaterThan(900)
  expect(await disagreements(HAND_WRITTEN)).toEqual([])
})

test('both make the same of every byte at every kind of place', async () => {
  expect(await disagreements(EVERY_BYTE)).toEqual([])
})

test('both make the same of an answer that ends, or pauses, after any of its bytes', async () => {
  const found: string[] = []
  for (const { text, method } of VALID) {
    for (let length = 0; length < text.length; length += 1) {
      for (const closes of [true, false]) {
        const pieces = length === 0 ? [] : [latin1(text.slice(0, length))]
        found.push((await disagreement({ method, pieces, closes })) ?? '')
      }
    }
  }
  expect(found.filter(Boolean)).toEqual([])
})

test('both make the same of an answer cut in two anywhere, and of single bytes', async () => {
  const found: string[] = []
  for (const { text, method } of VALID) {
    for (let cut = 1; cut < text.length; cut += 1) {
      const pieces = [latin1(text.slice(0, cut)), latin1(text.slice(cut))]
      found.push((await disagreement({ method, pieces, closes: true })) ?? '')
    }
    const bytes = Array.from(latin1(text), (byte) => Buffer.of(byte))
    found.push((await disagreement({ method, pieces: bytes, closes: true })) ?? '')
  }
  expect(found.filter(Boolean)).toEqual([])
})

/** What is put into valid answers: everything that has a meaning to some parser. */
const SCRAPS = [
  ...[
    '\r\n',
    '\n',
    '\r',
    '\0',
    ' ',
    '\t',
    ':',
    ';',
    ',',
    '=',
    '"',
    '\\',
    '0',
    '5',
    'a',
    'F',
    '\x7f',
    '\xe9',
  ],
  ...[
    '\r\n\r\n',
    '\n\n',
    '\r\n ',
    ' \r\n',
    ': ',
    '0\r\n\r\n',
    '\r\n0\r\n\r\n',
    '5\r\nhello\r\n',
    ';x=y',
    ';x="y"',
  ],
  ...[
    'Content-Length: 5\r\n',
    'Content-Length: 0\r\n',
    'content-length:3\r\n',
    'Transfer-Encoding: chunked\r\n',
  ],
  ...[
    'transfer-encoding:gzip, chunked\r\n',
    'Transfer-Encoding: gzip\r\n',
    'Connection: close\r\n',
    'Connection: keep-alive\r\n',
  ],
  ...[
    'HTTP/1.1 200 OK\r\n',
    'HTTP/1.0 ',
    'HTTP/1.1 100 Continue\r\n\r\n',
    'HTTP/1.1 204 X\r\n',
    'HTTP/1.1 304 X\r\n',
  ],
  ...[
    'X-A: b\r\n',
    'Trailer: x\r\n',
    'Upgrade: ws\r\n',
    'chunked',
    ', ',
    '304',
    '204',
    '101',
    '103',
    '999',
  ],
]

const mutation = fc.record({
  kind: fc.constantFrom('insert', 'replace', 'delete', 'repeat', 'byte'),
  at: fc.nat(400),
  length: fc.integer({ min: 1, max: 12 }),
  scrap: fc.constantFrom(...SCRAPS),
  byte: fc.nat(255),
})

const mutated = fc.record({
  sample: fc.constantFrom(...VALID),
  mutations: fc.array(mutation, { maxLength: 4 }),
  cuts: fc.array(fc.nat(400), { maxLength: 6 }),
  closes: fc.boolean(),
})

test('both make the same of mutated answers in arbitrary pieces', { timeout: 0 }, async () => {
  await fc.assert(
    fc.asyncProperty(mutated, async ({ sample, mutations, cuts, closes }) => {
      const text = mutations.reduce(mutate, sample.text)
      const pieces = cutAt(text, cuts)
      const difference = await disagreement({ method: sample.method, pieces, closes })
      if (difference !== undefined) throw new Error(difference)
    }),
    { numRuns: RUNS },
  )
})

interface Mutation {
  readonly kind: string
  readonly at: number
  readonly length: number
  readonly scrap: string
  readonly byte: number
}

function mutate(text: string, { kind, at, length, scrap, byte }: Mutation): string {
  const start = text.length === 0 ? 0 : at % text.length
  const before = text.slice(0, start)
  const after = text.slice(start + length)
  switch (kind) {
    case 'insert':
      return before + scrap + text.slice(start)
    case 'replace':
      return before + scrap + after
    case 'delete':
      return before + after
    case 'repeat':
      return text.slice(0, start + length) + text.slice(start)
    default:
      return before + String.fromCharCode(byte) + text.slice(start + 1)
  }
}

function cutAt(text: string, cuts: readonly number[]): Buffer[] {
  const points = [...new Set(cuts.map((cut) => cut % (text.length + 1)))].sort((a, b) => a - b)
  return [0, ...points]
    .map((point, index) => latin1(text.slice(point, points[index])))
    .filter(({ length }) => length > 0)
}

function latin1(text: string): Buffer {
  return Buffer.from(text, 'latin1')
}
