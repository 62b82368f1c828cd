/**
 * Who is logged in with a browser. Only in the memory of the console: a restart of the recorder changes
 * nothing, a restart of the console asks everybody again. Bounded: the longest unused makes room.
 */

import { createHash, randomBytes } from 'node:crypto'
import type { Actor } from '../core/commands.ts'
import type { Clock } from '../core/ports.ts'

/** A session that is not used for this long is over. */
const SESSION_IDLE_MS = 8 * 3_600_000
/** However much it is used, it ends after this long. */
const SESSION_MAX_MS = 24 * 3_600_000
const MAX_SESSIONS = 256

interface Session {
  readonly actor: Actor
  readonly endsAt: number
  usedAt: number
}

/** The sessions of one console. */
export class Sessions {
  readonly #clock: Clock
  readonly #maximum: number
  /** By a hash of the id, oldest use first: the ids themselves are only in the browsers. */
  readonly #byDigest = new Map<string, Session>()

  constructor(clock: Clock, maximum = MAX_SESSIONS) {
    this.#clock = clock
    this.#maximum = maximum
  }

  /** Starts a session; gives its id, which nobody can guess. */
  start(actor: Actor): string {
    const id = randomBytes(32).toString('base64url')
    const now = this.#clock.now()
    const [longestUnused] = this.#byDigest.keys()
    if (this.#byDigest.size >= this.#maximum && longestUnused !== undefined) {
      this.#byDigest.delete(longestUnused)
    }
    this.#byDigest.set(digestOf(id), { actor, endsAt: now + SESSION_MAX_MS, usedAt: now })
    return id
  }

  /** Whose session it is, if it still goes on. */
  find(id: string): Actor | undefined {
    const digest = digestOf(id)
    const session = this.#byDigest.get(digest)
    if (session === undefined) return undefined
    this.#byDigest.delete(digest)
    if (this.#isOver(session)) return undefined
    session.usedAt = this.#clock.now()
    this.#byDigest.set(digest, session)
    return session.actor
  }

  /** Whether a session goes on; asking is no use of it. */
  has(id: string): boolean {
    const session = this.#byDigest.get(digestOf(id))
    return session !== undefined && !this.#isOver(session)
  }

  /** Ends the sessions of everybody but these. */
  endAllBut(names: ReadonlySet<string>): void {
    for (const [digest, { actor }] of this.#byDigest) {
      if (!names.has(actor.name)) this.#byDigest.delete(digest)
    }
  }

  /** Ends a session; whose it was, if it went on. */
  end(id: string): Actor | undefined {
    const actor = this.find(id)
    this.#byDigest.delete(digestOf(id))
    return actor
  }

  #isOver({ endsAt, usedAt }: Session): boolean {
    const now = this.#clock.now()
    return now >= endsAt || now - usedAt >= SESSION_IDLE_MS
  }
}

/** Time tells nothing of a hash that nobody can choose. */
function digestOf(id: string): string {
  return createHash('sha256').update(id).digest('base64url')
}

/** The session cookie of a console: consoles on other ports of one host share the browser's cookies. */
export class SessionCookie {
  readonly #name: string

  /** `instance` tells consoles of one host apart. */
  constructor(instance: string) {
    this.#name = `shadowdiff_${createHash('sha256').update(instance).digest('hex').slice(0, 8)}`
  }

  /** The session's id in a Cookie header. */
  read(header: string | undefined): string | undefined {
    for (const pair of header?.split(';') ?? []) {
      const equals = pair.indexOf('=')
      if (equals >= 0 && pair.slice(0, equals).trim() === this.#name) {
        return pair.slice(equals + 1).trim()
      }
    }
    return undefined
  }

  /** The Set-Cookie value that keeps the id, or with an empty one forgets it. */
  write(id: string, isSecure: boolean): string {
    const seconds = id === '' ? 0 : SESSION_MAX_MS / 1000
    const secure = isSecure ? '; Secure' : ''
    return `${this.#name}=${id}; Path=/; Max-Age=${seconds}; HttpOnly; SameSite=Strict${secure}`
  }
}
