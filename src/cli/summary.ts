/** A configuration in words: what would run. */

import type {
  ControlSettings,
  ListenAddress,
  RouteMatch,
  RouteSettings,
  Settings,
  ShadowSettings,
  TextMatch,
} from '../core/settings.ts'
import { DEFAULT_LIMITS } from '../core/verdict-limits.ts'

/** One route in words. */
export interface RouteSummary {
  readonly name: string
  /** Which requests it takes. */
  readonly match: string
  readonly primary: string
  readonly shadow: string
  /** Absent where nothing is mirrored. */
  readonly control?: string
}

/** What would run, in words and without anything secret. */
export interface Summary {
  readonly listens: string
  readonly console: string
  readonly health?: string
  readonly records: string
  readonly rules: string
  readonly verdict: string
  /** The first that matches takes a request. */
  readonly routes: readonly RouteSummary[]
}

/** What would run with these settings. */
export function summaryOf(settings: Settings): Summary {
  const { console: at, health, rules, disabledRules, workers = 1 } = settings
  const users = at.users.length === 0 ? '' : `, ${count(at.users.length, 'user')}`
  return {
    listens: `${listenerOf(settings)}${workers > 1 ? `, ${workers} proxy processes` : ''}`,
    console: `${authority(at.listen)}${users}`,
    ...(health === undefined ? {} : { health: authority(health) }),
    records: recordOf(settings),
    rules: `${rules.length}${disabledRules.length > 0 ? `; off: ${disabledRules.join(', ')}` : ''}`,
    verdict: verdictOf(settings),
    routes: settings.routes.map(summaryOfRoute),
  }
}

/** What would run with these settings, a thing a line. */
export function summarize(settings: Settings): string {
  const { routes, ...rest } = summaryOf(settings)
  const lines = [
    ...Object.entries(rest).map(([label, text]) => [label, text] as const),
    ['routes', 'the first that matches takes a request; what none takes is answered 404'] as const,
  ]
  const head = lines.map(([label, text]) => `${label.padEnd(9)}${text}\n`).join('')
  return head + routes.map((route) => `\n${routeInWords(route)}`).join('')
}

function routeInWords({ name, match, ...legs }: RouteSummary): string {
  const lines = Object.entries(legs).map(([leg, text]) => `    ${leg.padEnd(9)}${text}\n`)
  return `  ${name}: ${match}\n${lines.join('')}`
}

function summaryOfRoute({ name, match, primary, shadow, control }: RouteSettings): RouteSummary {
  const { retries } = primary
  const again = retries === undefined ? '' : `, ${count(retries.attempts, 'retry')}`
  return {
    name,
    match: matchInWords(match),
    primary: `${primary.url}${again}`,
    shadow: shadow === undefined ? 'none: requests are only forwarded' : shadowInWords(shadow),
    ...(shadow === undefined ? {} : { control: controlInWords(control) }),
  }
}

function matchInWords(match: RouteMatch | undefined): string {
  if (match === undefined) return 'every request'
  const { hosts, path, methods, headers = {}, query = {} } = match
  const words = [
    methods === undefined ? '' : methods.join(' or '),
    hosts === undefined ? '' : `to ${hosts.join(' or ')}`,
    path === undefined ? '' : `with a path ${textInWords(path)}`,
    ...Object.entries(headers).map(([name, text]) => `with header ${name} ${textInWords(text)}`),
    ...Object.entries(query).map(([name, text]) => `with parameter ${name} ${textInWords(text)}`),
  ].filter((word) => word !== '')
  return words.length === 0 ? 'every request' : words.join(', ')
}

function textInWords(text: TextMatch): string {
  switch (text.kind) {
    case 'exact':
      return `"${text.value}"`
    case 'prefix':
      return `that begins with "${text.value}"`
    case 'regex':
      return `that is like /${text.value}/`
    case 'present':
      return 'that is there'
  }
}

function shadowInWords({ url, percent, methods, order }: ShadowSettings): string {
  const which =
    methods === 'all'
      ? 'all methods, writes included'
      : methods === 'safe'
        ? 'safe methods'
        : methods.join(', ')
  const named = order?.kind === 'cookie' || order?.kind === 'header' ? ` ${order.name}` : ''
  const inOrder =
    order === undefined || order.kind === 'none' ? '' : `, in order of ${order.kind}${named}`
  return `${url}, ${percent} % of ${which}${inOrder}`
}

function controlInWords(control: ControlSettings | undefined): string {
  if (control === undefined) return 'none: noise is not measured'
  const { url, isPrimary, percent } = control
  return isPrimary
    ? `primary itself again, ${percent} % of the copies with safe methods`
    : `${url}, ${percent} % of the copies`
}

function listenerOf({ listen, listenSocket, tls }: Settings): string {
  const where = listenSocket === undefined ? authority(listen) : `unix:${listenSocket}`
  return tls === undefined ? where : `${where} with TLS`
}

function authority({ host, port }: ListenAddress): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`
}

function recordOf({ store, run, record, retention }: Settings): string {
  const { bodies = 'full', maxBodyBytes, matches = 1 } = record
  const bodyWords =
    bodies === 'full'
      ? `bodies up to ${bytes(maxBodyBytes)}`
      : bodies === 'hashed'
        ? 'hashes of bodies'
        : 'no bodies'
  const matchWords =
    matches === 1
      ? ''
      : matches === 0
        ? '; matches are only counted'
        : `; ${matches * 100} % of matches`
  const kept = [
    retention?.ageMs === undefined ? '' : `${retention.ageMs / 86_400_000} days`,
    retention?.sizeBytes === undefined ? '' : bytes(retention.sizeBytes),
  ].filter((word) => word !== '')
  const keptWords = kept.length === 0 ? '' : `; at most ${kept.join(' or ')} are kept`
  return `${store} (run "${run}"), ${bodyWords}${matchWords}${keptWords}`
}

function verdictOf({ verdict = DEFAULT_LIMITS }: Settings): string {
  const { minRequests, maxDivergence, maxUncompared, maxLatencyRatio, endpoints } = verdict
  const words = [
    `at least ${minRequests.toLocaleString('en')} compared requests`,
    `at most ${share(maxDivergence)} divergent`,
    `at most ${share(maxUncompared)} uncompared`,
    maxLatencyRatio === undefined ? '' : `at most ${maxLatencyRatio} times as slow`,
    endpoints.required.length === 0 ? '' : `${endpoints.required.join(', ')} covered`,
  ].filter((word) => word !== '')
  return `passes with ${words.join(', ')}`
}

function share(part: number): string {
  return `${Number((part * 100).toPrecision(6))} %`
}

function bytes(size: number): string {
  if (size >= 1e9) return `${Number((size / 1e9).toPrecision(3))} GB`
  if (size >= 1e6) return `${Number((size / 1e6).toPrecision(3))} MB`
  return `${Number((size / 1e3).toPrecision(3))} KB`
}

function count(number: number, what: string): string {
  const plural = what.endsWith('y') ? `${what.slice(0, -1)}ies` : `${what}s`
  return `${number} ${number === 1 ? what : plural}`
}
