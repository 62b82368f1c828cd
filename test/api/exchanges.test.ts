import { expect, test } from 'vitest'
import type { Exchange } from '../../src/core/exchange.ts'
import type { ExchangeDetail, ExchangeRow } from '../../src/core/exchange-report.ts'
import type { Page } from '../../src/core/lists.ts'
import { openConsole } from '../support/console.ts'
import {
  bodyOf,
  differenceOf,
  exchangeOf,
  FIXTURE_START,
  judgedOf,
  responseOf,
  uuidv7,
} from '../support/exchange-fixtures.ts'
import { openRecorded } from '../support/recorded-store.ts'

const at = (second: number) => ({
  startedAt: FIXTURE_START + second * 1000,
  id: uuidv7(FIXTURE_START + second * 1000),
})

/** Seven exchanges, a second apart, of which no two are alike. */
const SEVEN = [
  judgedOf({ ...at(0), requestId: 'first' }),
  judgedOf({ ...at(1), requestId: 'twice' }, { differences: [differenceOf()] }),
  judgedOf(
    { ...at(2), requestId: 'twice', shadow: responseOf('{}', { status: 404 }) },
    { differences: [differenceOf({ location: 'status', severity: 'breaking' })] },
  ),
  judgedOf(
    { ...at(3), request: { ...exchangeOf().request, method: 'POST', target: '/orders?x=1' } },
    { differences: [differenceOf({ location: 'body:/total', kind: 'missing' })] },
    'POST /orders',
  ),
  judgedOf({ ...at(4), route: 'items' }, { outcome: 'incomparable', reason: 'truncated' }),
  judgedOf({ ...at(5), requestId: 'no copy' }, { outcome: 'unmirrored', reason: 'not-sampled' }),
  judgedOf({ ...at(6), requestId: "100%_'x" }),
]

async function openSeven() {
  const store = await openRecorded(SEVEN)
  const app = await openConsole({ reader: () => store.reader })
  const list = async (query: Record<string, string>) => {
    const answer = await app.inject({ url: '/api/v1/exchanges', query })
    expect([answer.statusCode, answer.body]).toEqual([200, expect.any(String)])
    return answer.json<Page<ExchangeRow>>()
  }
  const secondsOf = ({ items }: Page<ExchangeRow>) =>
    items.map(({ time }) => (Date.parse(time) - FIXTURE_START) / 1000)
  return { app, store, list, secondsOf }
}

test('exchanges come newest first, as rows of the contract', async () => {
  const { list, secondsOf } = await openSeven()
  const page = await list({})
  expect(secondsOf(page)).toEqual([6, 5, 4, 3, 2, 1, 0])
  expect(page).not.toHaveProperty('next')
  expect(page.items[4]).toEqual({
    id: SEVEN[2]?.exchange.id,
    requestId: 'twice',
    time: '2026-01-05T12:00:02.000Z',
    run: 'checkout-2.3',
    source: 'live',
    route: 'default',
    method: 'GET',
    path: '/items/17',
    endpoint: 'GET /items/{id}',
    outcome: 'divergent',
    primaryStatus: 200,
    shadowStatus: 404,
    primaryMs: 12.5,
    shadowMs: 12.5,
    shadowWaitMs: 0.25,
    differences: 1,
  })
  expect(Object.keys(page.items[4] ?? {})).toEqual(
    Object.keys(page.items[2] ?? {}).filter((key) => key !== 'reason'),
  )
})

