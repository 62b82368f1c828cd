import fc from 'fast-check'
import type { Socket } from 'node:net'
import { expect, test } from 'vitest'
import { addsUp, startFixture } from '../support/proxy-fixture.ts'

/** How one message is cut into writes: each with a length and whether time passes before it. */
const cuts = fc.array(fc.tuple(fc.integer({ min: 1, max: 200 }), fc.boolean()), {
  minLength: 1,
  maxLength: 20,
})
const body = fc.uint8Array({ maxLength: 3000 }).map((bytes) => Buffer.from(bytes))
const value = fc.stringMatching(/^[!-~\x80-\xff]{1,20}$/)
const lines = fc.array(
  fc
    .tuple(fc.stringMatching(/^[Xx]-[A-Za-z0-9]{1,8}$/), value)
    .filter(([name]) => !['x-request-id', 'x-shadow'].includes(name.toLowerCase())),
  { maxLength: 8 },
)
const message = fc.record({
  lines,
  body,
  chunked: fc.boolean(),
  chunkSize: fc.integer({ min: 1, max: 1000 }),
  trailers: fc.array(fc.tuple(fc.constantFrom('X-T1', 'x-t2'), value), { maxLength: 2 }),
  cuts,
})
type Message = typeof message extends fc.Arbitrary<infer T> ? T : never

function bytesOf(startLine: string, one: Message): Buffer {
  const head = [startLine, ...one.lines.map(([name, text]) => `${name}: ${text}`)]
  if (!one.chunked) {
    head.push(`Content-Length: ${one.body.length}`, '', '')
    return Buffer.concat([Buffer.from(head.join('\r\n'), 'latin1'), one.body])
  }
  head.push('Transfer-Encoding: chunked', '', '')
  const parts = [Buffer.from(head.join('\r\n'), 'latin1')]
  for (let at = 0; at < one.body.length; at += one.chunkSize) {
    const piece = one.body.subarray(at, at + one.chunkSize)
    parts.push(Buffer.from(`${piece.length.toString(16)}\r\n`), piece, Buffer.from('\r\n'))
  }
  const trailers = one.trailers.map(([name, text]) => `${name}: ${text}\r\n`).join('')
  parts.push(Buffer.from(`0\r\n${trailers}\r\n`, 'latin1'))
  return Buffer.concat(parts)
}

async function write(socket: Socket, bytes: Buffer, one: Message): Promise<void> {
  let at = 0
  for (let i = 0; at < bytes.length; i++) {
    const [length, waits] = one.cuts[i % one.cuts.length] ?? [bytes.length, false]
    // After a while in small pieces the rest goes at once, so that long bodies take no minutes.
    const to = i > 60 ? bytes.length : at + length
    socket.write(bytes.subarray(at, to))
    at = to
    if (waits) await new Promise((resolve) => setImmediate(resolve))
  }
}

const flat = (pairs: readonly (readonly string[])[]) => pairs.flat()
const without = (headers: readonly string[], ...names: string[]) =>
  headers.filter((_text, i) => !names.includes(headers[i - (i % 2)]?.toLowerCase() ?? ''))
const OWN = [
  'x-request-id',
  'via',
  'x-shadow',
  'host',
  'content-length',
  'transfer-encoding',
  'connection',
]

test('whatever is exchanged, in whatever pieces and at whatever pace, arrives byte for byte on all legs', async () => {
  let answer: Message | undefined
  let shadowAnswer: Message | undefined
  const { client, primary, shadow, queue, proxy } = await startFixture({
    primary: {
      onRequest: (_request, socket) => {
        if (answer) void write(socket, bytesOf('HTTP/1.1 200 Fine', answer), answer)
      },
    },
    shadow: {
      onRequest: (_request, socket) => {
        if (shadowAnswer) void write(socket, bytesOf('HTTP/1.1 201 So', shadowAnswer), shadowAnswer)
      },
    },
  })
  const one = client()
  let count = 0
  await fc.assert(
    fc.asyncProperty(message, message, message, async (sent, answered, shadowed) => {
      answer = answered
      shadowAnswer = shadowed
      const id = `i${++count}`
      const writing = write(
        one.socket,
        bytesOf(`POST /x HTTP/1.1\r\nHost: a\r\nx-request-id: ${id}`, sent),
        sent,
      )
      const got = await one.answer()
      await writing
      expect(got.startLine).toBe('HTTP/1.1 200 Fine')
      expect(got.body.equals(answered.body)).toBe(true)
      expect(without(got.headers, ...OWN)).toEqual(flat(answered.lines))
      expect(got.framing).toBe(answered.chunked ? 'chunked' : 'length')
      expect(got.trailers).toEqual(answered.chunked ? flat(answered.trailers) : [])
      const exchange = await queue.exchange(id)
      for (const upstream of [primary, shadow]) {
        const request = upstream.requests.at(-1)
        expect(request?.body.equals(sent.body)).toBe(true)
        expect(without(request?.headers ?? [], ...OWN)).toEqual(flat(sent.lines))
        expect(request?.trailers).toEqual(sent.chunked ? flat(sent.trailers) : [])
      }
      const { primary: p, shadow: s } = exchange
      if (p?.kind !== 'response' || s?.kind !== 'response') throw new Error('no response')
      expect(p.body.bytes.equals(answered.body)).toBe(true)
      expect(s.body.bytes.equals(shadowed.body)).toBe(true)
      expect(s.trailers).toEqual(shadowed.chunked ? flat(shadowed.trailers) : [])
      expect(exchange.request.body.bytes.equals(sent.body)).toBe(true)
      expect(addsUp(proxy.counters())).toBe(true)
    }),
    { numRuns: 150 },
  )
  expect(primary.opened()).toBe(1)
})
