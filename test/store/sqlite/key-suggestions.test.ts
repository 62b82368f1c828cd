import { expect, test } from 'vitest'
import { createComparer } from '../../../src/core/compare.ts'
import type { DivergenceRow } from '../../../src/core/divergence-report.ts'
import type { JudgedExchange } from '../../../src/core/ports.ts'
import type { Rule } from '../../../src/core/rule.ts'
import { openReader } from '../../../src/store/sqlite/reader.ts'
import { exchangeOf, FIXTURE_START, responseOf } from '../../support/exchange-fixtures.ts'
import { ANN, openStore } from '../../support/store-fixture.ts'

const LENGTH = 6

/** Lists of which every element changed and shadow has one more at the head, compared as the recorder does. */
function listsOf(name: string): readonly JudgedExchange[] {
  const comparer = createComparer()
  return [0, 1, 2, 3].map((e) => {
    const item = (n: number, side: string) => ({
      [name]: `no-${e * 10 + n}`,
      about: `${n} ${side}`,
    })
    const items = (from: number, side: string) =>
      Array.from({ length: LENGTH - from }, (_, n) => item(n + from, side))
    const old = items(0, 'old').map((one, at) =>
      at === 2 && e > 1 ? { ...one, discount: 5 } : one,
    )
    return comparer.judge(
      exchangeOf({
        startedAt: FIXTURE_START + e,
        primary: responseOf(JSON.stringify({ items: old })),
        shadow: responseOf(JSON.stringify({ items: items(-1, 'new') })),
      }),
    )
  })
}

const keysOf = (rows: readonly DivergenceRow[]) =>
  Object.fromEntries(
    rows.map(({ kind, location, suggestion }) => [
      `${kind} ${location}`,
      suggestion?.rule.kind === 'key' ? suggestion.rule.by : undefined,
    ]),
  )

test('elements that meet others than their own bring a suggested key, in lists and alone', async () => {
  const store = await openStore(listsOf('isbn'))
  try {
    const { items } = await store.reader.listDivergences({}, { limit: 50 })
    expect(keysOf(items)).toEqual({
      'value body:/items/*/isbn': 'isbn',
      'value body:/items/*/about': 'isbn',
      'missing body:/items/*/discount': 'isbn',
      'extra body:/items/*': undefined,
    })
    const [first] = items
    expect(first?.suggestion?.rule).toMatchObject({
      endpoint: first?.endpoint,
      at: ['body:/items'],
    })
    const detail = await store.reader.findDivergence(first?.id ?? '', 1)
    expect(detail?.suggestion).toEqual(first?.suggestion)
  } finally {
    await store.close()
  }
})

test('no key is suggested where elements find each other by `id` without a rule', async () => {
  const store = await openStore(listsOf('id'))
  try {
    const { items } = await store.reader.listDivergences({}, { limit: 50 })
    expect(items.length).toBeGreaterThan(0)
    expect(items.every(({ suggestion }) => suggestion === undefined)).toBe(true)
  } finally {
    await store.close()
  }
})

test('no key is suggested where a rule of the configuration or of the console gives one', async () => {
  const store = await openStore(listsOf('isbn'))
  const rule: Rule = { id: 'k', kind: 'key', at: ['body:/**'], by: 'isbn' }
  const configured = await openReader({ path: store.path, rules: () => [rule] })
  try {
    const before = await configured.listDivergences({}, { limit: 50 })
    expect(Object.values(keysOf(before.items))).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ])
    await store.writer.createRule(rule, ANN)
    const after = await store.reader.listDivergences({}, { limit: 50 })
    expect(Object.values(keysOf(after.items))).toEqual([undefined, undefined, undefined, undefined])
  } finally {
    await configured.close()
    await store.close()
  }
})

test('what is expected or fixed brings no key', async () => {
  const store = await openStore(listsOf('isbn'))
  try {
    const { items } = await store.reader.listDivergences({}, { limit: 50 })
    for (const { id } of items) await store.writer.triage(id, { state: 'expected' })
    const after = await store.reader.listDivergences({}, { limit: 50 })
    expect(Object.values(keysOf(after.items))).toEqual([undefined, undefined, undefined, undefined])
  } finally {
    await store.close()
  }
})
