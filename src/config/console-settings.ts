/** The console: where it listens and who may use it. */

import { isLoopback } from '../core/loopback.ts'
import type { ConsoleUser, Settings } from '../core/settings.ts'
import type { Report } from './report.ts'
import { readSection, type Section } from './section.ts'
import * as form from './values.ts'

const DEFAULT_LISTEN = { host: '127.0.0.1', port: 8081 }
const ROLES = form.oneOf('viewer', 'operator', 'gate')

/** Reads `console`. Off loopback it needs users, or the token that the command line sends. */
export function readConsole(
  root: Section,
  env: Readonly<Record<string, string | undefined>>,
): Settings['console'] {
  const { listen, users } = root.section('console', (section) => ({
    listen: section.value('listen', form.address) ?? DEFAULT_LISTEN,
    users: readUsers(section),
  })) ?? { listen: DEFAULT_LISTEN, users: [] }
  if (isLoopback(listen.host)) return { listen, users }
  const all = [...users, ...userFromEnvironment(env, root.report)]
  if (all.length === 0 && !hasToken(env) && !root.report.isWrong(['console', 'users'])) {
    root.report.problem(
      ['console', 'listen'],
      `${listen.host} can be reached from other machines and recorded traffic is private;` +
        ' set SHADOWDIFF_TOKEN, or list console.users with tokens in the configuration file, or listen on 127.0.0.1',
    )
  }
  return { listen, users: all }
}

function readUsers(section: Section): ConsoleUser[] {
  const users = section.list('users', (item, path) =>
    readSection(item, path, section.report, (user) => {
      const name = user.required('name', form.name)
      const role = user.has('role') ? user.value('role', ROLES) : 'viewer'
      const token = user.required('token', form.token)
      if (name === undefined || role === undefined || token === undefined) return undefined
      return { path, name, role, token }
    }),
  )
  const valid = (users ?? []).flatMap((user) => user ?? [])
  return valid.map(({ path, ...user }, index) => {
    const before = valid.slice(0, index)
    if (before.some(({ name }) => name === user.name)) {
      section.report.problem([...path, 'name'], `"${user.name}" is a user already`)
    }
    if (before.some(({ token }) => token === user.token)) {
      section.report.problem([...path, 'token'], 'another user has the same token')
    }
    return user
  })
}

function hasToken(env: Readonly<Record<string, string | undefined>>): boolean {
  const given = env['SHADOWDIFF_TOKEN']
  return given !== undefined && given !== ''
}

/** The token that the CLI sends also opens the console, so that a container needs no file. */
function userFromEnvironment(
  env: Readonly<Record<string, string | undefined>>,
  report: Report,
): ConsoleUser[] {
  if (!hasToken(env)) return []
  const token = form.token.read(env['SHADOWDIFF_TOKEN'])
  if (token !== undefined) return [{ name: 'operator', role: 'operator', token }]
  report.problemOf('SHADOWDIFF_TOKEN', `expected ${form.token.expected}`)
  return []
}
