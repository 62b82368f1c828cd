import { Ajv2020 } from 'ajv/dist/2020.js'
import { expect, test } from 'vitest'
import { openConsole } from '../support/console.ts'
import { differenceOf, judgedOf, responseOf } from '../support/exchange-fixtures.ts'
import { openRecorded } from '../support/recorded-store.ts'

interface Operation {
  readonly operationId: string
  readonly summary?: string
  readonly tags?: string[]
  readonly parameters?: { name: string; in: string; schema: object; description?: string }[]
  readonly responses: Record<
    string,
    { content?: Record<string, { schema: object }>; $ref?: string }
  >
}

interface Description {
  readonly openapi: string
  readonly info: { title: string; version: string }
  readonly paths: Record<string, Record<string, Operation>>
  readonly components: {
    schemas: Record<string, object>
    responses: Record<string, { content: Record<string, { schema: object }> }>
  }
}

async function openDescribed() {
  const failed = judgedOf(
    {
      id: '0197a1b2-0000-7000-8000-00000000000a',
      shadow: { kind: 'failure', reason: 'reset', message: 'x', sentHeaders: [], durationMs: 1 },
    },
    {
      differences: [differenceOf({ kind: 'failure', location: 'failure:reset' })],
      suppressed: [{ ...differenceOf({ location: 'header:date' }), by: 'builtin:date' }],
    },
  )
  const gzip = responseOf(Buffer.from([0, 1, 2]))
  const differing = judgedOf({ primary: gzip }, { differences: [differenceOf()] })
  const store = await openRecorded([failed, differing])
  const app = await openConsole({ reader: () => store.reader })
  const answer = await app.inject('/api/v1/openapi.json')
  return { app, description: answer.json<Description>(), failed }
}

/** Refuses members that are not documented; a client must be able to rely on the page. */
function closed(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(closed)
  if (typeof node !== 'object' || node === null) return node
  const copy = Object.fromEntries(Object.entries(node).map(([key, value]) => [key, closed(value)]))
  return 'properties' in copy && copy.type === 'object'
    ? { additionalProperties: false, ...copy }
    : copy
}

function validatorOf(description: Description) {
  const ajv = new Ajv2020({ allErrors: true, strict: true, strictTypes: false })
  ajv.addFormat('date-time', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/)
  ajv.addFormat('byte', /^[A-Za-z0-9+/]*=*$/)
  ajv.addVocabulary(['components'])
  const { schemas } = description.components
  ajv.addSchema({ $id: 'api', components: { schemas: closed(schemas) } })
  const rebased = (schema: object) =>
    JSON.parse(JSON.stringify(closed(schema)).replaceAll('"#/', '"api#/')) as object
  return (schema: object, value: unknown) => {
    const isValid = ajv.validate(rebased(schema), value)
    return isValid ? [] : ajv.errors
  }
}

const operationsOf = ({ paths }: Description) =>
  Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  )

test('every route is described, and nothing else', async () => {
  const { description } = await openDescribed()
  expect(description.openapi).toBe('3.1.0')
  expect(description.info).toMatchObject({ title: 'shadowdiff console', version: '1.2.3' })
  expect(
    operationsOf(description)
      .map(({ method, path }) => `${method} ${path}`)
      .sort(),
  ).toEqual([
    'get /api/v1/divergences',
    'get /api/v1/divergences/{id}',
    'get /api/v1/endpoints',
    'get /api/v1/events',
    'get /api/v1/exchanges',
    'get /api/v1/exchanges/{id}',
    'get /api/v1/exchanges/{id}/changes',
    'get /api/v1/export',
    'get /api/v1/openapi.json',
    'get /api/v1/runs',
    'get /api/v1/status',
    'get /healthz',
    'get /readyz',
  ])
})

test('every operation has a name of its own, a summary, and parameters and answers with schemas', async () => {
  const { description } = await openDescribed()
  const operations = operationsOf(description)
  expect(new Set(operations.map(({ operation }) => operation.operationId)).size).toBe(
    operations.length,
  )
  for (const { path, operation } of operations) {
    expect(operation.summary, path).toBeTruthy()
    expect(operation.tags, path).toHaveLength(1)
    const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name)
    const inPath = (operation.parameters ?? []).filter((parameter) => parameter.in === 'path')
    expect(inPath.map(({ name }) => name)).toEqual(names)
    for (const { schema } of operation.parameters ?? []) expect(schema).toHaveProperty('type')
    expect(Object.values(operation.responses['200']?.content ?? {}), path).not.toHaveLength(0)
    if (path.startsWith('/api/')) {
      expect(operation.responses.default).toEqual({ $ref: '#/components/responses/Problem' })
    }
  }
})

test('every reference leads somewhere', async () => {
  const { description } = await openDescribed()
  const references = [
    ...JSON.stringify(description).matchAll(/"\$ref":"#\/components\/(\w+)\/(\w+)"/g),
  ]
  expect(references.length).toBeGreaterThan(20)
  for (const [, kind, name] of references) {
    const components: Record<string, object | undefined> =
      kind === 'schemas' ? description.components.schemas : description.components.responses
    expect(components[name ?? '']).toBeDefined()
  }
})

test('every described route answers as described, with no member left out of the page', async () => {
  const { app, description, failed } = await openDescribed()
  const validate = validatorOf(description)
  const divergences = (await app.inject('/api/v1/divergences')).json<{ items: { id: string }[] }>()
  let checked = 0
  for (const { path, operation } of operationsOf(description)) {
    const json = operation.responses['200']?.content?.['application/json']
    if (json === undefined) continue
    const id = path.includes('divergences') ? divergences.items[0]?.id : failed.exchange.id
    const answer = await app.inject(path.replace('{id}', id ?? ''))
    expect([path, answer.statusCode]).toEqual([path, 200])
    expect(validate(json.schema, answer.json()), path).toEqual([])
    checked += 1
  }
  expect(checked).toBe(11)
})

test('every described list goes on page by page as described', async () => {
  const { app, description } = await openDescribed()
  const validate = validatorOf(description)
  const list = description.paths['/api/v1/exchanges']?.get
  const schema = list?.responses['200']?.content?.['application/json']?.schema ?? {}
  const answer = await app.inject('/api/v1/exchanges?limit=1')
  expect(answer.json()).toHaveProperty('next')
  expect(validate(schema, answer.json())).toEqual([])
})

test('problems are as described', async () => {
  const { app, description } = await openDescribed()
  const validate = validatorOf(description)
  const { schema } =
    description.components.responses.Problem?.content['application/problem+json'] ?? {}
  for (const url of ['/api/v1/exchanges?limit=x', '/api/v1/exchanges/1', '/api/v1/nothing']) {
    expect(validate(schema ?? {}, (await app.inject(url)).json())).toEqual([])
  }
})
