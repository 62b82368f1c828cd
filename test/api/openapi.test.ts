import { Ajv2020 } from 'ajv/dist/2020.js'
import { expect, test } from 'vitest'
import { differenceOf, judgedOf, responseOf } from '../support/exchange-fixtures.ts'
import { openReview } from '../support/review-console.ts'

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
    responses: Record<
      string,
      { content: Record<string, { schema: object; examples?: Record<string, { value: object }> }> }
    >
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
  const { app } = await openReview([failed, differing])
  const payload = { id: 'gen', ignore: 'body:/generatedAt' }
  await app.inject({ method: 'POST', url: '/api/v1/rules', payload })
  await app.inject({ method: 'POST', url: '/api/v1/recompare' })
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
    'delete /api/v1/exchanges',
    'delete /api/v1/rules/{id}',
    'get /api/v1/audit',
    'get /api/v1/divergences',
    'get /api/v1/divergences/counts',
    'get /api/v1/divergences/{id}',
    'get /api/v1/endpoints',
    'get /api/v1/endpoints/untested',
    'get /api/v1/events',
    'get /api/v1/exchanges',
    'get /api/v1/exchanges/{id}',
    'get /api/v1/exchanges/{id}/changes',
    'get /api/v1/export',
    'get /api/v1/jobs',
    'get /api/v1/jobs/{id}',
    'get /api/v1/me',
    'get /api/v1/mirror',
    'get /api/v1/openapi.json',
    'get /api/v1/report',
    'get /api/v1/rules',
    'get /api/v1/rules/{id}',
    'get /api/v1/runs',
    'get /api/v1/runs/compare',
    'get /api/v1/status',
    'get /api/v1/traffic',
    'get /api/v1/verdict',
    'get /healthz',
    'get /readyz',
    'patch /api/v1/divergences/{id}',
    'patch /api/v1/mirror',
    'patch /api/v1/rules/{id}',
    'patch /api/v1/runs/{id}',
    'post /api/v1/divergences/triage',
    'post /api/v1/exchanges/{id}/replay',
    'post /api/v1/gate/flagger/{hook}',
    'post /api/v1/jobs/{id}/cancel',
    'post /api/v1/recompare',
    'post /api/v1/reload',
    'post /api/v1/rules',
    'post /api/v1/rules/preview',
    'post /api/v1/runs',
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
    const answers = Object.entries(operation.responses).filter(([status]) => /^2/.test(status))
    expect(answers, path).toHaveLength(1)
    const [[status, answer] = []] = answers
    if (status !== '204') expect(Object.values(answer?.content ?? {}), path).not.toHaveLength(0)
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
  const ids: Record<string, string | undefined> = {
    '/api/v1/divergences/{id}': divergences.items[0]?.id,
    '/api/v1/jobs/{id}': '1',
    '/api/v1/rules/{id}': 'gen',
    '/api/v1/runs/compare': '?before=1&after=1',
  }
  for (const { path, method, operation } of operationsOf(description)) {
    const json = operation.responses['200']?.content?.['application/json']
    if (json === undefined || method !== 'get' || path.endsWith('/export')) continue
    const id = ids[path] ?? failed.exchange.id
    const url = path.endsWith('compare') ? path + id : path.replace('{id}', id)
    const answer = await app.inject(url)
    expect([path, answer.statusCode]).toEqual([path, 200])
    expect(validate(json.schema, answer.json()), path).toEqual([])
    checked += 1
  }
  expect(checked).toBe(23)
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

test('what people send and get back is as described', async () => {
  const { app, description } = await openDescribed()
  const validate = validatorOf(description)
  const send = async (
    method: 'POST' | 'PATCH' | 'DELETE',
    path: string,
    payload?: object,
    over = {},
  ) => {
    const url = path.replace(/ .*/, '')
    const answer = await app.inject({ method, url, ...(payload && { payload }), ...over })
    const pattern = path.includes(' ') ? (path.split(' ')[1] ?? '') : url.replace(/\?.*/, '')
    const { content = {} } =
      description.paths[pattern]?.[method.toLowerCase()]?.responses[String(answer.statusCode)] ?? {}
    const schema = content['application/json']?.schema
    expect([path, answer.statusCode, schema !== undefined]).toEqual([path, answer.statusCode, true])
    expect(validate(schema ?? {}, answer.json()), path).toEqual([])
  }
  const divergences = (await app.inject('/api/v1/divergences')).json<{ items: { id: string }[] }>()
  const id = divergences.items[0]?.id ?? ''
  await send('PATCH', `/api/v1/divergences/${id} /api/v1/divergences/{id}`, { state: 'fixed' })
  await send('POST', '/api/v1/divergences/triage', { ids: [id], state: 'open' })
  await send('POST', '/api/v1/rules', { id: 'a', ignore: 'body:/a' })
  await send('POST', '/api/v1/rules/preview', { id: 'b', ignore: 'body:/price' })
  const headers = { 'if-match': '*' }
  await send('PATCH', '/api/v1/rules/a /api/v1/rules/{id}', { ignore: 'body:/b' }, { headers })
  await send('PATCH', '/api/v1/mirror', { percent: 5 })
  await send('POST', '/api/v1/runs', { name: 'n', primaryVersion: '1', shadowVersion: '2' })
  await send('PATCH', '/api/v1/runs/2 /api/v1/runs/{id}', { end: true })
  await send('DELETE', '/api/v1/exchanges?method=GET')
})

test('each kind of problem has an example that is one', async () => {
  const { description } = await openDescribed()
  const validate = validatorOf(description)
  const { schema = {}, examples = {} } =
    description.components.responses.Problem?.content['application/problem+json'] ?? {}
  expect(Object.keys(examples).length).toBeGreaterThan(10)
  for (const { value } of Object.values(examples)) expect(validate(schema, value)).toEqual([])
})
