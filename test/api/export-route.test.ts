import { once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import { setImmediate } from 'node:timers/promises'
import { text } from 'node:stream/consumers'
import { parse } from 'csv-parse/sync'
import { expect, onTestFinished, test } from 'vitest'
import type { Filter } from '../../src/core/lists.ts'
import { openConsole } from '../support/console.ts'
import { differenceOfRow, fakeReader } from '../support/fake-reader.ts'
import { differenceOf, FIXTURE_START, judgedOf, uuidv7 } from '../support/exchange-fixtures.ts'
import { openRecorded } from '../support/recorded-store.ts'
import { settled } from '../support/settled.ts'
import { until } from '../support/until.ts'

async function open(url: string) {
  const request = get(url)
  request.on('error', () => undefined)
  onTestFinished(() => {
    request.destroy()
  })
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  response.on('error', () => undefined)
  return response
}

/** A store without end that tells how much was read of it and whether it was let go. */
function endlessStore() {
  const state = { read: 0, open: 0 }
  const filler = '"'.padEnd(1000, 'x')
  const reader = fakeReader({
    iterateDifferences: async function* () {
      state.open += 1
      try {
        for (;;) {
          state.read += 1
          yield differenceOfRow({ primary: `${filler}${state.read}"` })
          await Promise.resolve()
        }
      } finally {
        state.open -= 1
      }
    },
  })
  return { reader, state }
}

test('an export is a download with a name that says what and when', async () => {
  const clock = { now: () => Date.UTC(2026, 0, 31, 12, 34, 56, 789) }
  const app = await openConsole({ clock })
  const csv = await app.inject('/api/v1/export')
  expect(csv.headers['content-type']).toBe('text/csv; charset=utf-8')
  expect(csv.headers['content-disposition']).toBe(
    'attachment; filename="shadowdiff-differences-20260131T123456Z.csv"',
  )
  expect(csv.headers['content-security-policy']).toBe("default-src 'none'; sandbox")
  const jsonl = await app.inject('/api/v1/export?what=divergences&format=jsonl')
  expect(jsonl.headers['content-type']).toBe('application/x-ndjson')
  expect(jsonl.headers['content-disposition']).toBe(
    'attachment; filename="shadowdiff-divergences-20260131T123456Z.jsonl"',
  )
})

test('the filters are those of the list', async () => {
  const filters: Filter[] = []
  const reader = fakeReader({
    iterateDivergences: (filter) => {
      filters.push(filter)
      return Readable.from([])
    },
  })
  const app = await openConsole({ reader: () => reader })
  await app.inject('/api/v1/export?what=divergences&kind=missing&q=price')
  expect(filters).toEqual([expect.objectContaining({ kind: 'missing', q: 'price' })])
  const refused = await app.inject('/api/v1/export?what=divergences&requestId=1')
  expect(refused.json()).toMatchObject({
    status: 400,
    detail: expect.stringMatching(/^requestId: divergences cannot be filtered by it/) as string,
  })
})

test('a store that fails before the first row is a problem, not half a file', async () => {
  const reader = fakeReader({
    iterateDifferences: () => {
      throw new Error('disk')
    },
  })
  const app = await openConsole({ reader: () => reader })
  expect((await app.inject('/api/v1/export')).statusCode).toBe(500)
})

test('a store that fails later breaks the download off, so that nobody takes it for whole', async () => {
  const reader = fakeReader({
    iterateDifferences: async function* () {
      for (let i = 0; i < 1000; i += 1) yield differenceOfRow()
      throw new Error('disk')
    },
  })
  const app = await openConsole({ reader: () => reader })
  const response = await open(`${await app.listen({ port: 0 })}/api/v1/export`)
  expect(response.statusCode).toBe(200)
  await expect(text(response)).rejects.toThrow(/aborted/)
})

test('a client that does not read stops the reading, and may leave', async () => {
  const { reader, state } = endlessStore()
  const app = await openConsole({ reader: () => reader })
  const response = await open(`${await app.listen({ port: 0 })}/api/v1/export`)
  // The reading stands still as soon as the sockets between are full: a few megabytes of endless.
  expect(await settled(() => state.read)).toBeLessThan(50_000)
  response.destroy()
  await until(() => state.open === 0)
})

test('a slow client gets all of ten thousand rows', async () => {
  const batch = Array.from({ length: 10_000 }, (_, i) => {
    const startedAt = FIXTURE_START + i
    const difference = differenceOf({ primary: String(i) })
    return judgedOf({ id: uuidv7(startedAt), startedAt }, { differences: [difference] })
  })
  const { reader } = await openRecorded(batch)
  const app = await openConsole({ reader: () => reader })
  const response = await open(`${await app.listen({ port: 0 })}/api/v1/export`)
  const chunks: Buffer[] = []
  for await (const chunk of response as AsyncIterable<Buffer>) {
    chunks.push(chunk)
    await setImmediate()
  }
  const rows: { primary_value: string }[] = parse(Buffer.concat(chunks), { columns: true })
  const newestFirst = Array.from({ length: 10_000 }, (_, i) => String(9_999 - i))
  expect(rows.map((row) => row.primary_value)).toEqual(newestFirst)
})

test('only so many exports run at once', async () => {
  const { reader, state } = endlessStore()
  const app = await openConsole({ reader: () => reader })
  const url = `${await app.listen({ port: 0 })}/api/v1/export`
  const running = [await open(url), await open(url), await open(url), await open(url)]
  const refused = await app.inject('/api/v1/export')
  expect(refused.statusCode).toBe(503)
  running[0]?.destroy()
  await until(() => state.open <= 3)
  expect((await open(url)).statusCode).toBe(200)
})

test('closing the console cuts the exports that run', async () => {
  const { reader, state } = endlessStore()
  const app = await openConsole({ reader: () => reader })
  const response = await open(`${await app.listen({ port: 0 })}/api/v1/export`)
  await app.close()
  expect(state.open).toBe(0)
  await expect(text(response)).rejects.toThrow(/aborted/)
})