test.each([
  [{ requestId: 'twice' }, [2, 1]],
  [{ requestId: 'nobody' }, []],
  [{ outcome: 'divergent' }, [3, 2, 1]],
  [{ outcome: 'match' }, [6, 0]],
  [{ outcome: 'unmirrored' }, [5]],
  [{ source: 'replay' }, []],
  [{ source: 'live', outcome: 'match' }, [6, 0]],
  [{ method: 'POST' }, [3]],
  [{ endpoint: 'POST /orders' }, [3]],
  [{ route: 'items' }, [4]],
  [{ status: '404' }, [2]],
  [{ status: '200', requestId: 'twice' }, [2, 1]],
  [{ kind: 'missing' }, [3]],
  [{ severity: 'breaking' }, [2]],
  [{ q: 'order' }, [3]],
  [{ q: "%_'" }, [6]],
  [{ run: 'checkout-2.3', outcome: 'match' }, [6, 0]],
  [{ run: 'another' }, []],
  [{ since: '2026-01-05T12:00:05Z' }, [6, 5]],
  [{ until: '2026-01-05T12:00:02Z' }, [1, 0]],
  [{ since: '2026-01-05T13:00:02+01:00', until: '2026-01-05T12:00:04Z' }, [3, 2]],
])('filtered by %j', async (query, seconds) => {
  const { list, secondsOf } = await openSeven()
  expect(secondsOf(await list(query as Record<string, string>))).toEqual(seconds)
})

test('a divergence leads to the exchanges that show it', async () => {
  const { app, list, secondsOf } = await openSeven()
  const found = await app.inject('/api/v1/divergences?q=body:/total')
  const [divergence] = found.json<Page<{ id: string }>>().items
  expect(secondsOf(await list({ divergence: divergence?.id ?? '' }))).toEqual([3])
})

test('pages follow each other without gap or repeat, also while exchanges arrive', async () => {
  const { list, secondsOf, store } = await openSeven()
  const seen: number[] = []
  let cursor: string | undefined
  do {
    const page = await list({ limit: '3', ...(cursor !== undefined && { cursor }) })
    seen.push(...secondsOf(page))
    cursor = page.next
    await store.save([judgedOf(at(100 + seen.length))])
  } while (cursor !== undefined)
  expect(seen).toEqual([6, 5, 4, 3, 2, 1, 0])
})

test('there is no next page after exactly the last row', async () => {
  const { list } = await openSeven()
  expect(await list({ limit: '7' })).not.toHaveProperty('next')
  expect(await list({ limit: '6' })).toHaveProperty('next')
})

test.each(['nonsense', '%00', 'eyJhIjoxfQ', 'WyJkaXZlcmdlbmNlcyIsMV0', "1' OR 1=1"])(
  'the cursor %s is refused',
  async (cursor) => {
    const { app } = await openSeven()
    const answer = await app.inject({ url: '/api/v1/exchanges', query: { cursor } })
    expect(answer.statusCode).toBe(400)
    expect(answer.json()).toMatchObject({ detail: expect.stringMatching(/^cursor: /) as string })
  },
)

test('the cursor of another list is refused', async () => {
  const { app, list } = await openSeven()
  const { next = '' } = await list({ limit: '1' })
  const answer = await app.inject({ url: '/api/v1/divergences', query: { cursor: next } })
  expect(answer.statusCode).toBe(400)
})

test('one exchange has request, observations and differences in full', async () => {
  const { app } = await openSeven()
  const answer = await app.inject(`/api/v1/exchanges/${SEVEN[2]?.exchange.id ?? ''}`)
  const exchange = answer.json<ExchangeDetail>()
  expect(exchange).toMatchObject({
    requestId: 'twice',
    request: {
      method: 'GET',
      target: '/items/17?page=2',
      headers: ['Host', 'shop.example', 'accept', '*/*', 'X-Twice', 'a', 'X-Twice', 'b'],
    },
    primary: { kind: 'response', status: 200, body: { text: '{"price":10}', length: 12 } },
    shadow: { kind: 'response', status: 404, body: { text: '{}' } },
    differences: [
      {
        location: 'status',
        severity: 'breaking',
        class: 'divergence',
        divergence: expect.any(String) as string,
      },
    ],
    differencesTotal: 1,
    suppressed: [],
  })
})

