/**
 * What one exchange costs on its way into the database, stage by stage, in CPU and not in time: encoded by the
 * proxy, then decoded, judged, redacted and saved by the recorder, into a file of its own.
 * `npm run bench:recorder`; Node's `--cpu-prof` shows where it goes.
 */

import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import type { Exchange, ObservedResponse } from '../src/core/exchange.ts'
import type * as Comparing from '../src/core/compare.ts'
import type * as Learning from '../src/core/endpoint-learner.ts'
import type * as Redacting from '../src/core/redact.ts'
import type * as Codec from '../src/queue/codec.ts'
import type * as Writing from '../src/store/sqlite/writer.ts'
import { uuidv7 } from '../test/support/exchange-fixtures.ts'
import { median } from './table.ts'

const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '60' },
    /** Exchanges of one transaction. */
    rows: { type: 'string', default: '400' },
    /** Exchanges of one batch between the processes. */
    batch: { type: 'string', default: '64' },
    bytes: { type: 'string', default: '1024' },
    /** Every answer has a body of its own, as the answers of most services have. */
    unique: { type: 'boolean', default: false },
    /** Headers as browsers and services behind a gateway send them, a session cookie among them, not wrk's. */
    browser: { type: 'boolean', default: false },
    /** The build that is measured: two of them side by side tell what a change brought. */
    dist: { type: 'string', default: 'dist' },
    /** Exchanges that come in one millisecond. */
    crowd: { type: 'string', default: '8' },
  },
})

const HOST = '127.0.0.1:8080'
const BROWSERS = [
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5',
  'okhttp/4.12.0',
]
const POLICIES = [
  ...['Cache-Control', 'no-cache', 'Vary', 'Accept-Encoding', 'X-Frame-Options', 'DENY'],
  ...['Strict-Transport-Security', 'max-age=63072000; includeSubDomains; preload'],
  ...['Content-Security-Policy', "default-src 'none'; frame-ancestors 'none'"],
  ...['X-Content-Type-Options', 'nosniff'],
]
const START = Date.UTC(2026, 0, 5, 12)
const ANSWER = answerOf(1)

const rows = Number(options.rows)
const stages = ['encode', 'decode', 'judge', 'redact', 'save'] as const
type Stage = (typeof stages)[number]

// Measured as it is built: what runs sources keeps the names of functions, and that costs.
const built = <T>(file: string) =>
  import(pathToFileURL(join(options.dist, file)).href) as Promise<T>
const { createComparer } = await built<typeof Comparing>('core/compare.js')
const { createEndpointLearner } = await built<typeof Learning>('core/endpoint-learner.js')
const { createRedactor } = await built<typeof Redacting>('core/redact.js')
const { decodeBatch, encodeBatch } = await built<typeof Codec>('queue/codec.js')
const { openWriter } = await built<typeof Writing>('store/sqlite/writer.js')

const folder = await mkdtemp(join(tmpdir(), 'shadowdiff-bench-'))
try {
  await main()
} finally {
  await rm(folder, { recursive: true, force: true })
}

async function main(): Promise<void> {
  const writer = await openWriter({ path: join(folder, 'bench.db') })
  await writer.openRun({ name: 'bench', primaryVersion: '1', shadowVersion: '2' })
  const comparer = createComparer({ learner: createEndpointLearner() })
  const redactor = createRedactor({ key: Buffer.alloc(32, 7), keyId: 'bench' })
  const cost = new Map(stages.map((stage): [Stage, number[]] => [stage, []]))
  const count = Number(options.rounds)
  const warmUp = Math.ceil(count / 4)
  let made = 0
  for (let round = -warmUp; round < count; round++) {
    const exchanges = Array.from({ length: rows }, () => makeExchange(made++))
    const add = (stage: Stage, micros: number) => {
      if (round >= 0) cost.get(stage)?.push(micros / rows)
    }
    const frames = timed(add, 'encode', () => encodeAll(exchanges))
    const decoded = timed(add, 'decode', () =>
      frames.flatMap((frame) => decodeBatch(frame).exchanges),
    )
    const judged = timed(add, 'judge', () => decoded.map((exchange) => comparer.judge(exchange)))
    const redacted = timed(add, 'redact', () => judged.map((one) => redactor.redact(one)))
    const before = process.cpuUsage()
    await writer.save(redacted)
    add('save', microsSince(before))
  }
  await writer.close()
  let total = 0
  for (const [stage, micros] of cost) {
    const middle = median(micros)
    if (stage !== 'encode') total += middle
    console.log(`${stage.padEnd(8)} ${middle.toFixed(2).padStart(7)} µs of CPU per exchange`)
  }
  console.log(`recorder ${total.toFixed(2).padStart(7)} µs`)
}

