/** What a reload can change while the service runs, and what waits for the next start. */

import { isDeepStrictEqual } from 'node:util'
import { isLoopback } from '../core/loopback.ts'
import type { Settings } from '../core/settings.ts'
import { present } from './present.ts'

/** Settings to go on with. */
export interface ComparedSettings {
  /** What runs, with those parts of the new settings that take effect without a restart. */
  readonly reloadable: Settings
  /** Keys of the configuration that differ and take effect only at the next start. */
  readonly needRestart: readonly string[]
}

/** What is bound when the service starts, by the key of the configuration that a person knows it by. */
const RESTARTED = {
  listen: 'listen',
  listenSocket: 'listen',
  workers: 'workers',
  health: 'health',
  store: 'store',
  run: 'run',
} as const satisfies Partial<Record<keyof Settings, string>>

/** Compares the settings that run with those of a configuration that was read again. */
export function compareSettings(before: Settings, after: Settings): ComparedSettings {
  const { listen, listenSocket, workers, health, store, run } = before
  // A certificate is renewed; whether the listener speaks TLS at all was decided when it was opened.
  const keepsTls = (before.tls === undefined) === (after.tls === undefined)
  const keepsConsole = isDeepStrictEqual(before.console.listen, after.console.listen)
  // The address stays until the next start: what can be reached from elsewhere is not left without users.
  const staysPublic = !isLoopback(before.console.listen.host) && after.console.users.length === 0
  const { users } = staysPublic ? before.console : after.console
  const differing = Object.entries(RESTARTED).flatMap(([member, key]) => {
    const name = member as keyof typeof RESTARTED
    return isDeepStrictEqual(before[name], after[name]) ? [] : [key]
  })
  return {
    reloadable: present({
      ...after,
      ...{ listen, listenSocket, workers, health, store, run },
      tls: keepsTls ? after.tls : before.tls,
      console: { listen: before.console.listen, users },
    }),
    needRestart: [
      ...new Set([
        ...differing,
        ...(keepsTls ? [] : ['tls']),
        ...(keepsConsole ? [] : ['console.listen']),
      ]),
    ],
  }
}
