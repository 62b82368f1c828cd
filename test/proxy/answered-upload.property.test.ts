import fc from 'fast-check'
import type { Socket } from 'node:net'
import { beforeEach, expect, test } from 'vitest'
import { addsUp, noUploadAfterAnswer, ok, startFixture } from '../support/proxy-fixture.ts'
import { until } from '../support/until.ts'

beforeEach(({ skip }) => {
  if (noUploadAfterAnswer !== undefined) skip(noUploadAfterAnswer)
})

/** When an upstream answers, as a share of the upload that it has read, and how. */
const answering = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  body: fc.integer({ min: 0, max: 200_000 }),
  isChunked: fc.boolean(),
  closes: fc.constantFrom('never', 'says so', 'unsaid'),
})
type Answering = typeof answering extends fc.Arbitrary<infer T> ? T : never

/** Reads uploads of `length` bytes and answers in between; hands over what it read whole. */
function answersWithin(next: () => Answering, length: () => number, whole: () => void) {
  return {
    raw: true,
    onConnection: (socket: Socket) => {
      let read = -1
      let plan = next()
      let isAnswered = false
      socket.on('data', (chunk: Buffer) => {
        let bytes = chunk
        // The next request may come in one piece with the end of an upload that was answered long ago.
        while (bytes.length > 0) {
          if (read === -1) {
            const end = bytes.indexOf('\r\n\r\n') + 4
            const isUpload = bytes.toString('latin1', 0, 4) === 'POST'
            bytes = bytes.subarray(end)
            if (!isUpload) {
              socket.write(ok('next'))
              continue
            }
            plan = next()
            isAnswered = false
            read = 0
          }
          const taken = Math.min(bytes.length, length() - read)
          bytes = bytes.subarray(taken)
          read += taken
          if (!isAnswered && read >= plan.at * length()) {
            isAnswered = true
            socket.write(answerOf(plan))
            if (plan.closes === 'unsaid') socket.end()
          }
          if (read < length()) continue
          whole()
          read = -1
        }
      })
    },
  }
}

function answerOf({ body, isChunked, closes }: Answering): string {
  const head = `HTTP/1.1 200 OK\r\n${closes === 'says so' ? 'Connection: close\r\n' : ''}`
  const text = 'x'.repeat(body)
  if (!isChunked) return `${head}Content-Length: ${body}\r\n\r\n${text}`
  const chunk = body === 0 ? '' : `${body.toString(16)}\r\n${text}\r\n`
  return `${head}Transfer-Encoding: chunked\r\n\r\n${chunk}0\r\n\r\n`
}

test(
  'whenever upstreams answer within an upload, the answer comes, the upload goes on, and the books are settled',
  { timeout: 0 },
  async () => {
    let length = 0
    let toPrimary: Answering | undefined
    let toShadow: Answering | undefined
    let primaryRead = 0
    let shadowRead = 0
    const at = (plan: Answering | undefined) => {
      if (plan === undefined) throw new Error('asked without a plan')
      return plan
    }
    const { client, primary, shadow, proxy } = await startFixture({
      primary: answersWithin(
        () => at(toPrimary),
        () => length,
        () => primaryRead++,
      ),
      shadow: answersWithin(
        () => at(toShadow),
        () => length,
        () => shadowRead++,
      ),
    })
    const upload = fc.record({
      pieces: fc.array(fc.integer({ min: 1, max: 200_000 }), { minLength: 1, maxLength: 5 }),
      waits: fc.boolean(),
      toPrimary: answering,
      toShadow: answering,
    })
    await fc.assert(
      fc.asyncProperty(upload, async (one) => {
        ;({ toPrimary, toShadow } = one)
        length = one.pieces.reduce((sum, piece) => sum + piece, 0)
        const [readBefore, copiedBefore] = [primaryRead, shadowRead]
        const seenBefore = proxy.counters().seen
        const from = client()
        from.request('POST /up HTTP/1.1', 'Host: a', `Content-Length: ${length}`)
        const answer = from.answer()
        for (const piece of one.pieces) {
          from.send(Buffer.alloc(piece, 'u'))
          if (one.waits) await new Promise(setImmediate)
        }
        expect((await answer).body.length).toBe(toPrimary.body)
        const next = await from.request('GET / HTTP/1.1', 'Host: a').answer()
        expect(next.body.toString()).toBe('next')
        if (toPrimary.closes === 'never') await until(() => primaryRead > readBefore, 'the upload')
        if (toShadow.closes === 'never') await until(() => shadowRead > copiedBefore, 'the copy')
        await until(() => proxy.counters().inFlight === 0, 'the books')
        expect(proxy.counters().seen).toBe(seenBefore + 2)
        expect(addsUp(proxy.counters())).toBe(true)
        from.destroy()
      }),
      { numRuns: 60, endOnFailure: true },
    )
    await until(() => primary.sockets.size + shadow.sockets.size <= 2, 'uploads to end')
  },
)
