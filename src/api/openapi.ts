/** The API's own description, made from the routes' schemas. */

import swagger from '@fastify/swagger'
import { Type } from 'typebox'
import { PROBLEM_EXAMPLES } from './problem-examples.ts'
import type { Api } from './resources.ts'
import { Problem } from './service-schemas.ts'

/** Collects what is routed after it, and serves the description at `/api/v1/openapi.json`. */
export async function installOpenapi(app: Api, version: string): Promise<void> {
  await app.register(swagger, {
    convertConstToEnum: false,
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'shadowdiff console',
        version,
        description:
          'What version 2 answers differently, and what people say of it. Every time is RFC 3339.',
        license: { name: 'Apache-2.0' },
      },
      tags: [
        { name: 'service', description: 'The running service' },
        { name: 'verdict', description: 'Whether to roll out' },
        { name: 'divergences', description: 'What differs, grouped' },
        { name: 'exchanges', description: 'Requests with what each upstream did' },
        { name: 'endpoints', description: 'Methods and path templates' },
        { name: 'runs', description: 'Verifications' },
        { name: 'rules', description: 'What may differ' },
        { name: 'jobs', description: 'Long work' },
        { name: 'export', description: 'Downloads' },
      ],
      components: {
        securitySchemes: {
          bearer: { type: 'http', scheme: 'bearer', description: 'A token of console.users' },
          session: {
            type: 'apiKey',
            in: 'cookie',
            name: 'shadowdiff_…',
            description: 'What a browser gets at the login',
          },
          basic: { type: 'http', scheme: 'basic', description: 'The token is the password' },
        },
      },
      // On loopback the console may be open, and then nothing is needed.
      security: [{ bearer: [] }, { basic: [] }, { session: [] }, {}],
    },
  })

  let description: object | undefined
  app.get(
    '/api/v1/openapi.json',
    {
      config: { access: 'gate' },
      schema: {
        operationId: 'getOpenapi',
        summary: 'This description',
        tags: ['service'],
        querystring: Type.Object({}, { additionalProperties: false }),
        response: {
          200: Type.Object({}, { additionalProperties: true, description: 'OpenAPI 3.1.' }),
        },
      },
    },
    async () => (description ??= withComponents(app.swagger())),
  )
}

/** Moves titled schemas to the components, and tells every operation's problems. */
function withComponents(document: object): object {
  const schemas: Record<string, unknown> = {}
  const { paths = {}, components = {}, ...rest } = document as Record<string, object>
  const problem = { schema: hoist(Problem, schemas), examples: PROBLEM_EXAMPLES }
  const responses = {
    Problem: { description: 'A problem', content: { 'application/problem+json': problem } },
  }
  const documented = Object.entries(paths).map(([path, operations]) => [
    path,
    path.startsWith('/api/') ? withProblem(hoist(operations, schemas)) : hoist(operations, schemas),
  ])
  return {
    ...rest,
    paths: Object.fromEntries(documented) as object,
    components: { ...components, schemas, responses },
  }
}

/** A copy in which every schema that has a title is a reference to a component. */
function hoist(node: unknown, schemas: Record<string, unknown>): unknown {
  if (Array.isArray(node)) return node.map((item) => hoist(item, schemas))
  if (typeof node !== 'object' || node === null) return node
  const copy: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(node)) copy[key] = hoist(value, schemas)
  if (typeof copy.title !== 'string') return copy
  schemas[copy.title] = copy
  return { $ref: `#/components/schemas/${copy.title}` }
}

function withProblem(operations: unknown): object {
  const problem = { $ref: '#/components/responses/Problem' }
  const entries = Object.entries(operations as Record<string, { responses: object }>)
  return Object.fromEntries(
    entries.map(([method, operation]) => [
      method,
      { ...operation, responses: { ...operation.responses, default: problem } },
    ]),
  )
}
