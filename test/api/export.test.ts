import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PassThrough, Writable } from 'node:stream'
import { setImmediate } from 'node:timers/promises'
import { text } from 'node:stream/consumers'
import { parse } from 'csv-parse/sync'
import { expect, test } from 'vitest'
import { writeExport, type ExportRequest } from '../../src/api/export.ts'
import { temporaryFolder } from '../support/console.ts'
import { differenceOfRow, divergenceRow, exchangeRow, fakeReader } from '../support/fake-reader.ts'
import { until } from '../support/until.ts'

const request = (over: Partial<ExportRequest>): ExportRequest => ({
  reader: fakeReader(),
  what: 'differences',
  format: 'csv',
  filter: {},
  ...over,
})

async function exported(over: Partial<ExportRequest>): Promise<string> {
  const output = new PassThrough()
  const result = text(output)
  await writeExport({ ...request(over), output })
  output.end()
  return result
}

async function* rows<T>(...all: T[]) {
  yield* all
}

test('differences have the columns of the contract', async () => {
  const row = differenceOfRow({ primary: '"EUR"', shadow: '"=1+1"', location: 'body:/items/3/x' })
  const reader = fakeReader({ iterateDifferences: () => rows(row) })
  const csv = await exported({ reader })
  const [header] = csv.split('\r\n')
  expect(header).toBe(
    'exchange_id,request_id,time,run,route,method,path,endpoint,outcome,kind,location,severity,class,' +
      'primary_value,shadow_value,primary_status,shadow_status,primary_ms,shadow_ms,divergence_id',
  )
  expect(parse(csv, { columns: true })).toEqual([
    {
      exchange_id: '0197a1b2-0000-7000-8000-000000000001',
      request_id: '571c0fd6-98d4-4c93-af79-6a2fe2945847',
      time: '2026-01-05T12:00:00.000Z',
      run: 'checkout-2.3',
      route: 'default',
      method: 'GET',
      path: '/items/17',
      endpoint: 'GET /items/{id}',
      outcome: 'divergent',
      kind: 'value',
      location: 'body:/items/3/x',
      severity: 'changed',
      class: 'divergence',
      primary_value: '"EUR"',
      shadow_value: '"=1+1"',
      primary_status: '200',
      shadow_status: '200',
      primary_ms: '12.5',
      shadow_ms: '20',
      divergence_id: 'd1',
    },
  ])
})

test('exchanges have the fields of the API in its order', async () => {
  const reader = fakeReader({
    iterateExchanges: () => rows(exchangeRow(), exchangeRow({ reason: '+x' })),
  })
  const csv = await exported({ reader, what: 'exchanges' })
  expect(csv).toBe(
    'id,request_id,time,run,source,route,method,path,endpoint,outcome,reason,primary_status,' +
      'shadow_status,primary_ms,shadow_ms,shadow_wait_ms,differences\r\n' +
      '0197a1b2-0000-7000-8000-000000000001,571c0fd6-98d4-4c93-af79-6a2fe2945847,' +
      '2026-01-05T12:00:00.000Z,checkout-2.3,live,default,GET,/items/17,GET /items/{id},divergent,' +
      ',200,200,12.5,20,0.25,1\r\n' +
      '0197a1b2-0000-7000-8000-000000000001,571c0fd6-98d4-4c93-af79-6a2fe2945847,' +
      '2026-01-05T12:00:00.000Z,checkout-2.3,live,default,GET,/items/17,GET /items/{id},divergent,' +
      "'+x,200,200,12.5,20,0.25,1\r\n",
  )
})

test('divergences have the fields of the API in its order', async () => {
  const reader = fakeReader({ iterateDivergences: () => rows(divergenceRow()) })
  const csv = await exported({ reader, what: 'divergences' })
  expect(csv).toBe(
    'id,endpoint,kind,location,severity,class,count,exchanges,first_seen,last_seen,state,' +
      'primary_value,shadow_value,endpoint_exchanges\r\n' +
      'd1,GET /items/{id},value,body:/price,changed,divergence,2,2,2026-01-05T12:00:00.000Z,' +
      '2026-01-05T12:00:01.000Z,open,10,"""10""",7\r\n',
  )
})

