import { gzipSync } from 'node:zlib'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { expect, test } from 'vitest'
import { fromExchangeDocument, type ExchangeDocument } from '../../src/core/exchange-document.ts'
import { openConsole } from '../support/console.ts'
import { bodyOf, differenceOf, judgedOf, responseOf } from '../support/exchange-fixtures.ts'
import { HAR_SCHEMA } from '../support/har-schema.ts'
import { openRecorded } from '../support/recorded-store.ts'

const id = (n: number) => `019b8e0f-1e00-7c4a-9a61-00000000000${n}`

/** What is hard to write down: binary and coded bodies, failures, markup, controls, and nothing at all. */
const EXCHANGES = [
  judgedOf({
    id: id(1),
    request: {
      method: 'POST',
      target: '/upload?name=a%20b&name=c&empty',
      headers: ['Host', 'shop.example:80', 'Content-Type', 'application/octet-stream'],
      body: bodyOf(Buffer.from([0, 255, 1])),
    },
    primary: responseOf(gzipSync('{"price":10}'), {
      headers: ['Content-Type', 'application/json', 'Content-Encoding', 'gzip'],
      trailers: ['X-Sum', '1'],
    }),
    shadow: {
      kind: 'failure',
      reason: 'reset',
      message: 'it hung up',
      sentHeaders: [],
      durationMs: 3,
    },
  }),
  judgedOf(
    {
      id: id(2),
      primary: responseOf('</script>"\u2028\u0007\ud83d\ude00', {
        status: 302,
        headers: ['Location', '/a'],
      }),
      shadow: responseOf('{"price":11}'),
    },
    { differences: [differenceOf()] },
  ),
  judgedOf({
    id: id(3),
    request: { method: 'OPTIONS', target: '*', headers: [], body: bodyOf('') },
    primary: {
      kind: 'failure',
      reason: 'timeout',
      message: 'too late',
      sentHeaders: [],
      durationMs: 9,
    },
  }),
]

async function openExport() {
  const { reader } = await openRecorded(EXCHANGES)
  return openConsole({ reader: () => reader })
}

interface Har {
  readonly log: {
    readonly entries: readonly {
      readonly request: { readonly url: string; readonly queryString: object[] }
      readonly response: { readonly status: number; readonly content: object }
      readonly _shadow?: object
      readonly _shadowdiff: { readonly id: string; readonly differences: object[] }
    }[]
  }
}

test('an archive is HAR 1.2: an entry for each exchange, primary’s answer in it, shadow’s beside it', async () => {
  const app = await openExport()
  const answer = await app.inject('/api/v1/export?format=har')
  expect(answer.headers['content-type']).toBe('application/json; charset=utf-8')
  expect(answer.headers['content-disposition']).toMatch(/filename="shadowdiff-exchanges-.*\.har"$/)
  const har = answer.json<Har>()
  const ajv = new Ajv2020({ allErrors: true, strict: false })
  expect(ajv.validate(HAR_SCHEMA, har) ? [] : ajv.errors).toEqual([])
  const entries = [...har.log.entries].sort((a, b) =>
    a._shadowdiff.id < b._shadowdiff.id ? -1 : 1,
  )
  expect(entries).toMatchObject([
    {
      request: {
        url: 'http://shop.example:80/upload?name=a%20b&name=c&empty',
        queryString: [
          { name: 'name', value: 'a b' },
          { name: 'name', value: 'c' },
          { name: 'empty', value: '' },
        ],
        postData: { encoding: 'base64', text: 'AP8B' },
      },
      response: { status: 200, content: { text: '{"price":10}', size: 12, _decoded: 'gzip' } },
      _shadow: { status: 0, _failure: 'reset', _error: 'it hung up' },
    },
    {
      response: { status: 302, redirectURL: '/a' },
      _shadow: { status: 200, content: { text: '{"price":11}' } },
      _shadowdiff: { outcome: 'divergent', differences: [{ location: 'body:/price' }] },
    },
    { request: { url: 'http://unknown.invalid/*' }, response: { status: 0, _failure: 'timeout' } },
  ])
})

test('an archive of nothing is one', async () => {
  const app = await openExport()
  const answer = await app.inject('/api/v1/export?format=har&method=TRACE')
  expect(answer.json<Har>().log.entries).toEqual([])
})

test('an archive holds exchanges only', async () => {
  const app = await openExport()
  const answer = await app.inject('/api/v1/export?format=har&what=divergences')
  expect(answer.statusCode).toBe(400)
  expect(answer.json()).toMatchObject({
    detail: 'format: har holds exchanges; expected what=exchanges',
  })
})

test('JSON lines of exchanges are read back as the exchanges that they were', async () => {
  const app = await openExport()
  const answer = await app.inject('/api/v1/export?what=exchanges&format=jsonl')
  const documents = answer.body
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as ExchangeDocument)
  const read = documents.map(fromExchangeDocument)
  for (const { exchange, endpoint, judgement } of EXCHANGES) {
    const back = read.find((each) => each.exchange.id === exchange.id)
    expect(back).toMatchObject({ endpoint, judgement: { outcome: judgement.outcome } })
    expect(back?.exchange.request).toEqual(exchange.request)
    expect(back?.exchange.primary).toEqual(exchange.primary)
    expect(back?.exchange.shadow).toEqual(exchange.shadow)
  }
  const none = await app.inject('/api/v1/export?what=exchanges&format=jsonl&method=TRACE')
  expect(none.body).toBe('')
})

test('divergences are exported by class and state, and nothing else is', async () => {
  const app = await openExport()
  const open = await app.inject('/api/v1/export?what=divergences&state=open&class=divergence')
  expect(open.body.trimEnd().split('\r\n')).toHaveLength(2)
  const fixed = await app.inject('/api/v1/export?what=divergences&state=fixed')
  expect(fixed.body.trimEnd().split('\r\n')).toHaveLength(1)
  const refused = await app.inject('/api/v1/export?what=exchanges&state=fixed')
  expect(refused.json<{ detail: string }>().detail).toMatch(
    /^state: exchanges cannot be filtered by it; allowed are run, /,
  )
})
