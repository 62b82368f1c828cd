/** `/login`, `/logout` and `/api/v1/me`: how people with browsers come in, and who they are then. */

import { parse } from 'node:querystring'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { unauthorized, type Gatekeeper } from './access.ts'
import { HttpProblem } from './errors.ts'
import { digestOf, type Identity } from './identity.ts'
import type { LoginAudit } from './login-audit.ts'
import { LOGIN_CSS, LOGIN_HEADERS, parseNext, renderLoginPage } from './login-page.ts'
import type { Api } from './resources.ts'
import { cameOverHttps } from './same-origin.ts'
import { MeView } from './service-schemas.ts'

/** A form holds a token and a path; more is no login. */
const MAX_FORM_BYTES = 16 * 1024

interface Login {
  readonly token: string
  readonly name?: string | undefined
  readonly next?: string | undefined
}

/** Adds the login, in a part of its own because only it takes forms. */
export async function loginRoutes(
  app: Api,
  gatekeeper: Gatekeeper,
  audit: LoginAudit,
): Promise<void> {
  const { sessions, cookie } = gatekeeper
  const hidden = { config: { access: 'open' as const }, schema: { hide: true } }

  app.get('/login.css', hidden, async (_request, reply) =>
    reply.type('text/css; charset=utf-8').header('cache-control', 'no-cache').send(LOGIN_CSS),
  )
  app.get('/login', hidden, async (request, reply) => {
    const { next } = request.query as { next?: string }
    if (!gatekeeper.isRequired || request.identity !== undefined) {
      return reply.redirect(parseNext(textOf(next)), 303)
    }
    return sendPage(reply, textOf(next))
  })

  await app.register(async (part) => {
    part.addContentTypeParser(
      'application/x-www-form-urlencoded',
      { parseAs: 'string', bodyLimit: MAX_FORM_BYTES },
      (_request, body, done) => {
        done(null, { form: parse(String(body)) })
      },
    )
    part.post('/login', hidden, async (request, reply) => {
      const { form } = request.body as { form?: Record<string, unknown> }
      if (form === undefined) {
        const actor = logIn(readLogin(request.body), request, reply)
        return { name: actor.name, role: actor.role, authRequired: gatekeeper.isRequired }
      }
      const next = textOf(form.next)
      try {
        logIn(readLogin(form), request, reply)
      } catch (error) {
        if (!(error instanceof HttpProblem)) throw error
        void reply.code(error.status).headers(error.headers)
        return sendPage(reply, next, error.message)
      }
      return reply.redirect(parseNext(next), 303)
    })
  })

  const logIn = (login: Login, request: FastifyRequest, reply: FastifyReply): Identity => {
    if (!gatekeeper.isRequired && request.identity !== undefined) return request.identity
    const identity = gatekeeper.identify(request, login.token.trim(), 'session')
    if (login.name !== undefined && !isSame(login.name, identity.name)) {
      throw unauthorized('The token is not known')
    }
    if (identity.role === 'gate') {
      throw new HttpProblem(403, 'This token is for gates; it opens no pages')
    }
    const actor = { name: identity.name, role: identity.role }
    void reply.header('set-cookie', cookie.write(sessions.start(actor), cameOverHttps(request)))
    audit.told('login', actor, request.ip)
    return identity
  }

  app.post(
    '/logout',
    { config: { access: 'open' }, schema: { hide: true } },
    async (request, reply) => {
      const id = cookie.read(request.headers.cookie)
      const actor = id === undefined ? undefined : sessions.end(id)
      if (actor !== undefined) audit.told('logout', actor, request.ip)
      return reply
        .code(204)
        .header('set-cookie', cookie.write('', cameOverHttps(request)))
        .send()
    },
  )

  app.get(
    '/api/v1/me',
    {
      config: { access: 'gate' },
      schema: {
        operationId: 'getMe',
        summary: 'Who asks, and what the role is',
        tags: ['service'],
        querystring: Type.Object({}, { additionalProperties: false }),
        response: { 200: MeView },
      },
    },
    async ({ identity }) => ({
      name: identity?.name ?? '',
      role: identity?.role ?? 'viewer',
      authRequired: gatekeeper.isRequired,
    }),
  )
}

function sendPage(reply: FastifyReply, next = '', problem?: string): FastifyReply {
  return reply
    .headers(LOGIN_HEADERS)
    .type('text/html; charset=utf-8')
    .send(renderLoginPage({ up: '', next, ...(problem !== undefined && { problem }) }))
}

function readLogin(body: unknown): Login {
  const fields = typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {}
  const token = textOf(fields.token)
  if (token === undefined || token.trim() === '') throw unauthorized('A token is needed')
  return { token, name: textOf(fields.name), next: textOf(fields.next) }
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

function isSame(a: string, b: string): boolean {
  return digestOf(a).equals(digestOf(b))
}
