/** How fast stored exchanges are judged again, alone and while writing goes on: `npx tsx bench/store-recompare.ts --rows 100000`. */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { Exchange } from '../src/core/exchange.ts'
import { createComparer } from '../src/core/compare.ts'
import type { Judging } from '../src/core/ports.ts'
import type { Filter } from '../src/core/lists.ts'
import { openWriter, type StoreWriter } from '../src/store/sqlite/writer.ts'
import { createLoad } from './store-load.ts'

const ACTOR = { name: 'bench', role: 'operator' } as const
/** A recorder's flush. */
const FLUSH_MS = 50

const FILLER = 'a lovely thing for home and garden, '.repeat(25)

const { values } = parseArgs({ options: { rows: { type: 'string', default: '100000' } } })
const folder = mkdtempSync(join(tmpdir(), 'shadowdiff-bench-'))
try {
  await measure(join(folder, 'recompare.db'), Number(values.rows))
} finally {
  rmSync(folder, { recursive: true, force: true })
}

async function measure(path: string, count: number): Promise<void> {
  const writer = await openWriter({ path })
  await writer.openRun({ name: 'bench', primaryVersion: '1', shadowVersion: '2' })
  const load = createLoad({ bodyBytes: 16 })
  const first = Date.now() - count
  const before = judgingOf('before')
  for (let n = 0; n < count; n += 500) {
    await writer.save(
      Array.from({ length: 500 }, (_, i) =>
        before.comparer.judge(withBodies(load.next(first + n + i).exchange, n + i)),
      ),
    )
  }
  const alone = await timeJob(writer, judgingOf('hidden', 'body:/price'), {})
  print(`${count} exchanges judged again, a tenth of them differently`, alone)
  const times: number[] = []
  const timer = setInterval(() => {
    const batch = Array.from({ length: 50 }, () =>
      before.comparer.judge(withBodies(load.next(Date.now()).exchange, 1)),
    )
    const start = performance.now()
    void writer.save(batch).then(() => times.push(performance.now() - start))
  }, FLUSH_MS)
  const late = await timeJob(writer, judgingOf('shown'), {})
  clearInterval(timer)
  times.sort((a, b) => a - b)
  print('the same while 1,000 a second are written, writing included', late)
  const at = (part: number) => (times[Math.floor(part * times.length)] ?? 0).toFixed(1)
  console.log(`transactions of 50 meanwhile: p50 ${at(0.5)} ms, p99 ${at(0.99)} ms`)
  await writer.close()
}

function print(title: string, job: Awaited<ReturnType<typeof timeJob>>): void {
  const { done, seconds, cpuUs } = job
  console.log(
    `${title}: ${Math.round(done / seconds)} exchanges/s, ${Math.round(cpuUs)} us CPU each`,
  )
}

async function timeJob(writer: StoreWriter, under: Judging, filter: Filter) {
  const start = performance.now()
  const cpu = process.cpuUsage()
  let job = await writer.startRecompare(filter, under, ACTOR)
  while (job.state === 'running') {
    await new Promise((resolve) => setTimeout(resolve, 20))
    job = (await writer.findJob(job.id)) ?? job
  }
  if (job.state !== 'done') throw new Error(`the job is ${job.state}: ${job.message ?? ''}`)
  const { user, system } = process.cpuUsage(cpu)
  return {
    seconds: (performance.now() - start) / 1000,
    done: job.done,
    cpuUs: (user + system) / job.done,
  }
}

function judgingOf(rulesVersion: string, ignore?: string): Judging {
  const rules = ignore === undefined ? [] : [{ id: 'rule', kind: 'ignore' as const, at: [ignore] }]
  return { comparer: createComparer({ rules }), rulesVersion, redact: (judged) => judged }
}

/** Every answer has its own bytes, and every tenth pair another price. */
function withBodies(exchange: Exchange, n: number): Exchange {
  const { primary, shadow } = exchange
  if (primary?.kind !== 'response' || shadow?.kind !== 'response') return exchange
  const body = (price: number, stamp: string) => {
    const bytes = Buffer.from(JSON.stringify({ id: n, price, text: FILLER, stamp }))
    return { bytes, length: bytes.length }
  }
  return {
    ...exchange,
    primary: { ...primary, body: body(10, 'a') },
    shadow: { ...shadow, body: body(n % 10 === 0 ? 11 : 10, 'a') },
  }
}
