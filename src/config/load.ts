/**
 * From flags, file and environment to {@link Settings}: defaults < file < flags. Everything is read
 * once, and all problems are reported together.
 */

import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { codeOf } from '../core/errors.ts'
import { isLoopback } from '../core/loopback.ts'
import type { ConsoleUser, Settings } from '../core/settings.ts'
import type { KeyPath, Problem } from './document.ts'
import { parseConfigText } from './document.ts'
import { FILE_KEYS } from './keys.ts'
import type { RuleList } from './rules.ts'
import { readRules } from './rules.ts'
import { findProblems } from './validate.ts'
import type { ValueForm } from './values.ts'
import * as form from './values.ts'

/** What was said on the command line, by the file's key; `undefined` is not said. */
export interface Flags {
  readonly listen?: string | undefined
  readonly console?: string | undefined
  readonly health?: string | undefined
  readonly primary?: string | undefined
  readonly shadow?: string | undefined
  readonly percent?: string | undefined
  readonly methods?: string | undefined
  readonly shadowHost?: string | undefined
  readonly run?: string | undefined
  readonly db?: string | undefined
}

/** Where flags and files come from. */
export interface ConfigSources {
  readonly flags: Flags
  readonly file?: string | undefined
  readonly env: Readonly<Record<string, string | undefined>>
}

/** The settings, or everything that is wrong with them. */
export type LoadedSettings =
  | { readonly ok: true; readonly settings: Settings }
  | { readonly ok: false; readonly problems: readonly Problem[] }

/** How each flag is written, and the key of the file that it equals. */
const FLAG_KEYS: Readonly<Record<keyof Flags, { flag: string; path: KeyPath }>> = {
  listen: { flag: '--listen', path: ['listen'] },
  console: { flag: '--console', path: ['console', 'listen'] },
  health: { flag: '--health', path: ['health'] },
  primary: { flag: '--primary', path: ['primary'] },
  shadow: { flag: '--shadow', path: ['shadow'] },
  percent: { flag: '--percent', path: ['percent'] },
  methods: { flag: '--methods', path: ['methods'] },
  shadowHost: { flag: '--shadow-host', path: ['shadowHost'] },
  run: { flag: '--run', path: ['run'] },
  db: { flag: '--db', path: ['store'] },
}

/** Reads and validates everything; never throws for what a person wrote. */
export function loadSettings(sources: ConfigSources): LoadedSettings {
  const problems: Problem[] = []
  const file = readFile(sources, problems)
  const flags = readFlags(sources.flags, problems)
  if (problems.length > 0) return { ok: false, problems }

  const get = (path: KeyPath): unknown => flags.get(path.join('.')) ?? valueAt(file.data, path)
  const read = <T>(path: KeyPath, as: ValueForm<T>, fallback: T): T =>
    as.read(get(path)) ?? fallback
  const where = (path: KeyPath) => whereOf(path, flags, file.where)

  const primary = form.upstreamUrl.read(get(['primary']))
  const shadow = form.upstreamUrl.read(get(['shadow']))
  if (primary === undefined) {
    problems.push({
      where: sources.file ?? '--primary',
      message: 'primary: missing; give --primary URL, the version that serves your users',
    })
  }
  const consoleListen = read(['console', 'listen'], form.address, { host: '127.0.0.1', port: 8081 })
  const users = readUsers(valueAt(file.data, ['console', 'users']), file.where, problems)
  if (!isLoopback(consoleListen.host)) users.push(...userFromEnvironment(sources.env, problems))
  if (!isLoopback(consoleListen.host) && users.length === 0 && problems.length === 0) {
    problems.push({
      where: where(['console', 'listen']),
      message:
        `console.listen: ${consoleListen.host} can be reached from other machines and recorded traffic is private;` +
        ' set SHADOWDIFF_TOKEN, or list console.users with tokens in the configuration file, or listen on 127.0.0.1',
    })
  }
  if (problems.length > 0 || primary === undefined) return { ok: false, problems }

  const health = form.address.read(get(['health']))
  const settings: Settings = {
    listen: read(['listen'], form.address, { host: '127.0.0.1', port: 8080 }),
    console: { listen: consoleListen, users },
    ...(health === undefined ? {} : { health }),
    store: resolve(read(['store'], form.filePath, 'shadowdiff.db')),
    run: read(['run'], form.name, 'default'),
    via: read(['via'], form.toggle, true),
    forwarded: read(['forwarded'], form.oneOf('preserve', 'append'), 'preserve'),
    routes: [
      {
        name: 'default',
        primary: { url: primary, timeoutMs: 60_000, idleMs: 300_000 },
        ...(shadow === undefined
          ? {}
          : {
              shadow: {
                url: shadow,
                timeoutMs: 15_000,
                idleMs: 15_000,
                percent: read(['percent'], form.percent, 100),
                methods: read(['methods'], form.methods, 'all'),
                host: read(['shadowHost'], form.shadowHost, { kind: 'suffix' }),
                maxRequestBodyBytes: 1_000_000,
                maxInFlight: 256,
                maxBacklog: 4096,
              },
            }),
      },
    ],
    ...rulesOf(valueAt(file.data, ['rules'])),
    record: { maxBodyBytes: read(['record', 'maxBody'], form.size, 1_000_000) },
  }
  return { ok: true, settings }
}

