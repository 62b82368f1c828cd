/**
 * What the store takes and gives: rows a second with small and large bodies, bytes on disk, the time of every
 * list of the dashboard while writing goes on, and pruning beside writing. `npm run bench:store` prints what it
 * finds about writing; with `--queries 10000000` also questions to so many exchanges of seven days, with
 * `--prune 1000000` how fast so many go; `--write` keeps the tables in RESULTS.md.
 */

import { mkdtempSync, rmSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { openReader } from '../src/store/sqlite/reader.ts'
import { writeSection } from './results.ts'
import { createLoad, type LoadOptions } from './store-load.ts'
import { openBenchWriter, quantile, sizeOf } from './store-measures.ts'
import { QUERY_ROUNDS, timeQueries, type QueryTimes } from './store-queries.ts'

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '20000' },
    batch: { type: 'string', default: '500' },
    queries: { type: 'string', default: '0' },
    prune: { type: 'string', default: '0' },
    keep: { type: 'string' },
    write: { type: 'boolean', default: false },
  },
})
const rows = Number(values.rows)
const batchRows = Number(values.batch)
const DAYS_MS = 7 * 24 * 3_600_000
const GB = 1e9

const folder = mkdtempSync(join(tmpdir(), 'shadowdiff-bench-'))
try {
  const writing = [
    await measureWriting('1 KB bodies, each another', { bodyBytes: 1024 }),
    await measureWriting('1 KB bodies, 1,000 different', {
      bodyBytes: 1024,
      differentBodies: 1000,
    }),
    await measureWriting('30 KB bodies, each another', { bodyBytes: 30 * 1024 }, rows / 10),
  ]
  const queries = Number(values.queries) > 0 ? await measureQueries(Number(values.queries)) : []
  const pruning = Number(values.prune) > 0 ? [await measurePruning(Number(values.prune))] : []
  if (values.write) await writeSection('bench:store', sectionOf(writing, queries, pruning))
} finally {
  rmSync(folder, { recursive: true, force: true })
}

async function measureWriting(title: string, load: LoadOptions, count = rows): Promise<string> {
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
  const cells = [
    Math.round(count / seconds).toLocaleString('en'),
    Math.round(1e6 / cpuUs).toLocaleString('en'),
    cpuUs.toFixed(1),
    Math.round(sizeOf(path) / count).toLocaleString('en'),
  ]
  console.log(`${title}: rows/s, rows/s of one core, us CPU a row, bytes a row: ${cells.join(' ')}`)
  return row([title, ...cells])
}

async function measureQueries(count: number): Promise<readonly string[]> {
  const path = values.keep ?? join(folder, 'queries.db')
  const writer = await openBenchWriter(path)
  const reader = await openReader({ path })
  const present = (await reader.listRuns({ limit: 1 })).items[0]?.exchanges ?? 0
  const seconds = await fill(writer, present, count)
  // What happens by itself beside recording: minutes go, days are added up.
  const folding = performance.now()
  await writer.prune()
  console.log(`rollups made coarser in ${Math.round(performance.now() - folding)} ms`)
  const bytes = sizeOf(path)
  const made = count - present
  const rate =
    made > 0 ? `, filled at ${Math.round(made / seconds).toLocaleString('en')} rows/s` : ''
  const head = `${count.toLocaleString('en')} exchanges of seven days, 50 endpoints, 250 divergences, control on a tenth: ${(bytes / GB).toFixed(1)} GB, ${Math.round(bytes / count)} bytes an exchange (200-byte bodies)${rate}.`
  console.log(head)
  const times = await timeQueries(reader, writer, ({ title, p50, p95, cpu }) => {
    console.log(`${title}: ${p50.toFixed(1)} ${p95.toFixed(1)} ${cpu.toFixed(1)}`)
  })
  await reader.close()
  await writer.close()
  return [head, '', ...tableOf(times)]
}

