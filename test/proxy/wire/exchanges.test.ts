/** Many exchanges at once over few connections, with pauses, aborts and cuts at random: bytes stay what they are. */

import { createHash } from 'node:crypto'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { setImmediate as nextTurn } from 'node:timers/promises'
import fc from 'fast-check'
import { expect, onTestFinished, test } from 'vitest'
import type { Transport } from '../../../src/proxy/leg.ts'
import { createWireTransport } from '../../../src/proxy/wire/wire-transport.ts'
import { until } from '../../support/until.ts'
import { LegRecorder } from '../leg-recorder.ts'

const RUNS = Math.ceil(Number(process.env['SHADOWDIFF_FUZZ_RUNS'] ?? 4000) / 100)

/** Content that tells where it was cut or mixed up. */
function content(seed: number, length: number): Buffer {
  return Buffer.from(Array.from({ length }, (_, index) => (index * 7 + seed * 31) % 256))
}

/** Answers with the hash of what it got, and a body made of what the target says. */
async function startEcho(): Promise<string> {
  const server = http.createServer((request, response) => {
    const url = new URL(request.url ?? '', 'http://upstream')
    const number = (name: string) => Number(url.searchParams.get(name))
    const hash = createHash('sha256')
    request.on('data', (chunk: Buffer) => hash.update(chunk))
    request.on('error', () => undefined)
    request.on('end', () => {
      const body = content(number('seed'), number('length'))
      if (number('cut') === 1) {
        response.writeHead(200, { 'content-length': body.length + 1 })
        response.write(body, () => request.socket.destroy())
        return
      }
      const head = { 'x-hash': hash.digest('hex'), 'x-trailers': request.rawTrailers.join() }
      if (number('chunked') === 0)
        response.writeHead(200, { ...head, 'content-length': body.length })
      else response.writeHead(200, { ...head, trailer: 'x-seed' })
      void writeInPieces(response, body, number('piece')).then(() => {
        if (number('chunked') === 1) response.addTrailers({ 'x-seed': String(number('seed')) })
        response.end()
      })
    })
  })
  server.listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

async function writeInPieces(
  response: http.ServerResponse,
  body: Buffer,
  piece: number,
): Promise<void> {
  for (let at = 0; at < body.length; at += piece) {
    response.write(body.subarray(at, at + piece))
    if (at % 3 === 0) await nextTurn()
  }
}

const exchange = fc.record({
  seed: fc.nat(1000),
  upload: fc.oneof(fc.constant(0), fc.nat(3000), fc.nat(200_000)),
  uploadPiece: fc.integer({ min: 1000, max: 70_000 }),
  chunkedUpload: fc.boolean(),
  length: fc.oneof(fc.constant(0), fc.nat(3000), fc.nat(300_000)),
  piece: fc.integer({ min: 700, max: 90_000 }),
  chunked: fc.boolean(),
  cut: fc.oneof(
    { weight: 9, arbitrary: fc.constant(false) },
    { weight: 1, arbitrary: fc.constant(true) },
  ),
  pausesAt: fc.constantFrom('head', 'data', 'never'),
  abortsAt: fc.oneof(
    { weight: 6, arbitrary: fc.constant('never') },
    { weight: 1, arbitrary: fc.constantFrom('head', 'data', 'start') },
  ),
})
type ExchangePlan = typeof exchange extends fc.Arbitrary<infer Plan> ? Plan : never

async function run(transport: Transport, plan: ExchangePlan): Promise<void> {
  const { seed, upload, length, cut, abortsAt, pausesAt } = plan
  const bytes = content(seed + 1, upload)
  const query = `seed=${seed}&length=${length}&piece=${plan.piece}&cut=${Number(cut)}&chunked=${Number(plan.chunked)}`
  const one = new LegRecorder(transport, {
    method: 'POST',
    target: `/?${query}`,
    headers: [
      ...['Host', 'upstream'],
      ...(plan.chunkedUpload ? [] : ['Content-Length', String(upload)]),
    ],
    framing: plan.chunkedUpload ? { kind: 'chunked' } : { kind: 'length', length: upload },
    timeoutMs: 20_000,
    idleMs: 20_000,
  })
  const seen = { isAborted: false }
  if (abortsAt !== 'never' && abortsAt !== 'start') {
    one.on[abortsAt] = () => {
      seen.isAborted = true
      one.abort()
    }
  } else if (pausesAt !== 'never') {
    one.on[pausesAt] = () => {
      one.pause()
      setImmediate(() => {
        one.resume()
      })
    }
  }
  for (let at = 0; at < upload && !seen.isAborted; at += plan.uploadPiece) {
    const drains = one.drains
    const wantsMore = one.write(bytes.subarray(at, at + plan.uploadPiece))
    if (!wantsMore)
      await until(() => one.drains > drains || one.isOver || seen.isAborted, 'a drain')
  }
  one.end(plan.chunkedUpload ? ['X-T', String(seed)] : [])
  if (abortsAt === 'start') {
    one.abort()
    return
  }
  await until(() => one.isOver || seen.isAborted, 'the end')
  expect(one.offences).toEqual([])
  const received = Buffer.from(one.body, 'latin1')
  const expected = content(seed, length)
  expect(received.equals(expected.subarray(0, received.length))).toBe(true)
  if (seen.isAborted) return
  if (cut) {
    expect(one.failure?.reason).toBe('reset')
    return
  }
  expect(one.failure).toBeUndefined()
  expect(received.length).toBe(length)
  expect(one.head?.headers).toContain(createHash('sha256').update(bytes).digest('hex'))
  if (plan.chunkedUpload) expect(one.head?.headers).toContain(`X-T,${seed}`)
  expect(one.trailers).toEqual(plan.chunked ? ['x-seed', String(seed)] : [])
}

test('exchanges at random keep their bytes, and leave nothing behind', { timeout: 0 }, async () => {
  const url = await startEcho()
  await fc.assert(
    fc.asyncProperty(
      fc.array(exchange, { minLength: 1, maxLength: 6 }),
      fc.integer({ min: 1, max: 4 }),
      async (plans, maxConnections) => {
        const transport = createWireTransport({
          ...{ url, maxConnections, maxIdleConnections: 2, keepAliveMs: 5000 },
        })
        try {
          await Promise.all(plans.map((plan) => run(transport, plan)))
          transport.close()
          await until(() => transport.connections === 0, 'all connections to close')
        } finally {
          transport.destroy()
        }
      },
    ),
    { numRuns: RUNS },
  )
})
