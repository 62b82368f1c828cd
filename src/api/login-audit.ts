/** Puts logins on the audit list. Who logs in never waits for it, and nobody can flood it. */

import type { FastifyBaseLogger } from 'fastify'
import type { Actor, CommandMap, CommandPort } from '../core/commands.ts'
import { messageOf } from '../core/errors.ts'
import type { Clock } from '../core/ports.ts'

/** Failed logins that are written down in a minute, from all addresses together. */
const MAX_FAILED_PER_MINUTE = 60

/** Tells the audit list who came, went, and was turned away. */
export interface LoginAudit {
  /** Somebody logged in or out with a browser. */
  told(action: 'login' | 'logout', actor: Actor, address: string): void
  /** A token was wrong. */
  failed(address: string, by: string): void
}

/** A recorder that is down costs the row, which the log has then, and never the login. */
export function createLoginAudit(
  commands: CommandPort | undefined,
  clock: Clock,
  log: FastifyBaseLogger,
): LoginAudit {
  let minute = 0
  let inMinute = 0
  const write = (input: CommandMap['audit']['input'], actor: Actor) => {
    commands?.execute('audit', input, actor).catch((error: unknown) => {
      log.error({ ...input, actor: actor.name, reason: messageOf(error) }, 'not audited')
    })
  }
  return {
    told(action, actor, address) {
      write({ action, subject: actor.name, detail: JSON.stringify({ address }) }, actor)
    },
    failed(address, by) {
      const now = Math.floor(clock.now() / 60_000)
      if (now !== minute) inMinute = 0
      minute = now
      inMinute += 1
      if (inMinute > MAX_FAILED_PER_MINUTE) return
      const isLast = inMinute === MAX_FAILED_PER_MINUTE
      const detail = { address, by, ...(isLast && { more: 'not listed in this minute' }) }
      const input = { action: 'login-failed', subject: address, detail: JSON.stringify(detail) }
      write(input as CommandMap['audit']['input'], NOBODY)
    },
  }
}

const NOBODY: Actor = { name: 'unknown', role: 'viewer' }