test('JSON lines are rows', async () => {
  const reader = fakeReader({
    iterateDivergences: () => rows(divergenceRow(), divergenceRow({ location: 'a\nb' })),
    iterateDifferences: () => rows(differenceOfRow()),
  })
  const lines = (jsonl: string) =>
    jsonl
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown)
  expect(lines(await exported({ reader, what: 'divergences', format: 'jsonl' }))).toEqual([
    divergenceRow(),
    divergenceRow({ location: 'a\nb' }),
  ])
  expect(lines(await exported({ reader, format: 'jsonl' }))).toEqual([
    expect.objectContaining({
      exchangeId: exchangeRow().id,
      primaryValue: '10',
      shadowValue: '11',
      divergenceId: 'd1',
    }),
  ])
})

test('nothing recorded is a header alone, or no lines', async () => {
  expect((await exported({})).split('\r\n')).toHaveLength(2)
  expect(await exported({ format: 'jsonl' })).toBe('')
})

test('an export waits for its output and reads no further meanwhile', async () => {
  let read = 0
  async function* endless() {
    for (; read < 100_000; read += 1) yield differenceOfRow()
  }
  const reader = fakeReader({ iterateDifferences: endless })
  const pending: (() => void)[] = []
  let told = 0
  const output = new Writable({
    highWaterMark: 1024,
    write: (_chunk, _encoding, done) => {
      pending.push(done)
    },
  })
  const done = writeExport({ ...request({ reader }), output, onProgress: (rows) => (told = rows) })
  const take = async () => {
    await until(() => pending.length > 0)
    pending.shift()?.()
  }
  for (let piece = 1; piece <= 5; piece += 1) {
    await take()
    await until(() => told >= piece * 100)
    expect(read).toBeLessThanOrEqual(told + 200)
  }
  output.destroy()
  expect(await done).toBe(500)
})

test('an export leaves everything else its turn, however quick store and output are', async () => {
  const reader = fakeReader({
    iterateDifferences: async function* () {
      for (let i = 0; i < 10_000; i += 1) yield differenceOfRow()
    },
  })
  const state = { turns: 0, isDone: false }
  const output = new Writable({
    write: (_chunk, _encoding, done) => {
      done()
    },
  })
  const done = writeExport({ ...request({ reader }), output }).finally(() => {
    state.isDone = true
  })
  while (!state.isDone) {
    await setImmediate()
    state.turns += 1
  }
  expect(await done).toBe(10_000)
  expect(state.turns).toBeGreaterThanOrEqual(100)
})

test('a reader that goes away ends the export quietly, and the store is let go', async () => {
  let isLetGo = false
  async function* endless() {
    try {
      for (;;) yield differenceOfRow()
    } finally {
      isLetGo = true
    }
  }
  const output = new PassThrough()
  const done = writeExport({
    ...request({ reader: fakeReader({ iterateDifferences: endless }) }),
    output,
  })
  await once(output, 'readable')
  output.destroy()
  await done
  expect(isLetGo).toBe(true)
})

test('an output that fails fails the export', async () => {
  const folder = await temporaryFolder()
  const output = createWriteStream(join(folder, 'missing', 'file.csv'))
  await expect(writeExport({ ...request({}), output })).rejects.toMatchObject({ code: 'ENOENT' })
})

test('a store that fails fails the export', async () => {
  async function* failing() {
    yield differenceOfRow()
    throw new Error('disk')
  }
  const output = new PassThrough().resume()
  const reader = fakeReader({ iterateDifferences: failing })
  await expect(writeExport({ ...request({ reader }), output })).rejects.toThrow('disk')
})

test('what was exported to a file is there when it is done', async () => {
  const file = join(await temporaryFolder(), 'out.csv')
  const output = createWriteStream(file)
  const all = Array.from({ length: 1234 }, () => differenceOfRow())
  const reader = fakeReader({ iterateDifferences: () => rows(...all) })
  expect(await writeExport({ ...request({ reader }), output })).toBe(1234)
  expect((await readFile(file, 'utf8')).split('\r\n')).toHaveLength(1236)
  output.end()
  await once(output, 'close')
})
