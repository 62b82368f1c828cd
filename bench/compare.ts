/**
 * How many exchanges a second the comparer judges on one core: JSON answers that are equal but not byte-equal,
 * that differ in one place, and that differ nearly everywhere. Counts CPU time, so that other work on the
 * machine takes little part in it. Run with `npm run bench:compare`.
 */

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

for (const [label, bytes] of [
  ['1 KB', 1_000],
  ['100 KB', 100_000],
  ['5 MB', 5_000_000],
] as const) {
  for (const [kind, [primary, shadow]] of Object.entries(documents(bytes))) {
    const { rate, outcome } = measure(exchange(primary, shadow))
    const perSecond = rate >= 100 ? Math.round(rate).toLocaleString('en') : rate.toFixed(1)
    const micros = (1_000_000 / rate).toFixed(rate > 1_000 ? 1 : 0)
    console.log(
      `${label.padEnd(7)} ${kind.padEnd(26)} ${outcome.padEnd(10)} ${perSecond.padStart(9)}/s ${micros.padStart(9)} µs`,
    )
  }
}
