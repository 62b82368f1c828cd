/**
 * What the store takes and gives: rows a second with small and large bodies, bytes on disk, and the time
 * of every list of the dashboard while writing goes on: `npx tsx bench/store.ts --rows 40000`, with
 * `--queries 1000000` on so many stored exchanges, with `--prune 1000000` how fast so many go.
 */

import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { ExchangeReader, ExchangeWriter } from '../src/core/ports.ts'
import type { Filter } from '../src/core/report.ts'
import { openReader } from '../src/store/sqlite/reader.ts'
import { openWriter } from '../src/store/sqlite/writer.ts'
import { createLoad, type LoadOptions } from './store-load.ts'

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '20000' },
    batch: { type: 'string', default: '500' },
    queries: { type: 'string', default: '0' },
    prune: { type: 'string', default: '0' },
    keep: { type: 'string' },
  },
})
const rows = Number(values.rows)
const batchRows = Number(values.batch)
const QUERY_ROUNDS = 40
/** Times of the exchanges: as if a thousand came each second until now. */
const MS_PER_ROW = 1

const folder = mkdtempSync(join(tmpdir(), 'shadowdiff-bench-'))
try {
  console.log(`${rows} exchanges in transactions of ${batchRows}`)
  await measureWriting('1 KB bodies, each another', { bodyBytes: 1024 })
  await measureWriting('1 KB bodies, 1,000 different', { bodyBytes: 1024, differentBodies: 1000 })
  await measureWriting('30 KB bodies, each another', { bodyBytes: 30 * 1024 }, rows / 10)
  if (Number(values.queries) > 0) await measureQueries(Number(values.queries))
  if (Number(values.prune) > 0) await measurePruning(Number(values.prune))
} finally {
  rmSync(folder, { recursive: true, force: true })
}

async function measureWriting(title: string, load: LoadOptions, count = rows): Promise<void> {
  const path = join(folder, `${title.replaceAll(' ', '-')}.db`)
  const writer = await openBenchWriter(path)
  const batches = makeBatches(load, count)
  const start = performance.now()
  const cpu = process.cpuUsage()
  for (const batch of batches) await writer.save(batch)
  const used = process.cpuUsage(cpu)
  const seconds = (performance.now() - start) / 1000
  await writer.close()
  const cpuUs = (used.user + used.system) / count
  const bytes = sizeOf(path) / count
  console.log(
    `${title}: ${Math.round(count / seconds)} rows/s, ${cpuUs.toFixed(1)} us CPU a row ` +
      `(${Math.round(1e6 / cpuUs)} rows/s of one core), ${Math.round(bytes)} bytes a row on disk`,
  )
}

async function measureQueries(count: number): Promise<void> {
  const path = values.keep ?? join(folder, 'queries.db')
  const writer = await openBenchWriter(path)
  const reader = await openReader({ path })
  const load = createLoad({ bodyBytes: 200, differentBodies: 1000 })
  const present = (await reader.listRuns({ limit: 1 })).items[0]?.exchanges ?? 0
  const first = Date.now() - count * MS_PER_ROW
  for (let n = present; n < count; n += 1000) {
    await writer.save(
      Array.from({ length: 1000 }, (_, i) => load.next(first + (n + i) * MS_PER_ROW)),
    )
    if (n % 100_000 === 0) console.log(`${n} rows, ${Math.round(sizeOf(path) / 1e6)} MB`)
  }
  const someId = (await reader.listExchanges({}, { limit: 1 })).items[0]?.id ?? ''
  const someRequest = (await reader.listExchanges({}, { limit: 1 })).items[0]?.requestId ?? ''
  const someDivergence = (await reader.listDivergences({}, { limit: 1 })).items[0]?.id ?? ''
  const endpoint = 'GET /api/v1/resource-7/{id}'
  const list = (filter: Filter) => () => reader.listExchanges(filter, { limit: 50 })
  const now = Date.now()
  const queries: Record<string, () => Promise<unknown>> = {
    'newest exchanges': list({}),
    'exchanges of an endpoint': list({ endpoint }),
    'divergent exchanges': list({ outcome: 'divergent' }),
    'divergent exchanges of an endpoint': list({ endpoint, outcome: 'divergent' }),
    'exchanges of a status nobody sent': list({ status: 503 }),
    'exchanges of a divergence': list({ divergence: someDivergence }),
    'exchanges with a kind of difference': list({ kind: 'value' }),
    'exchanges with a kind that nobody saw': list({ kind: 'missing' }),
    'exchanges of a window': list({ since: now - 3_600_000, until: now - 3_000_000 }),
    'exchanges by request id': list({ requestId: someRequest }),
    'exchanges by a part of the path': list({ q: 'resource/1' }),
    'exchanges by a part that nobody sent': list({ q: 'no such part' }),
    'one exchange': () => reader.findExchange(someId),
    divergences: () => reader.listDivergences({}, { limit: 50 }),
    'divergences of an endpoint': () => reader.listDivergences({ endpoint }, { limit: 50 }),
    'one divergence': () => reader.findDivergence(someDivergence, 20),
    endpoints: () => reader.listEndpoints({}, { limit: 50 }),
    'endpoints of an hour': () => reader.listEndpoints({ since: now - 3_600_000 }, { limit: 50 }),
    runs: () => reader.listRuns({ limit: 50 }),
  }
  console.log(`${count} rows; milliseconds while writing goes on, p50 and p95 of ${QUERY_ROUNDS}`)
  for (const [title, query] of Object.entries(queries)) {
    const times = await timeQuery(reader, writer, query)
    console.log(`${title}: ${times.map((ms) => ms.toFixed(1)).join(' ')}`)
  }
  await reader.close()
  await writer.close()
}

