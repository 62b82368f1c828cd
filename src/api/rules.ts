/** Rules: those in force, and the console's own. */

import { createHash } from 'node:crypto'
import { Type } from 'typebox'
import type { CommandPort } from '../core/commands.ts'
import { AppError } from '../core/errors.ts'
import type { RuleRow as Row } from '../core/service-report.ts'
import { listRuleRows } from '../core/rule-rows.ts'
import type { Settings } from '../core/settings.ts'
import { actorOf } from './access.ts'
import { effectiveRules } from './comparing.ts'
import { tagOf, versionOf, withPrecondition } from './entity-tag.ts'
import { listOf } from './matching.ts'
import { previewOf } from './preview.ts'
import { getCommands, getReader, type Api, type ReaderSource } from './resources.ts'
import { readRule } from './rule-body.ts'
import { RuleDraft, RulePreview, RuleRow } from './rule-schemas.ts'

/** What the routes need. */
export interface RuleOptions {
  readonly source: ReaderSource
  readonly commands: CommandPort | undefined
  /** What holds now, also after a reload. */
  readonly settings: () => Settings
}

const params = Type.Object({ id: Type.String({ description: 'Id of the rule.' }) })
const nothing = Type.Object({}, { additionalProperties: false })
const RuleList = Type.Object(
  { items: listOf(RuleRow) },
  { title: 'RuleList', description: 'Every rule, in the order in which they apply.' },
)

/** Adds `/api/v1/rules` and what is below it. */
export function ruleRoutes(app: Api, { source, commands, settings }: RuleOptions): void {
  const list = () => readRules(source, settings())
  const versionAt = async (id: string, ifMatch: string | undefined): Promise<number> => {
    const version = versionOf(ifMatch)
    const rule = (await list()).find((each) => each.id === id)
    if (rule === undefined) throw notFound(id)
    if (rule.origin !== 'console') {
      const where = rule.origin === 'file' ? 'the configuration file' : 'the program'
      throw new AppError('conflict', `Rule ${id} comes from ${where} and is not changed here`)
    }
    return version === '*' ? rule.version : version
  }

  app.get(
    '/api/v1/rules',
    {
      config: { access: 'viewer' },
      schema: {
        operationId: 'listRules',
        summary: 'Every rule in force, in the order in which they apply, with what it has hidden',
        tags: ['rules'],
        querystring: nothing,
        response: { 200: RuleList },
      },
    },
    async (_request, reply) => {
      const items = await list()
      const hash = createHash('sha256').update(JSON.stringify(items)).digest('hex').slice(0, 16)
      void reply.header('etag', `"${hash}"`)
      return { items }
    },
  )

  app.get(
    '/api/v1/rules/:id',
    {
      config: { access: 'viewer' },
      schema: {
        operationId: 'getRule',
        summary: 'One rule; its ETag is what changing it asks for',
        tags: ['rules'],
        params,
        querystring: nothing,
        response: { 200: RuleRow },
      },
    },
    async ({ params: { id } }, reply) => {
      const rule = (await list()).find((each) => each.id === id)
      if (rule === undefined) throw notFound(id)
      void reply.header('etag', tagOf(rule.version))
      return rule
    },
  )

  app.post(
    '/api/v1/rules',
    {
      config: { access: 'operator' },
      schema: {
        operationId: 'createRule',
        summary: 'A new rule, in force for what is compared from now on',
        tags: ['rules'],
        querystring: nothing,
        body: RuleDraft,
        response: { 201: RuleRow },
      },
    },
    async (request, reply) => {
      const rule = readRule(request.body)
      const created = await getCommands(commands).execute('rule-create', { rule }, actorOf(request))
      return reply
        .code(201)
        .header('location', `rules/${encodeURIComponent(created.id)}`)
        .header('etag', tagOf(created.version))
        .send(created)
    },
  )

  app.post(
    '/api/v1/rules/preview',
    {
      config: { access: 'viewer' },
      schema: {
        operationId: 'previewRule',
        summary: 'What a rule would hide among the newest stored exchanges; nothing changes',
        tags: ['rules'],
        querystring: nothing,
        body: RuleDraft,
        response: { 200: RulePreview },
      },
    },
    async (request) => {
      const rule = readRule(request.body)
      const reader = getReader(source)
      const now = settings()
      return previewOf(reader, rule, await effectiveRules(reader, now), now)
    },
  )

  app.patch(
    '/api/v1/rules/:id',
    {
      config: { access: 'operator' },
      schema: {
        operationId: 'updateRule',
        summary: 'Replaces what a rule of the console says; wants If-Match',
        tags: ['rules'],
        params,
        querystring: nothing,
        body: RuleDraft,
        response: { 200: RuleRow },
      },
    },
    async (request, reply) => {
      const { id } = request.params
      const rule = readRule(request.body, id)
      const version = await versionAt(id, request.headers['if-match'])
      const changed = await withPrecondition(
        getCommands(commands).execute('rule-update', { rule, version }, actorOf(request)),
      )
      void reply.header('etag', tagOf(changed.version))
      return changed
    },
  )

  app.delete(
    '/api/v1/rules/:id',
    {
      config: { access: 'operator' },
      schema: {
        operationId: 'deleteRule',
        summary: 'Takes a rule of the console out of force; wants If-Match',
        tags: ['rules'],
        params,
        querystring: nothing,
        response: { 204: Type.Null({ description: 'It is gone.' }) },
      },
    },
    async (request, reply) => {
      const { id } = request.params
      const version = await versionAt(id, request.headers['if-match'])
      await withPrecondition(
        getCommands(commands).execute('rule-delete', { id, version }, actorOf(request)),
      )
      return reply.code(204).send(null)
    },
  )
}

/** Every rule in force. */
export async function readRules(source: ReaderSource, settings: Settings): Promise<readonly Row[]> {
  const reader = getReader(source)
  return listRuleRows({
    file: settings.rules,
    disabled: settings.disabledRules,
    console: await reader.consoleRules(),
    hits: await reader.ruleHits(),
    comparedSince: (time) => reader.comparedSince(time),
  })
}

function notFound(id: string): AppError {
  return new AppError('not_found', `No rule has the id ${JSON.stringify(id)}`)
}