async function fill(
  writer: Awaited<ReturnType<typeof openBenchWriter>>,
  present: number,
  count: number,
): Promise<number> {
  const load = createLoad({ bodyBytes: 200, differentBodies: 1000, control: 0.1 })
  const first = Date.now() - DAYS_MS
  const start = performance.now()
  for (let n = present; n < count; n += 1000) {
    const startedAt = (i: number) => first + Math.floor(((n + i) * DAYS_MS) / count)
    await writer.save(Array.from({ length: 1000 }, (_, i) => load.next(startedAt(i))))
    if (n % 500_000 === 0) {
      console.log(`${n} rows after ${Math.round((performance.now() - start) / 1000)} s`)
    }
  }
  return (performance.now() - start) / 1000
}

/** Prunes all but the examples, and times the transactions that are written meanwhile. */
async function measurePruning(count: number): Promise<string> {
  const path = join(folder, 'prune.db')
  const filling = await openBenchWriter(path)
  const load = createLoad({ bodyBytes: 1024 })
  const first = Date.now() - 24 * 3_600_000
  for (let n = 0; n < count; n += 1000) {
    await filling.save(Array.from({ length: 1000 }, (_, i) => load.next(first + n + i)))
  }
  await filling.close()
  const writer = await openBenchWriter(path, { ageMs: 3_600_000 })
  const before = sizeOf(path)
  const start = performance.now()
  // What goes by itself meanwhile is not in the number it resolves with.
  const isPruned = writer.prune().then(() => true)
  const pause = () => new Promise<false>((resolve) => setTimeout(resolve, 5, false))
  const times: number[] = []
  while (!(await Promise.race([isPruned, pause()]))) {
    const batch = Array.from({ length: 50 }, () => load.next(Date.now()))
    const began = performance.now()
    await writer.save(batch)
    times.push(performance.now() - began)
  }
  const seconds = (performance.now() - start) / 1000
  times.sort((a, b) => a - b)
  await writer.close()
  const told =
    `${count.toLocaleString('en')} exchanges, all but the newest examples of each divergence, pruned at ` +
    `${Math.round(count / seconds).toLocaleString('en')} rows/s; transactions of 50 that were ` +
    `written meanwhile took ${quantile(times, 0.5).toFixed(1)} ms (p50) and ` +
    `${quantile(times, 0.99).toFixed(1)} ms (p99); ${(before / GB).toFixed(2)} GB became ` +
    `${(sizeOf(path) / GB).toFixed(2)} GB.`
  console.log(told)
  return told
}

function makeBatches(options: LoadOptions, count: number) {
  const load = createLoad(options)
  const first = Date.now() - count
  return Array.from({ length: Math.ceil(count / batchRows) }, (_, batch) =>
    Array.from({ length: batchRows }, (__, n) => load.next(first + batch * batchRows + n)),
  )
}

function sectionOf(
  writing: readonly string[],
  queries: readonly string[],
  pruning: readonly string[],
): string {
  return [
    '## The store: `npm run bench:store`',
    '',
    `One process on ${cpus()[0]?.model ?? 'an unknown processor'}, Node ${process.version}; other work ran on the same machine. Transactions of ${batchRows}.`,
    '',
    row(['written', 'rows/s', 'rows/s of one core', 'µs CPU a row', 'bytes a row']),
    row(['---', '---:', '---:', '---:', '---:']),
    ...writing,
    ...(queries.length > 0 ? ['', '### Questions while writing goes on', '', ...queries] : []),
    ...(pruning.length > 0 ? ['', '### Pruning while writing goes on', '', ...pruning] : []),
  ].join('\n')
}

function tableOf(times: readonly QueryTimes[]): readonly string[] {
  return [
    row([`question, ${QUERY_ROUNDS} times`, 'p50 ms', 'p95 ms', 'CPU ms']),
    row(['---', '---:', '---:', '---:']),
    ...times.map(({ title, p50, p95, cpu }) =>
      row([title, p50.toFixed(1), p95.toFixed(1), cpu.toFixed(1)]),
    ),
  ]
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`
}
