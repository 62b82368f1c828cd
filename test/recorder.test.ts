import { expect, test } from 'vitest'
import { createComparer } from '../src/core/compare.ts'
import type { Exchange, ObservedResponse } from '../src/core/exchange.ts'
import type { ExchangeWriter, JudgedExchange } from '../src/core/ports.ts'
import { createRecorder } from '../src/recorder.ts'

/** A writer that notes its transactions and fails on demand. */
class NotingWriter implements ExchangeWriter {
  readonly transactions: (readonly JudgedExchange[])[] = []
  failure: Error | undefined

  async openRun(): Promise<void> {
    // Runs are the store's own business.
  }

  async save(batch: readonly JudgedExchange[]): Promise<void> {
    if (this.failure !== undefined) throw this.failure
    this.transactions.push([...batch])
  }

  async close(): Promise<void> {
    // Nothing is open.
  }
}

function response(body: string): ObservedResponse {
  const bytes = Buffer.from(body)
  return {
    kind: 'response',
    status: 200,
    reason: 'OK',
    headers: ['content-type', 'text/plain'],
    trailers: [],
    body: { bytes, length: bytes.length },
    sentHeaders: [],
    durationMs: 1,
  }
}

function exchange(id: string, shadowBody: string): Exchange {
  return {
    id,
    requestId: id,
    startedAt: 0,
    route: 'default',
    source: 'live',
    request: {
      method: 'GET',
      target: '/',
      headers: [],
      body: { bytes: Buffer.alloc(0), length: 0 },
    },
    primary: response('same'),
    shadow: response(shadowBody),
    shadowWaitMs: 0,
  }
}

function start(options: { flushMs?: number; maxRows?: number; maxBytes?: number } = {}) {
  const writer = new NotingWriter()
  const recorder = createRecorder({
    judging: { comparer: createComparer(), redact: (judged) => judged },
    writer,
    ...options,
  })
  return { writer, recorder }
}

test('batches that arrive together share one transaction, and each learns its own outcomes', async () => {
  const { writer, recorder } = start()
  const outcomes = await Promise.all([
    recorder.take([exchange('1', 'same'), exchange('2', 'other')]),
    recorder.take([exchange('3', 'same')]),
  ])
  expect(outcomes).toEqual([
    [{ outcome: 'match' }, { outcome: 'divergent' }],
    [{ outcome: 'match' }],
  ])
  expect(writer.transactions.map((rows) => rows.map((row) => row.exchange.id))).toEqual([
    ['1', '2', '3'],
  ])
})

test('a full transaction does not wait for its time', async () => {
  const { writer, recorder } = start({ flushMs: 3_600_000, maxRows: 2 })
  await recorder.take([exchange('1', 'same'), exchange('2', 'same')])
  await recorder.take([exchange('3', 'same'), exchange('4', 'same')])
  expect(writer.transactions.map((rows) => rows.length)).toEqual([2, 2])
})

test('a transaction whose bodies are large does not wait for its time either', async () => {
  const { writer, recorder } = start({ flushMs: 3_600_000, maxBytes: 16 })
  await recorder.take([exchange('1', 'the same again'), exchange('2', 'same')])
  await recorder.take([exchange('3', 'twelve bytes')])
  expect(writer.transactions.map((rows) => rows.length)).toEqual([2, 1])
})

test('other rules hold from the next batch on', async () => {
  const { recorder } = start()
  await expect(recorder.take([exchange('1', 'other')])).resolves.toEqual([{ outcome: 'divergent' }])
  const rules = [{ id: 'any', kind: 'ignore', at: ['body:'] } as const]
  recorder.judgeUnder({ comparer: createComparer({ rules }), redact: (judged) => judged })
  await expect(recorder.take([exchange('2', 'other')])).resolves.toEqual([{ outcome: 'match' }])
})

test('what could not be written is told, and the next transaction starts afresh', async () => {
  const { writer, recorder } = start()
  writer.failure = new Error('disk full')
  await expect(recorder.take([exchange('1', 'same')])).rejects.toThrow('disk full')
  writer.failure = undefined
  await expect(recorder.take([exchange('2', 'same')])).resolves.toEqual([{ outcome: 'match' }])
  expect(writer.transactions.map((rows) => rows.map((row) => row.exchange.id))).toEqual([['2']])
})

test('a batch that takes long to judge does not keep others from being written', async () => {
  const writer = new NotingWriter()
  const order: string[] = []
  const comparer = createComparer()
  const recorder = createRecorder({
    judging: {
      comparer: {
        judge: (each) => {
          const end = performance.now() + 15
          while (each.id.startsWith('slow') && performance.now() < end);
          order.push(each.id)
          return comparer.judge(each)
        },
      },
      redact: (judged) => judged,
    },
    writer,
    flushMs: 1,
  })
  const slow = Array.from({ length: 10 }, (_, n) => exchange(`slow ${n}`, 'same'))
  const first = recorder.take(slow).then((outcomes) => order.push(`wrote ${outcomes.length}`))
  await recorder.take([exchange('quick', 'same')])
  order.push('wrote quick')
  await first
  expect(order.indexOf('wrote quick')).toBeLessThan(order.indexOf('slow 9'))
  expect(order.at(-1)).toBe('wrote 10')
  expect(writer.transactions.map((rows) => rows.length)).toEqual([1, 10])
})
