/** Who may ask for what: every route declares it, and a route that does not is refused at start. */

import { isDeepStrictEqual } from 'node:util'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Actor } from '../core/commands.ts'
import { AppError } from '../core/errors.ts'
import { isLoopback } from '../core/loopback.ts'
import type { Clock } from '../core/ports.ts'
import type { ConsoleUser } from '../core/settings.ts'
import { createAttempts } from './attempts.ts'
import { HttpProblem } from './errors.ts'
import { digestOf, LOCAL, presentedToken, userFinder, type Identity } from './identity.ts'
import { LOGIN_HEADERS, renderLoginPage } from './login-page.ts'
import type { LoginAudit } from './login-audit.ts'
import { pathOf, upFrom } from './paths.ts'
import { requireSameOrigin } from './same-origin.ts'
import { SessionCookie, Sessions } from './sessions.ts'

/** `open`: anybody; else the least role; `payload`: as `gate`, and the token may be in the body. */
export type Access = 'open' | 'payload' | 'gate' | 'viewer' | 'operator'

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: Access
  }
  interface FastifyRequest {
    /** Who asks; absent on open routes of whoever is not known. */
    identity: Identity | undefined
  }
}

/** What deciding needs. */
export interface AccessOptions {
  /** Those of this moment; asked at every request. */
  readonly users: () => readonly ConsoleUser[]
  readonly listenHost: string
  /** Tells this console from others on the same host. */
  readonly instance: string
  readonly clock: Clock
  readonly audit: LoginAudit
}

/** What knows who asks; the login route starts and ends sessions with it. */
export interface Gatekeeper {
  /** Whether anybody is asked for a token. */
  readonly isRequired: boolean
  readonly sessions: Sessions
  readonly cookie: SessionCookie
  /** Whose token it is; throws 401, or 429 to who guesses. */
  identify(request: FastifyRequest, token: string, by: Identity['by']): Identity
  /** Refuses who may not. */
  permit(identity: Identity, access: Access): void
  /** For answers that go on: tells, whenever asked, whether the request would still be let in; no use of a session. */
  watch(request: FastifyRequest): () => boolean
}

/** Asks everybody who they are, as soon as there are users or strangers; call before any route is added. */
export function installAccess(app: FastifyInstance, options: AccessOptions): Gatekeeper {
  const { users, listenHost } = options
  if (users().length === 0 && !isLoopback(listenHost)) {
    throw new AppError(
      'invalid',
      `console.users: expected at least one user, because the console listens on ${listenHost}`,
    )
  }
  const gatekeeper = createGatekeeper(options)
  app.decorateRequest('identity', undefined)
  app.addHook('onRoute', ({ url, config }) => {
    if (config?.access === undefined) throw new Error(`${url}: a route without declared access`)
  })
  app.addHook('onRequest', async (request, reply) => {
    const { access = 'viewer' } = request.routeOptions.config
    const identity = identityOf(request, gatekeeper)
    request.identity = identity
    const isChange = !['GET', 'HEAD', 'OPTIONS'].includes(request.method)
    // A program puts a bearer token there itself; all else a browser may send for a foreign page.
    if (isChange && identity?.by !== 'bearer') requireSameOrigin(request)
    if (access === 'open' || (access === 'payload' && identity === undefined)) return
    if (identity === undefined) return refuse(request, reply, gatekeeper)
    gatekeeper.permit(identity, access)
  })
  return gatekeeper
}

/** Who asks, for the command that is sent in their name. */
export function actorOf({ identity }: FastifyRequest): Actor {
  if (identity === undefined) throw new Error('nobody was identified on a route that acts')
  return { name: identity.name, role: identity.role }
}

/** An answer that asks for a token; Basic is taken and not asked for, or browsers would open their own dialog. */
export function unauthorized(message: string): HttpProblem {
  return new HttpProblem(401, message, { 'www-authenticate': 'Bearer realm="shadowdiff"' })
}

