/** The audit list in words. */

const actions: Readonly<Record<string, string>> = {
  triage: 'decided on divergences',
  forget: 'removed recorded exchanges',
  backup: 'copied the database',
  'run-start': 'started a run',
  'run-end': 'ended a run',
  'rule-create': 'made a rule',
  'rule-update': 'changed a rule',
  'rule-delete': 'removed a rule',
  recompare: 'had stored exchanges judged again',
  'job-cancel': 'cancelled a job',
  mirror: 'changed the mirroring',
  reload: 'had the configuration read again',
  import: 'imported exchanges',
  replay: 'sent a request again',
  login: 'signed in',
  logout: 'signed out',
  'login-failed': 'failed to sign in',
}

/** A recorded action in words; an unknown one as it is. */
export function actionText(action: string): string {
  return actions[action] ?? action
}

/** A command's content on one line: `paused: true, percent: 25`; what is no object, as it is. */
export function detailText(detail: string): string {
  try {
    const value: unknown = JSON.parse(detail)
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return detail
    return Object.entries(value)
      .map(([name, part]) => `${name}: ${typeof part === 'string' ? part : JSON.stringify(part)}`)
      .join(', ')
  } catch {
    return detail
  }
}
