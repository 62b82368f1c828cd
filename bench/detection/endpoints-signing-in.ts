/** Signing in and out: cookies, tokens and who one is. */

import { emptyAnswer, jsonAnswer } from './answer.ts'
import { userOf } from './catalogue.ts'
import { type Endpoint, get, post } from './endpoint.ts'

/** The endpoints, the popular ones first. */
export const SIGNING_IN: readonly Endpoint[] = [
  get(
    'GET /users/me',
    4,
    () => '/users/me',
    ({ subject, at }, it) => {
      const answer = jsonAnswer({
        ...userOf(subject),
        lastSeenAt: it.iso(at),
        sessions: 1 + it.below(3),
      })
      answer.headers.set('Set-Cookie', [
        `sid=${it.hex(32)}; Path=/; HttpOnly; Secure; SameSite=Lax`,
      ])
      answer.headers.set('Cache-Control', ['private, no-store'])
      return answer
    },
  ),
  {
    ...get(
      'PATCH /users/me',
      2,
      () => '/users/me',
      ({ subject, at }, it) => {
        return jsonAnswer({ ...userOf(subject), updatedAt: it.iso(at), version: it.served })
      },
    ),
  },
  post(
    'POST /login',
    2,
    () => '/login',
    ({ subject, at }, it) => {
      const claims = { sub: subject, iat: Math.floor(it.now(at) / 1000), jti: it.hex(16) }
      const token = ['{"alg":"HS256"}', JSON.stringify(claims), it.hex(32)]
        .map((part) => Buffer.from(part).toString('base64url'))
        .join('.')
      const answer = jsonAnswer({ token, expiresIn: 3600, user: userOf(subject) })
      answer.headers.set('Set-Cookie', [
        `sid=${it.hex(32)}; Path=/; HttpOnly; Secure; SameSite=Lax`,
        `csrf=${it.hex(16)}; Path=/; SameSite=Strict`,
      ])
      return answer
    },
  ),
  post(
    'POST /logout',
    1,
    () => '/logout',
    () => {
      const answer = emptyAnswer(204)
      answer.headers.set('Set-Cookie', ['sid=; Path=/; Max-Age=0; HttpOnly; Secure; SameSite=Lax'])
      return answer
    },
  ),
]
