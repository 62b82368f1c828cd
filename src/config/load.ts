/**
 * From flags, file and environment to {@link Settings}: defaults < file < flags. Everything is read
 * once, and all problems are reported together.
 */

import { resolve } from 'node:path'
import type { ListenAddress, Settings } from '../core/settings.ts'
import { DEFAULT_LIMITS } from '../core/verdict-limits.ts'
import { readConsole } from './console-settings.ts'
import type { KeyPath, Problem } from './document.ts'
import { readEndpoints } from './endpoint-settings.ts'
import type { Flags } from './flags.ts'
import { overlayFlags } from './flags.ts'
import { openFile } from './open-file.ts'
import { present } from './present.ts'
import { DEFAULT_MAX_BODY, readRecord, readRetention } from './record-settings.ts'
import { Report } from './report.ts'
import { readRoutes } from './route-settings.ts'
import { readRules } from './rules.ts'
import { isMap, readSection, type Section } from './section.ts'
import { warnOfSurprises } from './surprises.ts'
import { readListenerTls } from './tls-files.ts'
import * as form from './values.ts'
import { readVerdict } from './verdict-settings.ts'

/** Where flags and files come from. */
export interface ConfigSources {
  readonly flags: Flags
  readonly file?: string | undefined
  readonly env: Readonly<Record<string, string | undefined>>
}

/** The settings, or everything that is wrong with them. */
export type LoadedSettings =
  | {
      readonly ok: true
      readonly settings: Settings
      /** What is allowed and probably not meant. */
      readonly warnings: readonly Problem[]
    }
  | { readonly ok: false; readonly problems: readonly Problem[] }

/** Reads and validates everything; never throws for what a person wrote. */
export function loadSettings({ flags, file, env }: ConfigSources): LoadedSettings {
  const opened = openFile(file, env)
  const { data, flagOf } = overlayFlags(opened.data, flags)
  const report = new Report({
    ...opened.origin,
    flagOf,
    writtenAs: (path) => (flagOf(path) === undefined ? opened.origin.writtenAs(path) : undefined),
  })
  const unreadable: Problem[] = []
  for (const { where, message, path } of opened.problems) {
    if (path === undefined) unreadable.push({ where, message })
    else if (flagOf(path) === undefined) report.problem(path, message)
  }
  if (unreadable.length > 0) return { ok: false, problems: unreadable }
  const settings = readSection(data, [], report, (root) => readSettings(root, env))
  const { problems } = report
  if (settings === undefined || problems.length > 0) return { ok: false, problems }
  warnOfSurprises(settings, report)
  return { ok: true, settings, warnings: report.warnings }
}

function readSettings(root: Section, env: ConfigSources['env']): Settings {
  const listen = root.value('listen', form.listen) ?? { host: '127.0.0.1', port: 8080 }
  const routes = readRoutes(root)
  const list = root.raw('routes') ?? []
  if (Array.isArray(list) && list.length === 0 && !root.has('primary')) refuseNoPrimary(root)
  const consoleSettings = readConsole(root, env)
  const health = root.value('health', form.address)
  refuseSharedAddresses(root, [
    [['listen'], 'socket' in listen ? undefined : listen],
    [['console', 'listen'], consoleSettings.listen],
    [['health'], health],
  ])
  return present({
    listen: 'socket' in listen ? { host: '127.0.0.1', port: 0 } : listen,
    listenSocket: 'socket' in listen ? listen.socket : undefined,
    tls: root.section('tls', readListenerTls),
    workers: root.value('workers', form.integer(1, 64)) ?? 1,
    console: consoleSettings,
    health,
    store: resolve(root.value('store', form.filePath) ?? 'shadowdiff.db'),
    retention: root.section('retention', readRetention),
    run: root.value('run', form.name) ?? 'default',
    via: root.value('via', form.toggle) ?? true,
    forwarded: root.value('forwarded', form.oneOf('preserve', 'append')) ?? 'preserve',
    routes,
    ...readRules(root),
    record: root.section('record', readRecord) ?? { maxBodyBytes: DEFAULT_MAX_BODY },
    verdict: root.section('verdict', readVerdict) ?? DEFAULT_LIMITS,
    endpoints: root.section('endpoints', readEndpoints),
  })
}

/** Two listeners on one port would be told as a port in use, and nobody would look for the other in the file. */
function refuseSharedAddresses(
  root: Section,
  listeners: readonly (readonly [KeyPath, ListenAddress | undefined])[],
): void {
  listeners.forEach(([path, address], index) => {
    if (address === undefined || address.port === 0 || root.report.isWrong(path)) return
    const taken = listeners.slice(0, index).find(([, earlier]) => isTaken(address, earlier))
    if (taken === undefined) return
    // What nobody wrote has no line: the one that was written is to be changed.
    const [at, other] = isSaid(root, path) ? [path, taken[0]] : [taken[0], path]
    root.report.problem(at, `expected a port of its own, got that of ${other.join('.')}`)
  })
}

function isSaid(root: Section, [key = '', ...below]: KeyPath): boolean {
  const [name] = below
  const value = root.raw(String(key))
  return name === undefined ? root.has(String(key)) : isMap(value) && Object.hasOwn(value, name)
}

function isTaken(address: ListenAddress, earlier: ListenAddress | undefined): boolean {
  if (earlier?.port !== address.port) return false
  const hosts = [address.host, earlier.host]
  return address.host === earlier.host || hosts.some((host) => host === '::' || host === '0.0.0.0')
}

function refuseNoPrimary({ report }: Section): void {
  const message = 'missing; give --primary URL, the version that serves your users'
  if (report.origin.file === undefined) report.problemOf('--primary', message)
  else report.problem(['primary'], message)
}