/** Prunes all but the examples, and times the transactions that are written meanwhile. */
async function measurePruning(count: number): Promise<void> {
  const path = join(folder, 'prune.db')
  const writer = await openWriter({ path, retention: { ageMs: 3_600_000 } })
  await writer.openRun({ name: 'bench', primaryVersion: '1', shadowVersion: '2' })
  const load = createLoad({ bodyBytes: 1024 })
  const first = Date.now() - 24 * 3_600_000
  for (let n = 0; n < count; n += 1000) {
    await writer.save(Array.from({ length: 1000 }, (_, i) => load.next(first + n + i)))
  }
  const before = sizeOf(path)
  const start = performance.now()
  const pruning = writer.prune().then(() => 'pruned' as const)
  const pause = () => new Promise<'pause'>((resolve) => setTimeout(resolve, 5, 'pause'))
  const times: number[] = []
  while ((await Promise.race([pruning, pause()])) === 'pause') {
    const batch = Array.from({ length: 50 }, () => load.next(Date.now()))
    const began = performance.now()
    await writer.save(batch)
    times.push(performance.now() - began)
  }
  const seconds = (performance.now() - start) / 1000
  times.sort((a, b) => a - b)
  await writer.close()
  console.log(
    `${count} pruned at ${Math.round(count / seconds)} rows/s; transactions of 50 meanwhile: ` +
      `p50 ${quantile(times, 0.5).toFixed(1)} ms, p99 ${quantile(times, 0.99).toFixed(1)} ms; ` +
      `${Math.round(before / 1e6)} MB became ${Math.round(sizeOf(path) / 1e6)} MB`,
  )
}

async function timeQuery(
  reader: ExchangeReader,
  writer: ExchangeWriter,
  query: () => Promise<unknown>,
): Promise<readonly number[]> {
  const load = createLoad({ bodyBytes: 200 })
  const times: number[] = []
  for (let round = 0; round < QUERY_ROUNDS; round++) {
    const startedAt = Date.now()
    await writer.save(Array.from({ length: 20 }, () => load.next(startedAt)))
    await reader.version()
    const start = performance.now()
    await query()
    times.push(performance.now() - start)
  }
  times.sort((a, b) => a - b)
  return [0.5, 0.95].map((part) => quantile(times, part))
}

function quantile(sorted: readonly number[], part: number): number {
  return sorted[Math.floor(part * sorted.length)] ?? 0
}

async function openBenchWriter(path: string): Promise<ExchangeWriter> {
  const writer = await openWriter({ path })
  await writer.openRun({ name: 'bench', primaryVersion: '1', shadowVersion: '2' })
  return writer
}

function makeBatches(options: LoadOptions, count: number) {
  const load = createLoad(options)
  const first = Date.now() - count * MS_PER_ROW
  return Array.from({ length: Math.ceil(count / batchRows) }, (_, batch) =>
    Array.from({ length: batchRows }, (__, n) =>
      load.next(first + (batch * batchRows + n) * MS_PER_ROW),
    ),
  )
}

function sizeOf(path: string): number {
  const folderOf = join(path, '..')
  return readdirSync(folderOf)
    .map((name) => join(folderOf, name))
    .filter((name) => name.startsWith(path))
    .reduce((total, name) => total + statSync(name).size, 0)
}
