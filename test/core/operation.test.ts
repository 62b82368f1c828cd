import { expect, test } from 'vitest'

import { createComparer } from '../../src/core/compare.ts'
import type { Exchange, ObservedRequest } from '../../src/core/exchange.ts'
import { operationOf } from '../../src/core/operation.ts'
import { answer, exchange, lines, suppressions, wholeBody } from './build-exchange.ts'

function request(target: string, body: unknown, type = 'application/json'): ObservedRequest {
  const content = typeof body === 'string' ? body : JSON.stringify(body)
  const method = content === '' ? 'GET' : 'POST'
  return { method, target, headers: ['content-type', type], body: wholeBody(content) }
}

test.each([
  [
    'an operation name',
    '/graphql',
    { query: 'query A {a}', operationName: 'GetCart' },
    'graphql',
    'GetCart',
  ],
  [
    'a name in the document',
    '/api/graphql',
    { query: '# hi\nmutation AddItem($a: Int) {a}' },
    'graphql',
    'AddItem',
  ],
  ['an anonymous document', '/graphql', { query: '{ cart { id } }' }, 'graphql', ''],
  ['a persisted query', '/graphql', { operationName: 'P', extensions: {} }, 'graphql', 'P'],
  ['another path', '/api', { query: 'query GetCart { cart }' }, 'graphql', 'GetCart'],
  [
    'a batch',
    '/graphql',
    [{ operationName: 'B' }, { operationName: 'A' }, { operationName: 'B' }],
    'graphql',
    'A+B',
  ],
  [
    'a large batch',
    '/graphql',
    ['A', 'B', 'C', 'D'].map((operationName) => ({ operationName })),
    'graphql',
    'A+B+C+…',
  ],
  [
    'a JSON-RPC call',
    '/rpc',
    { jsonrpc: '2.0', method: 'eth_call', id: 1 },
    'json-rpc',
    'eth_call',
  ],
  [
    'a JSON-RPC batch',
    '/',
    [
      { jsonrpc: '2.0', method: 'b' },
      { jsonrpc: '2.0', method: 'a' },
    ],
    'json-rpc',
    'a+b',
  ],
])('%s is found', (_, target, body, protocol, name) => {
  expect(operationOf(request(target, body))).toEqual({ protocol, name })
})

test('a GET names its operation in the query, a GraphQL document in its body', () => {
  expect(operationOf(request('/graphql?query=query+A{a}', ''))?.name).toBe('A')
  expect(operationOf(request('/graphql?query={a}&operationName=B', ''))?.name).toBe('B')
  expect(operationOf(request('/graphql', 'query C {a}', 'application/graphql'))?.name).toBe('C')
})

test.each([
  ['a search', '/search', { query: 'query for shoes' }],
  ['an order', '/orders', { method: 'post', items: [] }],
  ['no JSON', '/graphql', '{"query"'],
  ['a list of other things', '/x', [{ jsonrpc: '2.0', method: 'a' }, 1]],
  ['an empty list', '/graphql', '[]'],
  ['bottomless JSON', '/graphql', '['.repeat(100_000)],
])('%s is no operation', (_, target, body) => {
  expect(operationOf(request(target, body))).toBeUndefined()
})

const call = (body: unknown, primary: unknown, shadow: unknown): Exchange => ({
  ...exchange(answer({ body: JSON.stringify(primary) }), answer({ body: JSON.stringify(shadow) })),
  request: request('/graphql', body),
})

test('the operation is part of the endpoint, and an error inside a 200 is a failure', () => {
  const { endpoint, judgement } = createComparer().judge(
    call(
      { query: 'query GetCart {cart}' },
      { data: { cart: 1 } },
      { data: null, errors: [{ message: 'no' }] },
    ),
  )
  expect(endpoint).toBe('POST /graphql GetCart')
  expect(lines(judgement)).toEqual([
    'type body:/data {"cart":1} null',
    'failure body:/errors - [{"message":"no"}]',
  ])
  expect(judgement.differences[1]?.severity).toBe('breaking')
})

test('an empty list of errors is none', () => {
  const { judgement } = createComparer().judge(
    call({ query: '{cart}' }, { data: 1 }, { data: 1, errors: [] }),
  )
  expect(judgement.differences).toMatchObject([{ kind: 'extra', severity: 'added' }])
})

test.each([
  ['a list that was empty', { data: 1, errors: [] }, 'failure body:/errors/0 - {"message":"no"}'],
  ['null', { data: 1, errors: null }, 'failure body:/errors null [{"message":"no"}]'],
  [
    'another error',
    { data: 1, errors: [{ message: 'old' }] },
    'failure body:/errors/1 - {"message":"no"}',
  ],
])('an error where primary has %s is a failure', (_, primary, expected) => {
  const errors = [...(primary.errors ?? []), { message: 'no' }]
  const { judgement } = createComparer().judge(
    call({ query: '{cart}' }, primary, { data: 1, errors }),
  )
  expect(lines(judgement)).toEqual([expected])
  expect(judgement.differences[0]?.severity).toBe('breaking')
})

test('the answers of a JSON-RPC batch may come in any order, those of nothing else', () => {
  const batch = [1, 2].map((id) => ({ jsonrpc: '2.0', id, method: 'm' }))
  const results = (...values: [number, string][]) =>
    values.map(([id, result]) => ({ jsonrpc: '2.0', id, result }))
  const primary = results([1, 'a'], [2, 'b'])
  const shadow = results([2, 'c'], [1, 'a'])
  const { judgement } = createComparer().judge(call(batch, primary, shadow))
  expect(lines(judgement)).toEqual(['value body:/1/result "b" "c"'])
  expect(suppressions(judgement)).toEqual(['body: builtin:batch-order'])
  const strict = createComparer({ disabled: ['builtin:batch-order'] })
  expect(strict.judge(call(batch, primary, shadow)).judgement.differencesTotal).toBe(2)
  expect(createComparer().judge(call({}, primary, shadow)).judgement.differencesTotal).toBe(2)
})
