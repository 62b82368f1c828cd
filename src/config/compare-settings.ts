/** What a reload can change while the service runs, and what waits for the next start. */

import { isDeepStrictEqual } from 'node:util'
import type { Settings } from '../core/settings.ts'
import { present } from './present.ts'

/** Settings to go on with. */
export interface ComparedSettings {
  /** What runs, with those parts of the new settings that take effect without a restart. */
  readonly reloadable: Settings
  /** Keys of the configuration that differ and take effect only at the next start. */
  readonly needRestart: readonly string[]
}

/** What a reload replaces: routes with their percentages, rules, and the limits of the verdict. */
type Reloaded = 'routes' | 'rules' | 'disabledRules' | 'verdict'

/** The other settings, by the key of the configuration that a person knows them by. */
const RESTARTED: Readonly<Record<Exclude<keyof Settings, Reloaded>, string>> = {
  listen: 'listen',
  listenSocket: 'listen',
  tls: 'tls',
  workers: 'workers',
  retention: 'retention',
  endpoints: 'endpoints',
  console: 'console',
  health: 'health',
  store: 'store',
  run: 'run',
  via: 'via',
  forwarded: 'forwarded',
  record: 'record',
}

/** Compares the settings that run with those of a configuration that was read again. */
export function compareSettings(before: Settings, after: Settings): ComparedSettings {
  const { routes, rules, disabledRules, verdict } = after
  const differing = Object.entries(RESTARTED).flatMap(([member, key]) =>
    isDeepStrictEqual(before[member as keyof Settings], after[member as keyof Settings])
      ? []
      : [key],
  )
  return {
    reloadable: present({ ...before, routes, rules, disabledRules, verdict }),
    needRestart: [...new Set(differing)],
  }
}
