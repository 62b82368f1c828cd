/**
 * How many exchanges a second the comparer judges on one core: JSON answers that are equal but not byte-equal,
 * that differ in one place, and that differ nearly everywhere. Counts CPU time, so that other work on the
 * machine takes little part in it. `npm run bench:compare`; `-- --write` keeps the result in RESULTS.md.
 */

import { readFileSync } from 'node:fs'
import { cpuModel } from './cpu.ts'
import { writeSection } from './results.ts'
import { createComparer } from '../src/core/compare.ts'
import type { Exchange, HeaderList, ObservedResponse } from '../src/core/exchange.ts'

const SENT = ['accept', '*/*', 'user-agent', 'bench', 'x-request-id', 'b1']

function answer(body: string, second: number, host: string): ObservedResponse {
  const headers: HeaderList = [
    ['Server', 'gunicorn'],
    ['Date', `Fri, 20 Nov 2026 12:00:0${second} GMT`],
    ['Content-Type', 'application/json'],
    ['Content-Length', String(body.length)],
    ['Cache-Control', 'no-store'],
    ['Access-Control-Allow-Origin', '*'],
    ['X-Request-Id', 'b1'],
  ].flat()
  return {
    kind: 'response',
    status: 200,
    reason: 'OK',
    headers,
    trailers: [],
    body: { bytes: Buffer.from(body), length: Buffer.byteLength(body) },
    durationMs: 1,
    sentHeaders: ['host', host, ...SENT],
  }
}

function exchange(primary: string, shadow: string): Exchange {
  return {
    id: '019a9d3c-0000-7000-8000-000000000000',
    requestId: 'b1',
    startedAt: Date.parse('2026-11-20T12:00:00Z'),
    route: 'default',
    source: 'live',
    request: {
      method: 'GET',
      target: '/shops/12/items?page=3',
      headers: [],
      body: { bytes: Buffer.alloc(0), length: 0 },
    },
    primary: answer(primary, 1, 'shop.example:8000'),
    shadow: answer(shadow, 2, 'shop.example-shadow:8000'),
    shadowWaitMs: 0,
  }
}

function item(id: number) {
  return {
    id,
    name: `Item number ${id}`,
    price: id * 1.37,
    tags: ['new', 'sale', `t${id % 7}`],
    stock: { warehouse: 'Malmö', count: id % 50, reserved: false },
    description: 'A thing that is described in about as many words as things are.',
  }
}

function documents(bytes: number) {
  const items = []
  for (let id = 0, size = 0; size < bytes; id++) {
    items.push(item(id))
    size += JSON.stringify(items.at(-1)).length
  }
  const list = (all: readonly unknown[]) => JSON.stringify({ items: all, total: all.length })
  const middle = Math.floor(items.length / 2)
  const one = items.map((each, i) => (i === middle ? { ...each, price: -1 } : each))
  const many = items.map((each) => ({ ...each, price: Math.round(each.price), name: null }))
  const base = list(items)
  return {
    'byte-equal': [base, base],
    'equal, other bytes': [base, `${base}\n`],
    'one value differs': [base, list(one)],
    'one inserted at the head': [base, list([item(-1), ...items])],
    'all items differ': [base, list(many)],
  } satisfies Record<string, [string, string]>
}

const comparer = createComparer()

function measure(subject: Exchange): { rate: number; outcome: string } {
  const { outcome } = comparer.judge(subject).judgement
  const step =
    (subject.primary?.kind === 'response' ? subject.primary.body.length : 0) > 10_000 ? 1 : 50
  const run = (milliseconds: number) => {
    const start = process.cpuUsage()
    for (let count = 1; ; count++) {
      comparer.judge(subject)
      // Reading the clock costs as much as judging something small.
      if (count % step !== 0) continue
      const { user, system } = process.cpuUsage(start)
      if (user + system >= milliseconds * 1_000) return (count / (user + system)) * 1_000_000
    }
  }
  run(500)
  return { rate: run(1_500), outcome }
}

interface Row {
  readonly size: string
  readonly kind: string
  readonly outcome: string
  readonly rate: number
}

const rows: Row[] = []
for (const [size, bytes] of [
  ['1 KB', 1_000],
  ['100 KB', 100_000],
  ['5 MB', 5_000_000],
] as const) {
  for (const [kind, [primary, shadow]] of Object.entries(documents(bytes))) {
    const row = { size, kind, ...measure(exchange(primary, shadow)) }
    rows.push(row)
    console.log(
      `${size.padEnd(7)} ${kind.padEnd(26)} ${row.outcome.padEnd(10)} ${rateOf(row).padStart(9)}/s ${costOf(row).padStart(9)} µs`,
    )
  }
}
const reach = reachOf(rows)
console.log(reach)
if (process.argv.includes('--write')) {
  const table = rows.map(
    (row) => `| ${row.size} | ${row.kind} | ${row.outcome} | ${rateOf(row)} | ${costOf(row)} |`,
  )
  const lines = [
    '## Comparing: `npm run bench:compare`',
    `${new Date().toISOString().slice(0, 10)}, Node ${process.version}, ${cpuModel()}`,
    'Exchanges with two JSON answers judged on one core, by CPU time.',
    [
      '| answers | they are | outcome | exchanges/s | µs each |',
      '| --- | --- | --- | ---: | ---: |',
      ...table,
    ].join('\n'),
    reach,
  ]
  await writeSection('bench:compare', lines.join('\n\n'))
}

function rateOf({ rate }: Row): string {
  return rate >= 100 ? Math.round(rate).toLocaleString('en') : rate.toFixed(1)
}

function costOf({ rate }: Row): string {
  return (1_000_000 / rate).toFixed(rate > 1_000 ? 1 : 0)
}

/** How the dearest 1 KB that is ordinary stands to what the proxy passed on in its own bench. */
function reachOf(measured: readonly Row[]): string {
  const found = measured.find(({ size, kind }) => size === '1 KB' && kind === 'one value differs')
  const results = readFileSync(new URL('RESULTS.md', import.meta.url), 'utf8')
  const proxied = ['shadowdiff, no copies', 'shadowdiff, all compared'].flatMap((name) => {
    const rate = new RegExp(`^\\| ${name} +\\| +(\\d+) \\|`, 'm').exec(results)?.[1]
    return rate === undefined || found === undefined
      ? []
      : [
          `${(found.rate / Number(rate)).toFixed(1)} times the ${rate} requests/s of “${name}” above`,
        ]
  })
  if (proxied.length === 0) return 'The proxy has no result to compare with.'
  return `A core judges 1 KB answers that differ in one value at ${proxied.join(', and ')}.`
}
