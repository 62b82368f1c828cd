/**
 * Who asks. A token comes as `Authorization: Bearer`, as the password of HTTP Basic, or once at a login
 * that gives a session. Tokens are compared as hashes in constant time and never logged.
 */

import { createHash, timingSafeEqual } from 'node:crypto'
import type { Actor } from '../core/commands.ts'
import type { ConsoleUser } from '../core/settings.ts'

/** Who asks, and how that is known. */
export interface Identity extends Actor {
  /** `none`: the console asks nobody, as on loopback without users. */
  readonly by: 'none' | 'bearer' | 'basic' | 'session' | 'payload'
}

/** Who asks where nobody is asked for a token. */
export const LOCAL: Identity = { name: 'local', role: 'operator', by: 'none' }

/** Tells users by their tokens. */
export type FindUser = (digest: Buffer) => Actor | undefined

/** Looks at every user whatever it finds, so that time tells nothing. */
export function userFinder(users: readonly ConsoleUser[]): FindUser {
  const known = users.map(({ name, role, token }) => ({ name, role, digest: digestOf(token) }))
  return (digest) => {
    let found: Actor | undefined
    for (const { name, role, digest: own } of known) {
      if (timingSafeEqual(own, digest)) found = { name, role }
    }
    return found
  }
}

/** What is kept of a token while it is looked up. */
export function digestOf(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}

/** The token of an Authorization header, if it holds one. */
export function presentedToken(
  authorization: string | undefined,
): { readonly token: string; readonly by: 'bearer' | 'basic' } | undefined {
  const [, scheme, value] = /^(bearer|basic) +(\S+) *$/i.exec(authorization ?? '') ?? []
  if (scheme === undefined || value === undefined) return undefined
  if (scheme.toLowerCase() === 'bearer') return { token: value, by: 'bearer' }
  const credentials = Buffer.from(value, 'base64').toString('utf8')
  const colon = credentials.indexOf(':')
  const password = colon < 0 ? '' : credentials.slice(colon + 1)
  return password === '' ? undefined : { token: password, by: 'basic' }
}
