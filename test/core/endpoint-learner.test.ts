import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type EndpointLearner, createEndpointLearner } from '../../src/core/endpoint-learner.ts'

const slugs = (count: number, prefix = 'GET /articles/', suffix = '') =>
  Array.from({ length: count }, (_, n) => `${prefix}slug-${wordOf(n)}${suffix}`)

/** Letters only, so that no shape makes a template of it. */
function wordOf(n: number): string {
  return String(n).replace(/\d/g, (digit) => 'abcdefghij'[Number(digit)] ?? '')
}

/** The endpoints that have counts after all names came and all merges were done. */
function endpointsAfter(names: readonly string[], learner = createEndpointLearner()): Set<string> {
  const stored = new Set<string>()
  for (const name of names) {
    stored.add(learner.name(name))
    merge(stored, learner)
  }
  return stored
}

function merge(stored: Set<string>, learner: EndpointLearner): void {
  for (const { heir, merged } of learner.takeMerges()) {
    for (const name of merged) expect(stored.delete(name), name).toBe(true)
    stored.add(heir)
  }
}

test('200 words below a place are words, and one more makes all of them a template', () => {
  const learner = createEndpointLearner()
  const names = slugs(201)
  for (const name of names.slice(0, 200)) expect(learner.name(name)).toBe(name)
  expect(learner.takeMerges()).toEqual([])
  expect(learner.name(names[200] ?? '')).toBe('GET /articles/{name}')
  const [merge, ...more] = learner.takeMerges()
  expect(more).toEqual([])
  expect(merge?.heir).toBe('GET /articles/{name}')
  expect(new Set(merge?.merged)).toEqual(new Set(names.slice(0, 200)))
  expect(learner.name(names[0] ?? '')).toBe('GET /articles/{name}')
  expect(learner.name('GET /articles/never-seen')).toBe('GET /articles/{name}')
})

test('versions stay apart beside hundreds of names', () => {
  const versions = ['GET /api/v1/items', 'GET /api/v2/items', 'GET /api/v2.1/items']
  const names = [...versions, ...slugs(300, 'GET /api/', '/items'), ...versions]
  expect(endpointsAfter(names)).toEqual(new Set([...versions, 'GET /api/{name}/items']))
})

test('what is below a template is merged with it', () => {
  const names = slugs(150, 'GET /articles/', '/comments').concat(
    slugs(201),
    slugs(3, 'GET /articles/', '/comments/{id}'),
  )
  expect(endpointsAfter(names)).toEqual(
    new Set([
      'GET /articles/{name}',
      'GET /articles/{name}/comments',
      'GET /articles/{name}/comments/{id}',
    ]),
  )
})

test('a first segment never becomes a template', () => {
  const names = slugs(500, 'GET /')
  expect(endpointsAfter(names)).toEqual(new Set(names))
})

test('each method and each place counts its own words', () => {
  const names = [
    ...slugs(200),
    ...slugs(200, 'POST /articles/'),
    ...slugs(200, 'GET /v1/articles/'),
    ...slugs(200, 'GET /articles/slug-a/'),
  ]
  expect(endpointsAfter(names)).toEqual(new Set(names))
})

test('templates by shape stand beside learned ones', () => {
  const names = ['GET /articles/{id}', ...slugs(201), 'GET /articles/{date}/x', 'GET /articles/']
  expect(endpointsAfter(names)).toEqual(
    new Set([
      'GET /articles/{id}',
      'GET /articles/{name}',
      'GET /articles/{date}/x',
      'GET /articles/',
    ]),
  )
})

test('operations stay apart below a template', () => {
  const names = slugs(201, 'POST /tenants/', '/graphql GetCart').concat(
    slugs(2, 'POST /tenants/', '/graphql PutCart'),
  )
  expect(endpointsAfter(names)).toEqual(
    new Set(['POST /tenants/{name}/graphql GetCart', 'POST /tenants/{name}/graphql PutCart']),
  )
})

test('names that people gave are neither counted nor merged', () => {
  const learner = createEndpointLearner()
  learner.respect(['GET /articles/search', '/articles/latest', 'GET /articles/by/{who}'])
  const given = [
    'GET /articles/search',
    'GET /articles/latest',
    'GET /articles/by/{who}',
    'OPTIONS *',
  ]
  const names = [...given, ...slugs(200)]
  expect(endpointsAfter(names, learner)).toEqual(new Set(names))
  const after = endpointsAfter([...names, ...slugs(201), ...given], learner)
  expect(after).toContain('GET /articles/search')
  expect([...after].filter((name) => name.startsWith('GET /articles/{name}'))).toHaveLength(1)
  for (const name of given) expect(learner.name(name)).toBe(name)
})

