/**
 * Who may ask. A token comes as `Authorization: Bearer`, or as the password of HTTP Basic so that a
 * browser can log in by itself. Tokens are compared as hashes in constant time and never logged.
 */

import { createHash, timingSafeEqual } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import { AppError } from '../core/errors.ts'
import type { Clock } from '../core/ports.ts'
import type { ConsoleUser } from '../core/settings.ts'
import { createAttempts } from './attempts.ts'
import { HttpProblem } from './errors.ts'
import { isLoopback } from '../core/loopback.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** `open`: without a token; `gate`: for gate tokens too. Absent: for viewers and operators. */
    access?: 'open' | 'gate'
  }
}

const CHALLENGE = ['Bearer realm="shadowdiff"', 'Basic realm="shadowdiff", charset="UTF-8"']

/** What deciding needs. */
export interface AuthOptions {
  readonly users: readonly ConsoleUser[]
  readonly listenHost: string
  readonly clock: Clock
}

/** Requires a token of every route that is not open, as soon as there are users or strangers. */
export function installAuth(app: FastifyInstance, { users, listenHost, clock }: AuthOptions): void {
  if (users.length === 0) {
    if (isLoopback(listenHost)) return
    throw new AppError(
      'invalid',
      `console.users: expected at least one user, because the console listens on ${listenHost}`,
    )
  }
  const known = users.map((user) => ({ role: user.role, digest: digestOf(user.token) }))
  const attempts = createAttempts(clock)

  app.addHook('onRequest', async (request) => {
    const { access } = request.routeOptions.config
    if (access === 'open') return
    const token = presentedToken(request.headers.authorization)
    if (token === undefined) {
      throw unauthorized(
        'Expected a token: Authorization: Bearer TOKEN, or the password of a login',
      )
    }
    const digest = digestOf(token)
    const waitSeconds = attempts.lockedFor(request.ip)
    if (waitSeconds > 0) {
      throw new HttpProblem(429, `Too many wrong tokens; try again in ${waitSeconds} s`, {
        'retry-after': String(waitSeconds),
      })
    }
    const role = roleOf(digest, known)
    if (role === undefined) {
      attempts.failed(request.ip, digest)
      request.log.warn({ remoteAddress: request.ip }, 'wrong token')
      throw unauthorized('The token is not known')
    }
    if (role === 'gate' && access !== 'gate') {
      throw new HttpProblem(403, 'A gate token may ask for the status and the verdict only')
    }
  })
}

function unauthorized(message: string): HttpProblem {
  return new HttpProblem(401, message, { 'www-authenticate': CHALLENGE })
}

function digestOf(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}

/** Looks at every user whatever it finds, so that time tells nothing. */
function roleOf(
  digest: Buffer,
  known: readonly { role: ConsoleUser['role']; digest: Buffer }[],
): ConsoleUser['role'] | undefined {
  let role: ConsoleUser['role'] | undefined
  for (const user of known) {
    if (timingSafeEqual(user.digest, digest)) role = user.role
  }
  return role
}

function presentedToken(authorization: string | undefined): string | undefined {
  const [, scheme, value] = /^(bearer|basic) +(\S+) *$/i.exec(authorization ?? '') ?? []
  if (scheme === undefined || value === undefined) return undefined
  if (scheme.toLowerCase() === 'bearer') return value
  const credentials = Buffer.from(value, 'base64').toString('utf8')
  const colon = credentials.indexOf(':')
  const password = colon < 0 ? '' : credentials.slice(colon + 1)
  return password === '' ? undefined : password
}