interface ReadFile {
  readonly data: unknown
  readonly where: (path: KeyPath) => string
}

function readFile(sources: ConfigSources, problems: Problem[]): ReadFile {
  const { file } = sources
  if (file === undefined) return { data: {}, where: (path) => path.join('.') }
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    const why =
      codeOf(error) === 'ENOENT'
        ? 'no such file'
        : `cannot be read (${codeOf(error) ?? 'unknown error'})`
    problems.push({ where: file, message: why })
    return { data: {}, where: () => file }
  }
  const { document, problems: found } = parseConfigText(text, file, sources.env)
  problems.push(...found)
  const data = document.data ?? {}
  if (found.length === 0)
    problems.push(...findProblems(data, FILE_KEYS, (path) => document.where(path)))
  return { data, where: (path) => document.where(path) }
}

/** Checks every flag and gives their raw values by the key they equal. */
function readFlags(flags: Flags, problems: Problem[]): Map<string, unknown> {
  const values = new Map<string, unknown>()
  for (const [name, { flag, path }] of Object.entries(FLAG_KEYS)) {
    const value = flags[name as keyof Flags]
    if (value === undefined) continue
    let node = FILE_KEYS
    for (const key of path) {
      const child = node.kind === 'map' ? node.keys[String(key)] : undefined
      if (child === undefined) throw new Error(`${flag} names no key of the configuration file`)
      node = child
    }
    for (const found of findProblems(value, node, () => flag)) {
      problems.push({ where: flag, message: found.message })
    }
    values.set(path.join('.'), value)
  }
  return values
}

function whereOf(
  path: KeyPath,
  flags: Map<string, unknown>,
  inFile: (path: KeyPath) => string,
): string {
  if (!flags.has(path.join('.'))) return inFile(path)
  const match = Object.values(FLAG_KEYS).find((entry) => entry.path.join('.') === path.join('.'))
  return match?.flag ?? path.join('.')
}

function valueAt(data: unknown, path: KeyPath): unknown {
  let at = data
  for (const key of path) {
    if (typeof at !== 'object' || at === null) return undefined
    at = (at as Record<string | number, unknown>)[key]
  }
  return at
}

/** The rules of a file that was found to be without problems. */
function rulesOf(list: unknown): RuleList {
  const { rules, disabledRules } = readRules(Array.isArray(list) ? list : [], () => '', [])
  return { rules, disabledRules }
}

/** The token that the CLI sends also opens the console, so that a container needs no file. */
function userFromEnvironment(env: ConfigSources['env'], problems: Problem[]): ConsoleUser[] {
  const given = env['SHADOWDIFF_TOKEN']
  if (given === undefined || given === '') return []
  const token = form.token.read(given)
  if (token !== undefined) return [{ name: 'operator', role: 'operator', token }]
  problems.push({ where: 'SHADOWDIFF_TOKEN', message: `expected ${form.token.expected}` })
  return []
}

function readUsers(
  list: unknown,
  where: (path: KeyPath) => string,
  problems: Problem[],
): ConsoleUser[] {
  if (!Array.isArray(list)) return []
  return list.flatMap((entry: unknown, index) => {
    const name = form.name.read(valueAt(entry, ['name']))
    const role = form.oneOf('viewer', 'operator', 'gate').read(valueAt(entry, ['role']) ?? 'viewer')
    const token = form.token.read(valueAt(entry, ['token']))
    if (name !== undefined && role !== undefined && token !== undefined)
      return [{ name, role, token }]
    problems.push({
      where: where(['console', 'users', index]),
      message: `console.users.${index}: expected name, role (viewer, operator or gate) and token`,
    })
    return []
  })
}