test('the order in which names come does not change the endpoints', () => {
  const segment = fc.constantFrom('a', 'b', 'c', 'd', 'e', '{id}', '')
  const many = fc.integer({ min: 0, max: 260 }).map(wordOf)
  const path = fc.oneof(
    { weight: 12, arbitrary: many.map((word) => `GET /things/${word}`) },
    {
      weight: 12,
      arbitrary: fc.tuple(many, segment).map((parts) => `GET /things/${parts.join('/')}`),
    },
    {
      weight: 12,
      arbitrary: fc.tuple(segment, many).map((parts) => `GET /x/${parts.join('/y/')}`),
    },
    {
      weight: 1,
      arbitrary: fc.array(segment, { maxLength: 4 }).map((parts) => `GET /${parts.join('/')}`),
    },
  )
  const names = fc.array(path, { minLength: 300, maxLength: 1500, size: 'max' })
  const shuffled = names.chain((list) =>
    fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length })),
  )
  let learned = 0
  fc.assert(
    fc.property(shuffled, ([one, other]) => {
      const endpoints = endpointsAfter(one)
      learned += [...endpoints].filter((name) => name.includes('{name}')).length
      expect(endpointsAfter(other)).toEqual(endpoints)
      // What is stored is enough to go on from.
      const next = createEndpointLearner()
      next.load({ names: [...endpoints], ofRun: [...endpoints] })
      expect(next.takeMerges()).toEqual([])
      for (const name of one) expect(endpoints).toContain(next.name(name))
    }),
    { numRuns: 20 },
  )
  expect(learned).toBeGreaterThan(0)
})

test('a template that was stored holds, and what was left beside it is merged at once', () => {
  const learner = createEndpointLearner()
  learner.load({
    names: ['GET /articles/{name}/comments', 'GET /articles/spring', 'GET /{name}', 'GET /users'],
    ofRun: [],
  })
  expect(learner.takeMerges()).toEqual([
    { heir: 'GET /articles/{name}', merged: ['GET /articles/spring'] },
  ])
  expect(learner.name('GET /articles/autumn/comments')).toBe('GET /articles/{name}/comments')
  expect(learner.name('GET /orders')).toBe('GET /orders')
})

test('past the bound of a run new endpoints are counted together, and known ones go on', () => {
  const learner = createEndpointLearner({ maxEndpoints: 100 })
  for (const name of slugs(100, 'GET /')) expect(learner.name(name)).toBe(name)
  expect(learner.other).toBe(0)
  expect(learner.name('GET /one-more')).toBe('GET {other}')
  expect(learner.name('GET /one-more')).toBe('GET {other}')
  expect(learner.name('POST /one-more')).toBe('POST {other}')
  expect(learner.other).toBe(3)
  expect(learner.name('GET /slug-a')).toBe('GET /slug-a')
  learner.startRun()
  expect(learner.other).toBe(0)
  expect(learner.name('GET /one-more')).toBe('GET /one-more')
})

test('endpoints of the run from before a restart count for its bound', () => {
  const learner = createEndpointLearner({ maxEndpoints: 100 })
  learner.load({ names: slugs(150, 'GET /'), ofRun: slugs(100, 'GET /') })
  expect(learner.name('GET /slug-a')).toBe('GET /slug-a')
  expect(learner.name('GET /slug-bcd')).toBe('GET {other}')
})

test('names of operations that clients make up are counted together at their path', () => {
  const learner = createEndpointLearner({ maxOperations: 10 })
  for (const name of slugs(10, 'POST /graphql ')) expect(learner.name(name)).toBe(name)
  expect(learner.name('POST /graphql Another')).toBe('POST /graphql {other}')
  expect(learner.name('POST /rpc Another')).toBe('POST /rpc Another')
  expect(learner.other).toBe(1)
})

test('memory is bounded whatever paths come', () => {
  const learner = createEndpointLearner({ maxPlaces: 1000 })
  const deep = (n: number) => `GET /${`${wordOf(n)}/`.repeat(100)}`
  const names = Array.from({ length: 50 }, (_, n) => learner.name(deep(n)))
  expect(names.filter((name) => name === 'GET {other}').length).toBeGreaterThan(35)
})