test.each(['nothing', '0197a1b2-0000-7000-8000-000000000001', "' OR 1=1 --", '../status'])(
  'the exchange %s is not found',
  async (id) => {
    const { app } = await openSeven()
    for (const below of ['', '/changes']) {
      const answer = await app.inject(`/api/v1/exchanges/${encodeURIComponent(id)}${below}`)
      expect(answer.statusCode).toBe(404)
      expect(answer.json()).toMatchObject({
        detail: `No exchange with the id ${JSON.stringify(id)} is stored`,
      })
    }
  },
)

test('hostile bodies leave as JSON strings and nothing else', async () => {
  const hostile = '</script><script>alert(1)</script>\u2028\ud800'
  const store = await openRecorded([
    judgedOf({
      ...at(0),
      primary: responseOf(hostile, { headers: ['Content-Type', 'text/html'] }),
      shadow: responseOf(Buffer.from([0xff, 0x00, 0x80])),
    }),
  ])
  const app = await openConsole({ reader: () => store.reader })
  const [row] = (await app.inject('/api/v1/exchanges')).json<Page<ExchangeRow>>().items
  const answer = await app.inject(`/api/v1/exchanges/${row?.id ?? ''}`)
  expect(answer.headers).toMatchObject({
    'content-type': 'application/json; charset=utf-8',
    'x-content-type-options': 'nosniff',
  })
  expect(answer.json()).toMatchObject({
    primary: { body: { text: Buffer.from(hostile).toString() } },
    shadow: { body: { base64: '/wCA' } },
  })
})

test.each([
  ['{"price":10.5,"n":[1]}', '{"price":10,"n":[1,2]}', ['n[1]: added 2', 'price: 10.5 -> 10']],
  ['[{"id":1,"v":"a"}]', '[{"id":1,"v":"b"}]', ['[id=1].v: "a" -> "b"']],
  ['{"n":9007199254740993}', '{"n":9007199254740992}', ['n: 9007199254740993 -> 9007199254740992']],
])('what changed from %s to %s is told in words', async (primary, shadow, sentences) => {
  const changes = await changesBetween(responseOf(primary), responseOf(shadow))
  expect([...changes.sentences].sort()).toEqual(sentences)
  expect(changes.total).toBe(sentences.length)
})

test.each([
  ['another text', responseOf('plain'), responseOf('{}'), 'The body of primary is no JSON'],
  ['binary', responseOf('{}'), responseOf(Buffer.from([0])), 'The body of shadow is no JSON'],
  ['an empty body', responseOf('{}'), responseOf(''), 'Shadow gave no body'],
  [
    'a cut body',
    responseOf('{}'),
    responseOf('', { body: { ...bodyOf('{"a":'), length: 99, sha256: 'ab'.repeat(32) } }),
    'Only a part of the body of shadow was kept',
  ],
  [
    'a deep body',
    responseOf('[0]'),
    responseOf(`${'['.repeat(300)}${']'.repeat(300)}`),
    'The body of shadow is nested too deeply',
  ],
  [
    'a failure',
    responseOf('{}'),
    { kind: 'failure', reason: 'timeout', message: 'late', sentHeaders: [], durationMs: 1 },
    'Shadow gave no answer',
  ],
  ['no copy', responseOf('{}'), undefined, 'Shadow was not asked'],
] as const)('%s has no words but a reason', async (_title, primary, shadow, reason) => {
  const changes = await changesBetween(primary, shadow)
  expect(changes).toEqual({ engine: 'none', sentences: [], total: 0, reason })
})

async function changesBetween(
  primary: ReturnType<typeof responseOf>,
  shadow: NonNullable<Parameters<typeof exchangeOf>[0]>['shadow'],
) {
  const whole = exchangeOf({ ...at(0), primary, ...(shadow !== undefined && { shadow }) })
  const kept = Object.entries(whole).filter(([key]) => key !== 'shadow' || shadow !== undefined)
  const exchange = Object.fromEntries(kept) as unknown as Exchange
  const store = await openRecorded([{ ...judgedOf(), exchange }])
  const app = await openConsole({ reader: () => store.reader })
  const answer = await app.inject(`/api/v1/exchanges/${exchange.id}/changes`)
  return answer.json<{ sentences: string[]; total: number }>()
}
