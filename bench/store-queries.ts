/** Every question that the dashboard, the gate and the exports ask of a store, timed while writing goes on. */

import type { StoreReader } from '../src/core/ports.ts'
import type { Filter } from '../src/core/lists.ts'
import type { StoreWriter } from '../src/store/sqlite/writer.ts'
import { quantile } from './store-measures.ts'
import { createLoad } from './store-load.ts'

/** How long one question took, in milliseconds. */
export interface QueryTimes {
  readonly title: string
  readonly p50: number
  readonly p95: number
  /** Of the whole process, on average: what it would take on a machine of its own. */
  readonly cpu: number
}

/** Rounds of each question. */
export const QUERY_ROUNDS = 40

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

/** Asks each question again and again, each time after something new was written. */
export async function timeQueries(
  reader: StoreReader,
  writer: StoreWriter,
  report: (times: QueryTimes) => void,
): Promise<readonly QueryTimes[]> {
  const all: QueryTimes[] = []
  for (const [title, query] of Object.entries(await queriesOf(reader))) {
    const times = { title, ...(await timeQuery(reader, writer, query)) }
    report(times)
    all.push(times)
  }
  return all
}

async function queriesOf(reader: StoreReader): Promise<Record<string, () => Promise<unknown>>> {
  const [newest] = (await reader.listExchanges({}, { limit: 1 })).items
  const [worst] = (await reader.listDivergences({}, { limit: 1 })).items
  const id = newest?.id ?? ''
  const divergence = worst?.id ?? ''
  const run = newest?.run ?? ''
  const endpoint = 'GET /api/v1/resource-7/{id}'
  const page = { limit: 50 }
  const list = (filter: Filter) => () => reader.listExchanges(filter, page)
  const now = Date.now()
  const until = now - 2 * DAY_MS
  return {
    'newest exchanges': list({}),
    'newest exchanges of a run': list({ run }),
    'exchanges of an endpoint': list({ endpoint }),
    'divergent exchanges': list({ outcome: 'divergent' }),
    'divergent exchanges of an endpoint': list({ endpoint, outcome: 'divergent' }),
    'exchanges of a status that nobody sent': list({ status: 503 }),
    'exchanges of a divergence': list({ divergence }),
    'exchanges with a kind of difference': list({ kind: 'value' }),
    'exchanges with a kind that nobody saw': list({ kind: 'missing' }),
    'exchanges of ten minutes, two days ago': list({ since: until - 10 * MINUTE_MS, until }),
    'exchanges by request id': list({ requestId: newest?.requestId }),
    'exchanges by a part of the path': list({ q: 'resource/1' }),
    'exchanges by a part that nobody sent': list({ q: 'no such part' }),
    'one exchange': () => reader.findExchange(id),
    divergences: () => reader.listDivergences({}, page),
    'divergences of a class': () => reader.listDivergences({ class: 'noise' }, page),
    'divergences by class, counted': () => reader.countDivergences({ run }),
    'divergences of an endpoint': () => reader.listDivergences({ endpoint }, page),
    'one divergence with 20 examples': () => reader.findDivergence(divergence, 20),
    endpoints: () => reader.listEndpoints({}, page),
    'endpoints of an hour': () => reader.listEndpoints({ since: now - HOUR_MS }, page),
    'endpoints of a day': () => reader.listEndpoints({ since: now - DAY_MS }, page),
    'endpoints of seven days': () => reader.listEndpoints({ since: now - 7 * DAY_MS }, page),
    'traffic of an hour': () => reader.traffic({ since: now - HOUR_MS }),
    'traffic of seven days': () => reader.traffic({ since: now - 7 * DAY_MS }),
    'traffic of an endpoint': () => reader.traffic({ endpoint, since: now - DAY_MS }),
    'evidence of the run': () => reader.runEvidence(run),
    runs: () => reader.listRuns(page),
    'what rules have hidden': () => reader.ruleHits(),
  }
}

async function timeQuery(
  reader: StoreReader,
  writer: StoreWriter,
  query: () => Promise<unknown>,
): Promise<Omit<QueryTimes, 'title'>> {
  const load = createLoad({ bodyBytes: 200, control: 0.1 })
  const times: number[] = []
  let cpuUs = 0
  for (let round = 0; round < QUERY_ROUNDS; round++) {
    const startedAt = Date.now()
    await writer.save(Array.from({ length: 20 }, () => load.next(startedAt)))
    await reader.version()
    const before = process.cpuUsage()
    const start = performance.now()
    await query()
    times.push(performance.now() - start)
    const used = process.cpuUsage(before)
    cpuUs += used.user + used.system
  }
  times.sort((a, b) => a - b)
  const cpu = cpuUs / 1000 / QUERY_ROUNDS
  return { p50: quantile(times, 0.5), p95: quantile(times, 0.95), cpu }
}
