import { afterEach, beforeEach, expect, test } from 'vitest'
import { createComparer } from '../src/core/compare.ts'
import type { Exchange } from '../src/core/exchange.ts'
import type { EndpointMerger } from '../src/core/ports.ts'
import { openLearning } from '../src/learning.ts'
import { createRecorder } from '../src/recorder.ts'
import { FIXTURE_START, judgedOf, responseOf } from './support/exchange-fixtures.ts'
import { openStore, type StoreFixture } from './support/store-fixture.ts'

let store: StoreFixture
let warnings: string[]

beforeEach(async () => {
  store = await openStore()
  warnings = []
})

afterEach(() => store.close())

/** Letters only, so that no shape makes a template of it. */
const wordOf = (n: number) => String(n).replace(/\d/g, (digit) => 'abcdefghij'[Number(digit)] ?? '')

let count = 0

const exchangeTo = (target: string): Exchange => {
  const { exchange } = judgedOf({
    startedAt: FIXTURE_START + count++,
    primary: responseOf('{"price":1}'),
    shadow: responseOf(`{"price":${count % 3 === 0 ? 2 : 1}}`),
  })
  return { ...exchange, request: { ...exchange.request, method: 'GET', target } }
}

async function openRecorder(writer: EndpointMerger = store.writer) {
  const learning = await openLearning(writer, [], (line) => warnings.push(line))
  const recorder = createRecorder({
    judging: {
      comparer: createComparer({ learner: learning.learner }),
      redact: (judged) => judged,
    },
    writer: store.writer,
    onSaved: learning.settle,
    flushMs: 1,
    maxRows: 50,
  })
  const take = async (exchanges: readonly Exchange[]) => {
    for (const exchange of exchanges) await recorder.take([exchange])
    await learning.idle()
  }
  return { take, learning }
}

const endpoints = async () => (await store.reader.listEndpoints({}, { limit: 1000 })).items

test('300 slugs end as one endpoint whose counts are the sum', async () => {
  const { take } = await openRecorder()
  const exchanges = Array.from({ length: 300 }, (_, n) => exchangeTo(`/articles/${wordOf(n)}`))
  await take(exchanges)
  const [endpoint, ...others] = await endpoints()
  expect(others).toEqual([])
  expect(endpoint).toMatchObject({
    ...{ endpoint: 'GET /articles/{name}', exchanges: 300, match: 200, divergent: 100 },
    divergences: 1,
  })
  const { items } = await store.reader.listDivergences({}, { limit: 10 })
  expect(items).toMatchObject([
    { endpoint: 'GET /articles/{name}', location: 'body:/price', count: 100, exchanges: 100 },
  ])
  expect(warnings).toEqual([])
})

test('a recorder that starts again goes on from the names in the store', async () => {
  const first = await openRecorder()
  await first.take(Array.from({ length: 150 }, (_, n) => exchangeTo(`/articles/${wordOf(n)}/x`)))
  expect(await endpoints()).toHaveLength(150)
  const second = await openRecorder()
  await second.take(
    Array.from({ length: 110 }, (_, n) => exchangeTo(`/articles/${wordOf(n + 100)}/x`)),
  )
  expect(await endpoints()).toMatchObject([{ endpoint: 'GET /articles/{name}/x', exchanges: 260 }])
  const third = await openRecorder()
  await third.take([exchangeTo('/articles/new/x')])
  expect(await endpoints()).toMatchObject([{ endpoint: 'GET /articles/{name}/x', exchanges: 261 }])
})

test('what could not be merged is told, and merged with the next exchanges', async () => {
  let failures = 2
  const { take } = await openRecorder({
    knownEndpoints: () => store.writer.knownEndpoints(),
    mergeEndpoints: (heir, merged) =>
      failures-- > 0
        ? Promise.reject(new Error('the disk is full'))
        : store.writer.mergeEndpoints(heir, merged),
  })
  await take(Array.from({ length: 201 }, (_, n) => exchangeTo(`/articles/${wordOf(n)}`)))
  expect(warnings).toEqual(['endpoints could not be merged: the disk is full'])
  await take([exchangeTo('/health')])
  await take([exchangeTo('/health')])
  expect((await endpoints()).map(({ endpoint, exchanges }) => [endpoint, exchanges])).toEqual(
    expect.arrayContaining([
      ['GET /articles/{name}', 201],
      ['GET /health', 2],
    ]),
  )
  expect(await endpoints()).toHaveLength(2)
})

test('what a recorder that died had not merged is merged by the next one', async () => {
  const writer: EndpointMerger = {
    knownEndpoints: () => store.writer.knownEndpoints(),
    mergeEndpoints: () => Promise.reject(new Error('gone')),
  }
  const { take } = await openRecorder(writer)
  await take(Array.from({ length: 230 }, (_, n) => exchangeTo(`/articles/${wordOf(n)}`)))
  expect(await endpoints()).toHaveLength(201)
  await openRecorder()
  expect(await endpoints()).toMatchObject([{ endpoint: 'GET /articles/{name}', exchanges: 230 }])
})

test('too many endpoints in a run are told once', async () => {
  const { take, learning } = await openRecorder()
  for (let n = 0; n < 5000; n++) learning.learner.name(`GET /${wordOf(n)}`)
  await take([exchangeTo('/one-more'), exchangeTo('/and-another')])
  expect(await endpoints()).toMatchObject([{ endpoint: 'GET {other}', exchanges: 2 }])
  expect(warnings).toHaveLength(1)
})