function identityOf(request: FastifyRequest, gatekeeper: Gatekeeper): Identity | undefined {
  if (!gatekeeper.isRequired) return LOCAL
  const presented = presentedToken(request.headers.authorization)
  if (presented !== undefined) {
    const isOpen = request.routeOptions.config.access === 'open'
    return isOpen ? undefined : gatekeeper.identify(request, presented.token, presented.by)
  }
  const session = gatekeeper.cookie.read(request.headers.cookie)
  const actor = session === undefined ? undefined : gatekeeper.sessions.find(session)
  return actor && { ...actor, by: 'session' }
}

function createGatekeeper({
  users,
  listenHost,
  instance,
  clock,
  audit,
}: AccessOptions): Gatekeeper {
  const attempts = createAttempts(clock)
  const sessions = new Sessions(clock)
  const cookie = new SessionCookie(instance)
  let known = users()
  let findUser = userFinder(known)
  /** After a reload, who is not there any more as they were has no session any more. */
  const readAgain = (): void => {
    const now = users()
    if (now === known) return
    const same = known.filter((user) => now.some((other) => isDeepStrictEqual(user, other)))
    sessions.endAllBut(new Set(same.map(({ name }) => name)))
    known = now
    findUser = userFinder(known)
  }
  return {
    get isRequired() {
      readAgain()
      return known.length > 0 || !isLoopback(listenHost)
    },
    sessions,
    cookie,
    identify(request, token, by) {
      const digest = digestOf(token)
      const waitSeconds = attempts.lockedFor(request.ip)
      if (waitSeconds > 0) {
        throw new HttpProblem(429, `Too many wrong tokens; try again in ${waitSeconds} s`, {
          'retry-after': String(waitSeconds),
        })
      }
      readAgain()
      const actor = findUser(digest)
      if (actor !== undefined) return { ...actor, by }
      if (attempts.failed(request.ip, digest)) {
        request.log.warn({ remoteAddress: request.ip }, 'wrong token')
        audit.failed(request.ip, by)
      }
      throw unauthorized('The token is not known')
    },
    permit({ role }, access) {
      if (role === 'operator' || access === 'gate' || access === 'payload') return
      if (role === 'gate') {
        throw new HttpProblem(403, 'A gate token may ask for the status and the verdict only')
      }
      if (access === 'operator') {
        throw new HttpProblem(403, `Only operators may do this; the role of this token is ${role}`)
      }
    },
    watch({ headers }) {
      const token = presentedToken(headers.authorization)?.token
      const digest = token === undefined ? undefined : digestOf(token)
      const session = cookie.read(headers.cookie)
      return () => {
        readAgain()
        if (known.length === 0) return isLoopback(listenHost)
        if (digest === undefined) return session !== undefined && sessions.has(session)
        const actor = findUser(digest)
        return actor !== undefined && actor.role !== 'gate'
      }
    },
  }
}

/** A person in front of a browser gets the page that asks for a token, everybody else a problem. */
function refuse(request: FastifyRequest, reply: FastifyReply, { cookie }: Gatekeeper) {
  if (!isNavigation(request)) {
    throw unauthorized('Expected a token: Authorization: Bearer TOKEN, or a login')
  }
  const site = request.headers['sec-fetch-site']
  const hasCookie = cookie.read(request.headers.cookie) !== undefined
  const next = request.url.slice(1)
  return reply
    .code(401)
    .headers({ ...LOGIN_HEADERS, 'www-authenticate': 'Bearer realm="shadowdiff"' })
    .type('text/html; charset=utf-8')
    .send(
      renderLoginPage({
        up: upFrom(pathOf(request)),
        next,
        isRetried: site !== undefined && site !== 'same-origin' && site !== 'none' && !hasCookie,
      }),
    )
}

function isNavigation({ method, headers }: FastifyRequest): boolean {
  if (method !== 'GET' && method !== 'HEAD') return false
  const destination = headers['sec-fetch-dest']
  return (
    headers.accept?.includes('text/html') === true &&
    (destination === undefined || destination === 'document')
  )
}