function timed<T>(add: (stage: Stage, micros: number) => void, stage: Stage, work: () => T): T {
  const before = process.cpuUsage()
  const result = work()
  add(stage, microsSince(before))
  return result
}

function microsSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before)
  return user + system
}

function encodeAll(exchanges: readonly Exchange[]): Buffer[] {
  const size = Number(options.batch)
  const frames: Buffer[] = []
  for (let at = 0; at < exchanges.length; at += size) {
    const [first, ...more] = encodeBatch(at, exchanges.slice(at, at + size))
    if (first !== undefined)
      frames.push(more.length === 0 ? first : Buffer.concat([first, ...more]))
  }
  return frames
}

/** What a client says besides the Host. */
function linesOf(n: number): readonly string[] {
  if (!options.browser) return []
  return [
    ...['User-Agent', BROWSERS[n % BROWSERS.length] ?? '', 'Accept', 'application/json, */*;q=0.8'],
    ...['Accept-Language', 'en-US,en;q=0.5', 'Accept-Encoding', 'gzip, deflate, br, zstd'],
    ...['Referer', `https://shop.example/items/${n % 50}`, 'Connection', 'keep-alive'],
    ...['Sec-Fetch-Dest', 'empty', 'Sec-Fetch-Mode', 'cors', 'Sec-Fetch-Site', 'same-origin'],
    ...['Cookie', `sid=5f0c1e7ab94d4${1000 + (n % 1000)}; theme=dark`],
  ]
}

/** What wrk or a browser asks nginx for, twice. */
function makeExchange(n: number): Exchange {
  const lines = linesOf(n)
  const startedAt = START + Math.floor(n / Number(options.crowd))
  const requestId = randomUUID()
  const bytes = options.unique ? answerOf(n) : ANSWER
  const answer = (host: string): ObservedResponse => ({
    kind: 'response',
    status: 200,
    reason: 'OK',
    headers: [
      ...['Server', 'nginx/1.22.1', 'Date', new Date(startedAt).toUTCString()],
      ...['Content-Type', 'application/json', 'Content-Length', String(bytes.length)],
      ...['Connection', 'keep-alive', ...(options.browser ? POLICIES : [])],
    ],
    trailers: [],
    body: { bytes, length: bytes.length },
    durationMs: 1 + Math.random(),
    sentHeaders: [
      ...['Host', host, ...lines, 'x-request-id', requestId, 'Via', '1.1 shadowdiff'],
      ...(host === HOST ? [] : ['x-shadow', 'shadow']),
    ],
  })
  return {
    id: uuidv7(startedAt),
    requestId,
    startedAt,
    route: 'default',
    source: 'live',
    request: {
      method: 'GET',
      target: `/items/${n % 1000}`,
      headers: ['Host', HOST, ...lines],
      body: { bytes: Buffer.alloc(0), length: 0 },
    },
    primary: answer(HOST),
    shadow: answer('127.0.0.1-shadow:8080'),
    shadowWaitMs: Math.random() / 10,
  }
}

function answerOf(n: number): Buffer {
  const item = { id: n, name: 'Oak salad bowl', price: 24.9, tags: ['kitchen', 'gift'], text: '' }
  const text = 'x'.repeat(Math.max(0, Number(options.bytes) - JSON.stringify(item).length))
  return Buffer.from(JSON.stringify({ ...item, text }))
}
