/** What of the settings the recorder is told. */

import type { Settings } from './core/settings.ts'
import type { RecorderSettings } from './parts.ts'

/** The recorder's share; tokens and addresses are none of its business. */
export function recorderSettings(settings: Settings): RecorderSettings {
  const { store, rules, disabledRules, record, retention, endpoints } = settings
  return {
    ...{ store, rules, disabledRules, record },
    ...(retention && { retention }),
    ...(endpoints && { endpoints }),
  }
}
